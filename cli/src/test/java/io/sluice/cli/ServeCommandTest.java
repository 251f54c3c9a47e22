package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In a JVM of its own, because what matters here is how the process begins and ends. */
class ServeCommandTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endAll() {
    started.forEach(Process::destroyForcibly);
  }

  private Process serve(Map<String, String> environment, String... more) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElseThrow());
    line.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "serve"));
    line.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeIf(name -> name.matches("SLUICE_.*|PORT|.*_(URL|SECRET)"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** SIGTERM alone; {@link Process#destroy} would also close the pipes that are read afterwards. */
  private static void terminate(Process process) {
    assertThat(process.toHandle().destroy()).isTrue();
  }

  private static final class Listener implements WebSocket.Listener {
    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      first.complete(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }
  }

  @Test
  void inDevelopmentItSaysAllThatIsNeededAndStopsBySignalWith0() throws Exception {
    Process process = serve(Map.of(), "--port", "0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String ready = out.readLine();
    assertThat(ready).matches("sluice ready http://127\\.0\\.0\\.1:[1-9]\\d*");
    String authority = ready.substring("sluice ready http://".length());
    assertThat(out.readLine()).contains("a restart loses all channels");
    assertThat(out.readLine()).startsWith("development mode: no secret is set");
    String token = out.readLine().substring("token ".length());
    assertThat(out.readLine()).isEqualTo("open  http://" + authority + "/#token=" + token);
    assertThat(out.readLine())
        .isEqualTo("try   npx wscat -c 'ws://" + authority + "/ws?token=" + token + "'");

    Listener listener = new Listener();
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI address = URI.create("ws://" + authority + "/ws?token=" + token);
      client.newWebSocketBuilder().buildAsync(address, listener).join();
      assertThat(listener.first.get(30, TimeUnit.SECONDS)).contains("\"connected\"");
      terminate(process);
      assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
      assertThat(listener.closed.get(30, TimeUnit.SECONDS)).isEqualTo(1012);
    }
    assertThat(text(process.getErrorStream())).isEmpty();
  }

  @Test
  void withTheDemoItSaysWhereToLookAtIt() throws Exception {
    Process process = serve(Map.of(), "--port", "0", "--demo");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String place = out.readLine().substring("sluice ready ".length());
    List<String> lines = List.of(out.readLine(), out.readLine(), out.readLine(), out.readLine());
    String token = lines.get(2).substring("token ".length());
    assertThat(out.readLine()).isEqualTo("demo  " + place + "/demo#token=" + token);
    terminate(process);
    assertThat(process.waitFor(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void outsideDevelopmentNoTokenIsPrinted() throws Exception {
    Process process = serve(Map.of("NEXUS_JWT_SECRET", SECRET, "PORT", "0"));
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).startsWith("sluice ready http://127.0.0.1:");
    assertThat(out.readLine()).contains("a restart loses all channels");
    terminate(process);
    assertThat(out.readLine()).isNull();
    assertThat(process.waitFor(Duration.ofSeconds(5))).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void aPortInUseIsOneClearLineAndExit1() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = serve(Map.of(), "--port", Integer.toString(taken.getLocalPort()));
      assertThat(process.waitFor(Duration.ofSeconds(60))).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(text(process.getErrorStream()))
          .isEqualTo(
              "sluice: cannot listen on 127.0.0.1 port "
                  + taken.getLocalPort()
                  + ": the port is in use\n");
      assertThat(text(process.getInputStream())).isEmpty();
    }
  }
}
