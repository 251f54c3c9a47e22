package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Switchboard;
import io.sluice.core.log.Broker;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A whole server on a free port, and what asks it over HTTP. Owned by its test. */
final class RunningServer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  final HttpClient http = HttpClient.newHttpClient();
  private Sluice sluice;

  /** Starts one with these settings; nothing is on its channels but what the test puts there. */
  RunningServer(Map<String, String> settings) throws Exception {
    start(settings);
  }

  private void start(Map<String, String> settings) throws Exception {
    sluice = Sluice.start(read(settings));
  }

  private static Settings read(Map<String, String> settings) throws Exception {
    Map<String, String> flags = new HashMap<>(settings);
    flags.putIfAbsent("telemetry.enabled", "false");
    return Settings.load(flags, null, Map.of()).withPort(0);
  }

  /** Starts another in its place. */
  void restart(Map<String, String> settings) throws Exception {
    restart(settings, UnaryOperator.identity());
  }

  /** Starts another in its place, with something in front of its broker. */
  void restart(Map<String, String> settings, UnaryOperator<Broker> front) throws Exception {
    sluice.close();
    sluice = Sluice.start(read(settings), List.of(), front);
  }

  @Override
  public void close() {
    http.shutdownNow();
    sluice.close();
  }

  Sluice sluice() {
    return sluice;
  }

  Switchboard switchboard() {
    return sluice.switchboard();
  }

  int port() {
    return sluice.port();
  }

  String token(String user) {
    return token(user, Duration.ofMinutes(5));
  }

  String token(String user, Duration life) {
    return sluice.developer().issue(TokenIssuer.Request.of(user), life, System.currentTimeMillis());
  }

  URI at(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** A request of ada's. */
  HttpRequest.Builder request(String path) {
    return request("ada", path);
  }

  HttpRequest.Builder request(String user, String path) {
    return HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer " + token(user));
  }

  HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, BodyHandlers.ofString());
  }

  /** A response that goes on, line by line. */
  BufferedReader open(HttpRequest request) throws Exception {
    HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
  }

  /** A socket to it, which waits so long for every byte and no longer. */
  Socket connect() throws IOException {
    return connect(0);
  }

  /** The same, which takes only so much at once; 0 for as much as usual. */
  Socket connect(int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** The bytes of a request of ada's. */
  byte[] raw(String line, String body) {
    return """
    %s\r
    Host: 127.0.0.1\r
    Authorization: Bearer %s\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(line, token("ada"), body.getBytes(UTF_8).length, body)
        .getBytes(UTF_8);
  }

  /** Everything it answers to these bytes. */
  String exchange(byte[] request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
