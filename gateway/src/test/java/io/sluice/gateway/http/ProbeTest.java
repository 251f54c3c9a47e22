package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page asks why its upgrade failed, with its token in a header. */
class ProbeTest {
  private static final String ALLOWED = "https://app.example:8443";

  private final Station station = new Station();

  private String ask(String method, String path, String origin, String... more) {
    String lines = more.length == 0 ? "" : String.join("\r\n", more) + "\r\n";
    return station.ask(
        (method + " " + path + " HTTP/1.1\r\nHost: sluice.test\r\nOrigin: " + origin + "\r\n")
            + lines
            + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({"none, 401", "bad, 403", "good, 426"})
  void aPageThatMayConnectCanReadTheAnswer(String token, int status) {
    String answer =
        token.equals("none")
            ? ask("GET", "/ws", ALLOWED)
            : ask("GET", "/ws", ALLOWED, "Authorization: Bearer " + token);
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("access-control-allow-origin: " + ALLOWED + "\r\n")
        .containsIgnoringCase("vary: origin\r\n")
        .doesNotContain("Allow-Credentials");
  }

  @Test
  void itMayAskWhetherItMayAsk() {
    assertThat(
            ask(
                "OPTIONS",
                "/ws",
                ALLOWED,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: authorization"))
        .startsWith("HTTP/1.1 204 ")
        .contains("Access-Control-Allow-Origin: " + ALLOWED + "\r\n")
        .contains("Access-Control-Allow-Methods: GET\r\n")
        .contains("Access-Control-Allow-Headers: Authorization, Content-Type, Last-Event-ID\r\n")
        .contains("Access-Control-Max-Age: 600\r\n");
  }

  @Test
  void anotherPageIsToldNothing() {
    String foreign = "https://evil.example";
    assertThat(ask("OPTIONS", "/ws", foreign, "Access-Control-Request-Method: GET"))
        .contains("\"bad_origin\"")
        .doesNotContain("Access-Control");
    assertThat(ask("GET", "/ws", foreign, "Authorization: Bearer good"))
        .contains("\"bad_origin\"")
        .doesNotContain("Access-Control");
  }

  @Test
  void onlyAPathWhereWebSocketAloneIsSpokenAnswersPagesOfOtherOrigins() {
    assertThat(ask("OPTIONS", "/", ALLOWED, "Access-Control-Request-Method: GET"))
        .startsWith("HTTP/1.1 405 ");
    assertThat(ask("GET", "/health", ALLOWED)).doesNotContain("Access-Control");
    assertThat(ask("OPTIONS", "/ws", ALLOWED)).startsWith("HTTP/1.1 405 ");
  }
}
