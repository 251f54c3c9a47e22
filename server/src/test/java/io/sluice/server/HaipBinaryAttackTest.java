package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Binary frames that do not belong to their envelopes, over real sockets. */
class HaipBinaryAttackTest extends HaipAttack {
  private static void announce(HaipPerson ada, String length) {
    announce(ada, length, "");
  }

  private static void announce(HaipPerson ada, String length, String more) {
    ada.sayMore(
        "AUDIO_IN",
        "AUDIO_CHUNK",
        "{\"message_id\":\"%s\",\"mime\":\"audio/opus\"%s}".formatted(HaipPerson.id(), more),
        ",\"bin_len\":%s,\"bin_mime\":\"audio/opus\"".formatted(length));
  }

  private static void isRefused(HaipPerson ada) {
    JsonNode error = ada.next("ERROR").get("payload");
    assertThat(error.get("code").asString()).isEqualTo("PROTOCOL_VIOLATION");
    assertThat(error.get("detail").get("reason").asString()).isEqualTo("BINARY_FRAME_ERROR");
  }

  @Test
  void aFrameThatNobodyAnnouncedIsRefused() {
    HaipPerson ada = official();
    ada.binary(new byte[4]);
    isRefused(ada);
    ada.echo();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 1_000})
  void aFrameOfAnotherLengthIsRefused(int length) {
    HaipPerson ada = official();
    announce(ada, "4");
    ada.binary(new byte[length]);
    isRefused(ada);
    ada.echo();
    assertThat(history(ada, "AUDIO_IN")).isEmpty();
  }

  @Test
  void aTextWhereAFrameIsDueIsHeardAndTheFrameIsMissed() {
    HaipPerson ada = official();
    announce(ada, "4");
    ada.echo();
    assertThat(ada.all.get(1).get("type").asString()).isEqualTo("ERROR");
    ada.binary(new byte[4]);
    isRefused(ada);
    ada.echo();
  }

  @Test
  void twoAnnouncementsInARowAreOneTooMany() {
    HaipPerson ada = official();
    announce(ada, "4");
    announce(ada, "5");
    ada.binary(new byte[5]);
    isRefused(ada);
    ada.echo();
    assertThat(history(ada, "AUDIO_IN")).hasSize(1);
  }

  @Test
  void dataComesOneWayOrTheOther() {
    HaipPerson ada = official();
    announce(ada, "4", ",\"data\":\"AAECAw==\"");
    ada.binary(new byte[4]);
    isRefused(ada);
    ada.echo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "0.5", "\"4\"", "1e400", "9223372036854775807", "[4]", "true"})
  void aLengthThatIsNoneIsRefusedWithItsFrame(String length) {
    HaipPerson ada = official();
    announce(ada, length);
    isRefused(ada);
    ada.binary(new byte[4]);
    ada.echo();
    assertThat(ada.errors()).hasSize(1);
  }

  @Test
  void anEmptyFrameIsAFrame() {
    HaipPerson ada = official();
    announce(ada, "0");
    ada.binary(new byte[0]);
    ada.echo();
    assertThat(ada.errors()).isEmpty();
    assertThat(history(ada, "AUDIO_IN")).hasSize(1);
  }

  @Test
  void oneThatIsAnnouncedTooLargeIsRefusedAndPassedOver() {
    HaipPerson ada = official();
    announce(ada, Integer.toString((1 << 20) + 1));
    isRefused(ada);
    ada.binary(new byte[1 << 20]);
    ada.echo();
    assertThat(ada.errors()).hasSize(1);
  }

  @Test
  void oneBeyondTheHardLimitEndsTheLineAndNotTheSession() {
    HaipPerson ada = official();
    announce(ada, Integer.toString(1 << 20));
    ada.binary(new byte[(1 << 20) + 1]);
    assertThat(ada.closeCode()).isEqualTo(1009);
    HaipPerson back = again(ada);
    back.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    greeted(back);
    back.echo();
  }

  @Test
  void aFrameThatNeverComesIsWaitedForAsLongAsAnythingIs() throws Exception {
    restart(Map.of("haip.heartbeat.every", "200ms", "haip.heartbeat.answer", "200ms"));
    HaipPerson ada = official();
    announce(ada, "4");
    assertThat(ada.closeCode()).isEqualTo(1001);
  }

  @Test
  void elevenAMinuteAreTooMany() {
    HaipPerson ada = official();
    for (int i = 0; i < 10; i++) {
      ada.binary(new byte[1]);
      isRefused(ada);
      ada.echo();
    }
    ada.binary(new byte[1]);
    isRefused(ada);
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  /** Credit of sound is its length, and what is beyond it is refused with its frame. */
  @Test
  void soundBeyondTheCreditIsRefused() {
    HaipPerson ada = official();
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.frameOf("AUDIO_IN", 60_000);
    ada.frameOf("AUDIO_IN", 60_000);
    JsonNode granted = ada.next("FLOW_UPDATE").get("payload");
    assertThat(granted.path("add_bytes").asInt()).isEqualTo(60_000);
    // The agent is held by what it cannot say, and hears nothing more on that channel.
    int left = (256 << 10) - 60_000;
    for (int length = 65_536; left > 0; left -= length) {
      length = Math.min(length, left);
      announce(ada, Integer.toString(length));
      ada.binary(new byte[length]);
    }
    assertThat(ada.errors()).isEmpty();
    announce(ada, "1");
    ada.binary(new byte[1]);
    assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
    ada.say("SYSTEM", "RESUME_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.message("USER", "the next");
    while (!ada.text().equals("the next")) {
      // What was said before.
    }
  }
}
