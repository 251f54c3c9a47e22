package io.sluice.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to write a body wrong has its answer, and nothing of it is done. */
class BadInputTest {
  private static final String LONG = "k".repeat(129);

  static Stream<Arguments> bodies() {
    return Stream.of(
        bad("publish", "", "invalid_json", null),
        bad("publish", "[]", "invalid_json", null),
        bad("publish", "{", "invalid_json", null),
        bad("publish", "{} x", "invalid_json", null),
        bad("publish", "{\"channel\":\"a\",\"channel\":\"b\",\"payload\":1}", "invalid_json", null),
        bad("publish", "{\"channel\":\"a\",\"payload\":{\"x\":1,\"x\":2}}", "invalid_json", null),
        bad("publish", "{\"channel\":\"a\",\"payload\":\"\u00ff\"}", "invalid_json", null),
        bad(
            "publish",
            "{\"channel\":\"a\",\"payload\":" + "[".repeat(64) + "]".repeat(64) + "}",
            "invalid_json",
            null),
        bad("publish", "{\"payload\":1}", "missing_field", "channel"),
        bad("publish", "{\"channel\":null,\"payload\":1}", "missing_field", "channel"),
        bad("publish", "{\"channel\":\"a\"}", "missing_field", "payload"),
        bad("publish", "{\"channel\":7,\"payload\":1}", "invalid_channel", "channel"),
        bad("publish", "{\"channel\":\"\",\"payload\":1}", "invalid_channel", "channel"),
        bad("publish", "{\"channel\":\"a b\",\"payload\":1}", "invalid_channel", "channel"),
        bad("publish", "{\"channels\":[\"a\"],\"payload\":1}", "invalid_field", "channels"),
        bad("publish", "{\"channel\":\"a\",\"payload\":1,\"key\":7}", "invalid_field", "key"),
        bad("publish", "{\"channel\":\"a\",\"payload\":1,\"key\":\"\"}", "invalid_field", "key"),
        bad(
            "publish",
            "{\"channel\":\"a\",\"payload\":1,\"idempotencyKey\":\"" + LONG + "\"}",
            "invalid_field",
            "idempotencyKey"),
        bad("broadcast", "{\"channels\":[],\"payload\":1}", "invalid_field", "channels"),
        bad("broadcast", "{\"channels\":\"a\",\"payload\":1}", "invalid_field", "channels"),
        bad("broadcast", "{\"channels\":[\"a\",7],\"payload\":1}", "invalid_channel", "channels"),
        bad(
            "broadcast",
            "{\"channels\":[" + "\"a\",".repeat(64) + "\"a\"],\"payload\":1}",
            "invalid_field",
            "channels"),
        bad(
            "broadcast",
            "{\"channel\":\"a\",\"channels\":[\"a\"],\"payload\":1}",
            "invalid_field",
            "channel"),
        bad("broadcast", "{\"channels\":[\"a\"]}", "missing_field", "payload"),
        bad("broadcast", "{\"payload\":1}", "missing_field", "channel"),
        bad(
            "broadcast",
            "{\"channel\":\"a\",\"payload\":1,\"idempotencyKey\":\"i\"}",
            "invalid_field",
            "idempotencyKey"),
        bad("disconnect", "{}", "missing_field", "connectionId"),
        bad("disconnect", "{\"reset\":true}", "missing_field", "connectionId"),
        bad("disconnect", "{\"connectionId\":\"\"}", "invalid_field", "connectionId"),
        bad("disconnect", "{\"connectionId\":7}", "invalid_field", "connectionId"),
        bad("disconnect", "{\"connectionId\":\"c\",\"reset\":1}", "invalid_field", "reset"),
        bad("disconnect", "{\"connectionId\":\"c\",\"userId\":\"u\"}", "invalid_field", "userId"));
  }

  private static Arguments bad(String path, String body, String code, String field) {
    return Arguments.of(path, body, code, field);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theAnswerNamesTheCodeAndTheField(String path, String body, String code, String field) {
    Desk desk = new Desk();
    Desk.Reply reply =
        Desk.reply(
            desk.call(
                "POST",
                path,
                Map.of(),
                body.getBytes(ISO_8859_1),
                "authorization",
                "Bearer root",
                "x-request-id",
                "r-1"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("code").asString()).isEqualTo(code);
    assertThat(reply.error().path("message").asString()).isNotBlank();
    assertThat(reply.error().path("details").path("kind").asString()).isEqualTo("invalid_request");
    assertThat(reply.error().path("details").path("field").asString(null)).isEqualTo(field);
    assertThat(reply.error().path("request_id").asString()).isEqualTo("r-1");
    assertThat(desk.log("a")).isEmpty();
    assertThat(desk.asked).isEqualTo(List.of());
  }
}
