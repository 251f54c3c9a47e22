package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Meter;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import io.sluice.server.metrics.Figures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  private static final TokenVerifier VERIFIER =
      (token, now) ->
          CompletableFuture.completedStage(
              switch (token) {
                case "good" ->
                    new Verdict.Accepted(new Identity("a", null, Grants.ALL, Long.MAX_VALUE));
                case "later" -> new Verdict.Unavailable("jwks");
                default -> new Verdict.Rejected("signature");
              });

  private final GatewayMeter meter = new GatewayMeter();
  private final Pages pages = new Pages(VERIFIER, () -> new Moment(0, 0));

  PagesTest() {
    pages.show(
        new Figures(
            meter,
            new Meter(),
            new MemoryBroker(
                Limits.defaults(1 << 20).hub(), channel -> Limits.Log.DEFAULTS, () -> "epoch"),
            () -> 0));
  }

  @AfterEach
  void close() {
    pages.close();
  }

  private HttpAnswer get(String path, boolean loopback, Map<String, String> headers) {
    HttpCall call =
        new HttpCall("GET", path, Map.of(), headers, new byte[0], "192.0.2.7", loopback);
    HttpRoute route =
        pages.routes().stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
    return route.handler().handle(call).toCompletableFuture().join();
  }

  private static String body(HttpAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  @Test
  void healthIsForEverybody() {
    HttpAnswer answer = get("/health", false, Map.of());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(body(answer)).isEqualTo("{\"status\":\"ok\"}");
    assertThat(get("/health/ready", false, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void aServerThatStopsIsAliveAndNotReady() {
    pages.stopping();
    assertThat(get("/health", false, Map.of()).status()).isEqualTo(200);
    assertThat(get("/health/ready", false, Map.of()).status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/stats"})
  void figuresAreForThisMachine(String path) {
    assertThat(get(path, true, Map.of()).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/stats"})
  void figuresAreForWhoHasAToken(String path) {
    assertThat(get(path, false, Map.of("authorization", "Bearer good")).status()).isEqualTo(200);
    assertThat(get(path, false, Map.of("authorization", "bearer  good ")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/stats"})
  void figuresAreForNobodyElse(String path) {
    assertThat(get(path, false, Map.of()).status()).isEqualTo(401);
    assertThat(get(path, false, Map.of("authorization", "Basic good")).status()).isEqualTo(401);
    assertThat(meter.refused(Refusal.NO_TOKEN)).isEqualTo(2);
    assertThat(get(path, false, Map.of("authorization", "Bearer bad")).status()).isEqualTo(403);
    assertThat(meter.refused(Refusal.BAD_TOKEN)).isEqualTo(1);
    assertThat(meter.tokens()).containsEntry("signature", 1L);
    HttpAnswer later = get(path, false, Map.of("authorization", "Bearer later"));
    assertThat(later.status()).isEqualTo(503);
    assertThat(later.headers()).containsKey("Retry-After");
    assertThat(body(later)).contains("\"code\":\"overload\"");
  }

  @Test
  void aStrangerBehindAProxyOnThisMachineIsAStranger() {
    for (String header : List.of("x-forwarded-for", "forwarded", "x-real-ip", "via")) {
      assertThat(get("/metrics", true, Map.of(header, "198.51.100.1")).status()).isEqualTo(401);
    }
  }
}
