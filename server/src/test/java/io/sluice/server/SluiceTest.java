package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole house on loopback, seen by the JDK's own clients. */
class SluiceTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  private static Settings settings(Map<String, String> flags) throws SettingsException {
    return Settings.load(flags, null, Map.of()).withPort(0);
  }

  private static String token(Sluice sluice) {
    return sluice
        .developer()
        .issue(TokenIssuer.Request.of("ann"), Duration.ofMinutes(1), System.currentTimeMillis());
  }

  /** Keeps what comes, and how it ends. */
  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      messages.add(text.toString());
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      return null;
    }

    private String next() throws InterruptedException {
      return messages.poll(10, TimeUnit.SECONDS);
    }
  }

  private WebSocket connect(Sluice sluice, String token, Listener listener) {
    URI address = URI.create("ws://127.0.0.1:" + sluice.port() + "/ws?token=" + token);
    return client.newWebSocketBuilder().buildAsync(address, listener).join();
  }

  private HttpResponse<String> get(Sluice sluice, String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + sluice.port() + path);
    return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
  }

  @Test
  void aMessageGoesFromAPublisherToASubscriber() throws Exception {
    try (Sluice sluice = Sluice.start(settings(Map.of()))) {
      Listener listener = new Listener();
      WebSocket socket = connect(sluice, token(sluice), listener);
      assertThat(listener.next()).contains("\"type\":\"connected\"").contains("\"ann\"");
      socket.sendText("{\"action\":\"subscribe\",\"channel\":\"chat\"}", true).join();
      assertThat(listener.next()).contains("\"type\":\"subscribed\"");
      socket
          .sendText("{\"action\":\"publish\",\"channel\":\"chat\",\"payload\":{\"n\":1}}", true)
          .join();
      assertThat(listener.next())
          .contains("\"type\":\"message\"")
          .contains("\"from\":\"ann\"")
          .contains("{\"n\":1}");
      assertThat(get(sluice, "/stats").body())
          .contains("\"sessions\":1")
          .contains("\"subscriptions\":1")
          .contains("\"channels\":1")
          .contains("\"publications\":1");
      assertThat(get(sluice, "/metrics").body()).contains("sluice_publications_total 1.0");
    }
  }

  @Test
  void closingTellsEveryPeerToComeBackAndTakesLessThanFiveSeconds() throws Exception {
    Sluice sluice = Sluice.start(settings(Map.of()));
    Listener listener = new Listener();
    connect(sluice, token(sluice), listener);
    assertThat(listener.next()).contains("connected");
    long start = System.nanoTime();
    sluice.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(listener.closed.get(10, TimeUnit.SECONDS)).isEqualTo(1012);
    sluice.awaitClose();
    sluice.close();
    assertThatThrownBy(() -> get(sluice, "/health")).isInstanceOf(IOException.class);
  }

  @Test
  void aTokenOfAnotherSecretIsRefused() throws Exception {
    try (Sluice sluice = Sluice.start(settings(Map.of("secret", SECRET)))) {
      assertThat(sluice.developer()).isNull();
      TokenIssuer good = new TokenIssuer(Secret.of(SECRET), ClaimRules.DEFAULTS);
      TokenIssuer bad = new TokenIssuer(Secret.random(), ClaimRules.DEFAULTS);
      TokenIssuer.Request ann = TokenIssuer.Request.of("ann");
      long now = System.currentTimeMillis();
      connect(sluice, good.issue(ann, Duration.ofMinutes(1), now), new Listener()).abort();
      String forged = bad.issue(ann, Duration.ofMinutes(1), now);
      assertThatThrownBy(() -> connect(sluice, forged, new Listener()))
          .cause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              refused -> assertThat(refused.getResponse().statusCode()).isEqualTo(403));
      assertThat(get(sluice, "/stats").body()).contains("\"tokensRefused\":{\"signature\":1}");
    }
  }

  @Test
  void aPortInUseIsOneClearLine() throws Exception {
    try (Sluice first = Sluice.start(settings(Map.of()))) {
      Settings same = settings(Map.of()).withPort(first.port());
      assertThatThrownBy(() -> Sluice.start(same))
          .isInstanceOf(IOException.class)
          .hasMessage("cannot listen on 127.0.0.1 port " + first.port() + ": the port is in use");
    }
  }

  @Test
  void anAddressOfAnotherMachineIsOneClearLine() throws Exception {
    Settings foreign = settings(Map.of("host", "192.0.2.1", "secret", SECRET));
    assertThatThrownBy(() -> Sluice.start(foreign))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no address of this machine");
  }

  @Test
  void aKeyFileThatIsNoneIsOneClearLine(@TempDir Path folder) throws Exception {
    Path none = folder.resolve("none.pem");
    Settings missing = settings(Map.of("keys", none.toString()));
    assertThatThrownBy(() -> Sluice.start(missing))
        .isInstanceOf(SettingsException.class)
        .hasMessage("keys: " + none + " cannot be read");
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "garbage");
    Settings wrong = settings(Map.of("keys", garbage.toString()));
    assertThatThrownBy(() -> Sluice.start(wrong))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("neither PEM nor a JSON Web Key");
  }

  @Test
  void thePlaygroundIsServedAndHoldsNoToken() throws Exception {
    try (Sluice sluice = Sluice.start(settings(Map.of()))) {
      for (String path :
          new String[] {
            "/",
            "/page/main.js",
            "/page/look.css",
            "/client.js",
            "/client-stream.js",
            "/client-haip.js",
            "/client-visionflow.js"
          }) {
        HttpResponse<String> page = get(sluice, path);
        assertThat(page.statusCode()).as(path).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
            .hasValueSatisfying(
                policy ->
                    assertThat(policy)
                        .contains("default-src 'none'", "require-trusted-types-for 'script'")
                        .doesNotContain("unsafe", "http", "*"));
        assertThat(page.body()).doesNotContain("eyJ");
      }
      assertThat(get(sluice, "/health").body()).startsWith("{\"status\":\"ok\",");
      assertThat(get(sluice, "/nothing").statusCode()).isEqualTo(404);
    }
  }
}
