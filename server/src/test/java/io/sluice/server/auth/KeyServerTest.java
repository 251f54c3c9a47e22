package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.CLAIMS;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.model.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real HTTP server on loopback. */
class KeyServerTest {
  private static final Limits.Token LIMITS = limits(Duration.ofSeconds(10));
  private static final Limits.Token HASTY = limits(Duration.ofMillis(200));

  private static Limits.Token limits(Duration timeout) {
    return new Limits.Token(
        8 << 10,
        4,
        8,
        new Limits.Jwks(
            timeout,
            8 << 10,
            Duration.ofMinutes(10),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofHours(1)));
  }

  private final AtomicReference<String> body = new AtomicReference<>("");
  private final AtomicInteger requests = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer http;
  private KeyServer server;

  @BeforeEach
  void listen() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/keys", exchange -> answer(exchange, 200, body.get()));
    http.createContext("/error", exchange -> answer(exchange, 500, body.get()));
    http.createContext("/moved", this::redirect);
    http.createContext("/trickle", this::trickle);
    http.start();
    server = at("/keys", LIMITS);
  }

  @AfterEach
  void close() {
    release.countDown();
    server.close();
    http.stop(0);
  }

  private KeyServer at(String path, Limits.Token limits) {
    return new KeyServer(
        URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path), limits);
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    requests.incrementAndGet();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Location", "/keys");
    answer(exchange, 302, "");
  }

  /** Headers at once, and then a body that never ends. */
  private void trickle(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static String jwks(String kid, KeyPair pair) {
    return "{\"keys\":[" + Forge.jwk(pair.getPublic(), ",\"kid\":\"" + kid + "\"") + "]}";
  }

  private static String token(String kid, KeyPair pair) {
    return Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", CLAIMS, pair.getPrivate());
  }

  @Test
  void keysAreFetchedOnceAndAgainWhenTheyRotate() {
    JwtVerifier verifier = Forge.byKeys(new CachedKeys(server, LIMITS.jwks()));
    body.set(jwks("first", Forge.RSA));
    assertThat(reason(check(verifier, token("first", Forge.RSA)))).isEqualTo("accepted alice");
    assertThat(reason(check(verifier, token("first", Forge.RSA)))).isEqualTo("accepted alice");
    assertThat(requests).hasValue(1);
    body.set(jwks("second", Forge.OTHER_RSA));
    assertThat(reason(check(verifier, token("second", Forge.OTHER_RSA))))
        .isEqualTo("accepted alice");
    assertThat(requests).hasValue(2);
    assertThat(reason(check(verifier, token("first", Forge.RSA)))).isEqualTo("key");
  }

  @Test
  void aKidThatIsAnAddressLeadsNowhere() {
    JwtVerifier verifier = Forge.byKeys(new CachedKeys(server, Limits.Jwks.DEFAULTS));
    body.set(jwks("good", Forge.RSA));
    String elsewhere = "http://127.0.0.1:" + http.getAddress().getPort() + "/moved";
    assertThat(reason(check(verifier, token(elsewhere, Forge.RSA)))).isEqualTo("key");
    assertThat(requests).hasValue(1);
  }

  @Test
  void aServerThatIsDownIsUnavailableAndComesBack() {
    JwtVerifier verifier = Forge.byKeys(new CachedKeys(server, LIMITS.jwks()));
    body.set("not keys");
    assertThat(reason(check(verifier, token("first", Forge.RSA)))).isEqualTo("unavailable jwks");
    body.set(jwks("first", Forge.RSA));
    assertThat(reason(check(verifier, token("first", Forge.RSA)))).isEqualTo("accepted alice");
  }

  @Test
  void nothingListeningIsNoAnswer() {
    http.stop(0);
    assertNoAnswer(server, "ConnectException");
  }

  @Test
  void anErrorStatusIsNoAnswer() {
    body.set(jwks("first", Forge.RSA));
    assertNoAnswer(at("/error", LIMITS), "status 500");
  }

  @Test
  void aRedirectIsNoAnswer() {
    body.set(jwks("first", Forge.RSA));
    assertNoAnswer(at("/moved", LIMITS), "status 302");
    assertThat(requests).hasValue(1);
  }

  @Test
  void anAnswerThatIsTooLongIsNoAnswer() {
    body.set(jwks("first", Forge.RSA) + " ".repeat(8 << 10));
    assertNoAnswer(server, "IOException");
  }

  @Test
  void anAnswerThatNeverEndsIsGivenUp() {
    assertNoAnswer(at("/trickle", HASTY), "no answer within");
  }

  @Test
  void tooManyKeysAreNoAnswer() {
    body.set("{\"keys\":[1,2,3,4,5]}");
    assertNoAnswer(server, "more than 4 keys");
  }

  private static void assertNoAnswer(KeyServer server, String message) {
    try (server) {
      assertThatThrownBy(() -> server.fetch().toCompletableFuture().join())
          .hasMessageContaining(message);
    }
  }
}
