package io.sluice.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Owner: its test. Plays a script with a real server over a WebSocket. What a server grants when it
 * likes, and its pings, are passed over where the script does not show them.
 */
final class HaipPerformance implements AutoCloseable, WebSocket.Listener {
  private static final int PATIENCE_SECONDS = 20;

  private final HaipScript script;
  private final int port;
  private final String token;
  private final HttpClient http = HttpClient.newHttpClient();
  private final String session = UUID.randomUUID().toString();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final StringBuilder part = new StringBuilder();
  private final List<String> went = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private volatile String transaction = "";
  private WebSocket socket;

  /**
   * With a server.
   *
   * @param token of the person and of whoever publishes
   */
  HaipPerformance(HaipScript script, int port, String token) {
    this.script = script;
    this.port = port;
    this.token = token;
    this.socket = open();
  }

  private WebSocket open() {
    URI at = URI.create("ws://127.0.0.1:" + port + "/haip/websocket");
    return http.newWebSocketBuilder()
        .subprotocols("haip", "token." + token)
        .buildAsync(at, this)
        .join();
  }

  /** Plays it; how it went. */
  List<String> play() throws Exception {
    for (int i = 0; i < script.lines().size(); i++) {
      String line = script.lines().get(i);
      if (HaipScript.isInput(line)) {
        went.add(line);
        act(line);
        if (HaipScript.isShortHai(line)) {
          assertThat(next()).startsWith("< SYSTEM HAI ");
        }
      } else {
        went.add(answer(line));
      }
    }
    return went;
  }

  /** The next on its channel: there is an order within a channel, and none between two. */
  private String answer(String line) throws InterruptedException {
    String place = line.substring(0, line.indexOf(' ', 2) + 1);
    for (String before : List.copyOf(early)) {
      if (before.startsWith(place)) {
        early.remove(before);
        return before;
      }
    }
    String frame = next();
    while (!frame.startsWith(place)) {
      boolean granted = frame.startsWith("< SYSTEM FLOW_UPDATE ");
      if (!granted) {
        early.add(frame);
      }
      frame = next();
    }
    return frame.startsWith("< SYSTEM FLOW_UPDATE ") && !line.contains(" FLOW_UPDATE ")
        ? answer(line)
        : frame;
  }

  /** What came and is not printed; grants excepted. */
  List<String> left() {
    return early;
  }

  private void act(String line) throws Exception {
    String rest = line.substring(line.indexOf(' ') + 1);
    switch (line.substring(0, line.indexOf(' '))) {
      case ">" -> {
        String frame = HaipScript.frame(line, session).replace("{transaction}", transaction);
        socket.sendText(frame, true).join();
      }
      case ">>" ->
          socket.sendBinary(ByteBuffer.wrap(Base64.getDecoder().decode(rest)), true).join();
      case "+" -> publish(rest.split(" ", 2)[0], rest.split(" ", 2)[1]);
      default -> {
        if (rest.equals("cut")) {
          socket.abort();
        } else {
          socket = open();
        }
      }
    }
  }

  private void publish(String channel, String json) throws Exception {
    String body = "{\"channel\":\"haip." + session + "." + channel + "\",\"payload\":" + json + "}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/publish"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private String next() throws InterruptedException {
    String frame = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("what comes behind %s and not %s", went, early).isNotNull();
    return frame;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    part.append(text);
    if (last) {
      String frame = part.toString();
      var named = HaipScript.members(frame).get("transaction");
      transaction = named == null ? transaction : named.replace("\"", "");
      heard.add(HaipScript.shortly(frame, false));
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer bytes, boolean last) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    heard.add("<< " + new String(Base64.getEncoder().encode(copy), UTF_8));
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    heard.add("x " + code + " " + reason);
    return null;
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
