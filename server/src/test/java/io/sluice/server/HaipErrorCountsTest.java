package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.model.ChannelPattern;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.server.auth.TokenIssuer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** One mistake is one more under its code, in the pages and in the metrics, and under no other. */
class HaipErrorCountsTest extends HaipAttack {
  /** What attackers provoke. */
  private enum Mistake {
    PROTOCOL_VIOLATION,
    SEQ_VIOLATION,
    FLOW_CONTROL_VIOLATION,
    VERSION_INCOMPATIBLE,
    REPLAY_TOO_OLD,
    UNSUPPORTED_TYPE,
    RESUME_FAILED,
    INVALID_PAYLOAD,
    AUTHENTICATION_FAILED,
    UNAUTHORIZED
  }

  private void make(Mistake mistake) {
    switch (mistake) {
      case PROTOCOL_VIOLATION -> told(official(), mistake, ada -> ada.raw("no message"));
      case SEQ_VIOLATION ->
          told(
              official(),
              mistake,
              ada -> ada.sayAt("900000000000", "USER", "MESSAGE_START", "{\"text\":\"far\"}"));
      case FLOW_CONTROL_VIOLATION -> told(seed(), mistake, ada -> ada.payloadOf("USER", 100_000));
      case VERSION_INCOMPATIBLE ->
          told(
              person(),
              mistake,
              ada ->
                  ada.say("SYSTEM", "HAI", "{\"accept_major\":[2],\"accept_events\":[\"HAI\"]}"));
      case REPLAY_TOO_OLD -> told(greeted(person().official(1, 1 << 20)), mistake, this::misses);
      case UNSUPPORTED_TYPE -> told(official(), mistake, ada -> ada.say("USER", "NO_SUCH", "{}"));
      case RESUME_FAILED ->
          told(person(), mistake, ada -> ada.official(1, 1_000, ",\"last_rx_seq\":\"7\""));
      case INVALID_PAYLOAD ->
          told(official(), mistake, ada -> ada.say("SYSTEM", "PAUSE_CHANNEL", "{}"));
      case AUTHENTICATION_FAILED ->
          told(person(), mistake, ada -> ada.official(1, 1_000, ",\"auth\":\"x\""));
      case UNAUTHORIZED -> told(restricted(), mistake, ada -> ada.message("USER", "may I"));
    }
  }

  private interface Act {
    void by(HaipPerson ada);
  }

  private static void told(HaipPerson ada, Mistake mistake, Act act) {
    act.by(ada);
    assertThat(ada.error()).isEqualTo(mistake.name());
  }

  /** More voices than a slow person is told of later. */
  private void misses(HaipPerson ada) {
    answer(ada, "AUDIO_OUT", "0").join();
    ada.text();
    IntStream.range(1, 100).forEach(i -> answer(ada, "AUDIO_OUT", Integer.toString(i)).join());
    ada.grant("AUDIO_OUT", 1_000, 1);
  }

  /** Who may hear everything, and say nothing. */
  private HaipPerson restricted() {
    String token =
        server
            .sluice()
            .developer()
            .issue(
                new TokenIssuer.Request("ada", null, List.of(), List.of(ChannelPattern.ALL)),
                Duration.ofMinutes(5),
                System.currentTimeMillis());
    HaipPerson ada = new HaipPerson(server.http, at("ada", token), HaipPerson.id());
    return greeted(ada.official(1_000, 1 << 20));
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void aMistakeIsOneMoreUnderItsCode(Mistake mistake) throws Exception {
    make(mistake);
    await().until(() -> !stats().isEmpty());
    assertThat(stats()).isEqualTo(Map.of(mistake.name(), 1));
    Map<String, Integer> all = new HashMap<>();
    for (HaipCode code : HaipCode.values()) {
      all.put(code.text(), code.text().equals(mistake.name()) ? 1 : 0);
    }
    assertThat(metrics()).isEqualTo(all);
  }

  /** Those that were made. */
  private Map<String, Integer> stats() throws Exception {
    JsonNode errors =
        JSON.readTree(server.send(server.request("/stats").build()).body())
            .get("haip")
            .get("errors");
    Map<String, Integer> counts = new HashMap<>();
    errors.properties().forEach(one -> counts.put(one.getKey(), one.getValue().asInt()));
    return counts;
  }

  /** All there are. */
  private Map<String, Integer> metrics() throws Exception {
    String begin = "sluice_haip_errors_total{code=\"";
    Map<String, Integer> counts = new HashMap<>();
    server
        .send(server.request("/metrics").build())
        .body()
        .lines()
        .filter(line -> line.startsWith(begin))
        .forEach(
            line ->
                counts.put(
                    line.substring(begin.length(), line.indexOf('"', begin.length())),
                    (int) Double.parseDouble(line.substring(line.lastIndexOf(' ')))));
    return counts;
  }
}
