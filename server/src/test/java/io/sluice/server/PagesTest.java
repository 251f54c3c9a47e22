package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admin.ApiKey;
import io.sluice.admin.ApiKeys;
import io.sluice.admin.Authenticator;
import io.sluice.core.Meter;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpRefusal;
import io.sluice.gateway.http.HttpReply;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import io.sluice.server.metrics.Recent;
import io.sluice.server.metrics.TestFigures;
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

  private static final String SECRET = "0123456789-api-key-0123456789-abc";
  private static final ApiKeys KEYS =
      new ApiKeys(List.of(new ApiKey("watch", ApiKey.digestOf(SECRET), null, Grants.NONE)));

  private final GatewayMeter meter = new GatewayMeter();
  private final Pages pages =
      new Pages(new Authenticator(KEYS, VERIFIER, meter), () -> new Moment(0, 0));

  PagesTest() {
    pages.show(
        TestFigures.of(meter, new Meter()),
        new Recent(() -> new Recent.Sums(0, 0, 0, 0), new Moment(0, 0)));
  }

  @AfterEach
  void close() {
    pages.close();
  }

  private HttpReply reply(String path, boolean loopback, Map<String, String> headers) {
    HttpCall call =
        new HttpCall("GET", path, Map.of(), headers, new byte[0], "192.0.2.7", loopback);
    HttpRoute route =
        pages.routes().stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
    return route.handler().handle(call).toCompletableFuture().join();
  }

  private HttpAnswer get(String path, boolean loopback, Map<String, String> headers) {
    return (HttpAnswer) reply(path, loopback, headers);
  }

  private static String body(HttpAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  @Test
  void healthIsForEverybody() {
    HttpAnswer answer = get("/health", false, Map.of());
    assertThat(answer.status()).isEqualTo(200);
    meter.countUpgrade();
    meter.countStream();
    assertThat(body(get("/health", false, Map.of())))
        .isEqualTo(
            "{\"status\":\"ok\",\"uptime\":0.0,\"activeConnections\":3,\"totalConnections\":2}");
    assertThat(get("/health/ready", false, Map.of()).status()).isEqualTo(200);
  }

  @Test
  void aServerThatStopsIsAliveAndNotReady() {
    pages.stopping();
    HttpAnswer alive = get("/health", false, Map.of());
    assertThat(alive.status()).isEqualTo(200);
    assertThat(body(alive)).contains("\"status\":\"stopping\"");
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
    assertThat(get(path, false, Map.of("x-api-key", SECRET)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/stats"})
  void figuresAreForNobodyElse(String path) {
    assertRefused(Refusal.NO_TOKEN, path, Map.of());
    assertRefused(Refusal.NO_TOKEN, path, Map.of("authorization", "Basic good"));
    assertRefused(Refusal.BAD_API_KEY, path, Map.of("x-api-key", "nobody's"));
    assertRefused(Refusal.BAD_TOKEN, path, Map.of("authorization", "Bearer bad"));
    assertThat(meter.tokens()).containsEntry("signature", 1L);
    assertRefused(Refusal.OVERLOAD, path, Map.of("authorization", "Bearer later"));
    assertThat(meter.tokens()).containsEntry("jwks", 1L);
  }

  private void assertRefused(Refusal refusal, String path, Map<String, String> headers) {
    assertThat(reply(path, false, headers)).isEqualTo(new HttpRefusal(refusal));
  }

  @Test
  void aServerThatStopsShowsNoFigures() {
    pages.stopping();
    assertThat(reply("/metrics", true, Map.of())).isEqualTo(new HttpRefusal(Refusal.STOPPING));
  }
}
