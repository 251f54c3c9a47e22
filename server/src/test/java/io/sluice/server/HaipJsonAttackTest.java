package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are no messages, over real sockets: each an ERROR, and the session goes on. */
class HaipJsonAttackTest extends HaipAttack {
  /** Without a number, so that none is missing when it is refused. */
  private static final String GOOD =
      "{\"id\":\"00000000-0000-4000-8000-000000000000\",\"session\":\"%s\","
          + "\"ts\":\"1\",\"channel\":\"USER\",\"type\":\"MESSAGE_START\",\"payload\":{\"text\":\"x\"}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "hello",
        "null",
        "true",
        "42",
        "\"text\"",
        "[]",
        "[{}]",
        "{",
        "{}",
        "{}{}",
        "{\"id\"}",
        "{\"id\":}",
        "{'id':'x'}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "\uFEFF{}",
      })
  void whatIsNoMessageIsAViolation(String text) {
    HaipPerson ada = seed();
    ada.raw(text);
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  /** A good message, with something in it put otherwise. */
  static Stream<Arguments> spoiled() {
    return Stream.of(
        Arguments.of("\"id\":\"00000000-0000-4000-8000-000000000000\",", ""),
        Arguments.of("\"00000000-0000-4000-8000-000000000000\"", "7"),
        Arguments.of("00000000-0000", "00000000_0000"),
        Arguments.of("\"USER\"", "7"),
        Arguments.of("\"USER\"", "null"),
        Arguments.of("\"USER\"", "{}"),
        Arguments.of("\"channel\":\"USER\",", ""),
        Arguments.of("\"MESSAGE_START\"", "7"),
        Arguments.of("\"MESSAGE_START\"", "null"),
        Arguments.of("\"type\":\"MESSAGE_START\",", ""),
        Arguments.of("{\"text\":\"x\"}", "\"x\""),
        Arguments.of("{\"text\":\"x\"}", "[]"),
        Arguments.of("{\"text\":\"x\"}", "null"),
        Arguments.of("{\"text\":\"x\"}", "7"),
        Arguments.of(",\"payload\":{\"text\":\"x\"}", ""),
        Arguments.of("\"ts\":\"1\"", "\"type\":\"HAI\""),
        Arguments.of("\"text\":\"x\"", "\"text\":\"x\",\"text\":\"y\""),
        Arguments.of("\"x\"", "[".repeat(100) + "]".repeat(100)),
        Arguments.of("\"x\"", "[".repeat(200_000)),
        Arguments.of("\"x\"", "1".repeat(1_001)),
        Arguments.of("\"text\"", "\"" + "n".repeat(1_025) + "\""),
        Arguments.of("\"ts\":\"1\"", "\"run_id\":7"),
        Arguments.of("\"ts\":\"1\"", "\"thread_id\":\"" + "x".repeat(200) + "\""),
        Arguments.of("\"ts\":\"1\"", "\"pv\":256"),
        Arguments.of("\"ts\":\"1\"", "\"pv\":1e400"),
        Arguments.of("\"ts\":\"1\"", "\"crit\":1"));
  }

  @ParameterizedTest
  @MethodSource("spoiled")
  void whatIsWrongInAMessageIsAViolation(String good, String bad) {
    HaipPerson ada = seed();
    String text = GOOD.formatted(ada.session);
    assertThat(text).contains(good);
    ada.raw(text.replace(good, bad));
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  @Test
  void whatIsNoMistakeIsTaken() {
    HaipPerson ada = seed();
    for (String more :
        List.of(
            "\"ts\":{}",
            "\"ts\":1e400",
            "\"other\":[1,2,{\"deep\":null}]",
            "\"crit\":false",
            "\"run_id\":null",
            "\"transaction\":\"null\"",
            "\"ack\":\"none\"")) {
      ada.raw(
          GOOD.formatted(HaipPerson.id())
              .replace("\"ts\":\"1\"", "\"seq\":\"%d\",%s".formatted(1 + ada.all.size(), more))
              .replace("{\"text\":\"x\"}", "{\"message_id\":\"m\",\"text\":\"taken\"}"));
      assertThat(ada.text()).isEqualTo("taken");
    }
    assertThat(ada.all).noneMatch(frame -> frame.get("type").asString().equals("ERROR"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NO_SUCH_TYPE", "hai", "MESSAGE_START ", "CONNECTION_ESTABLISHED"})
  void anUnknownTypeIsUnsupported(String type) {
    HaipPerson ada = official();
    ada.say("USER", type, "{}");
    assertThat(ada.error()).isEqualTo("UNSUPPORTED_TYPE");
    ada.echo();
  }

  @Test
  void aStrangeMemberOfWhatIsCriticalIsUnsupported() {
    HaipPerson ada = official();
    ada.sayMore("USER", "MESSAGE_START", "{\"text\":\"x\"}", ",\"crit\":true,\"strange\":1");
    assertThat(ada.error()).isEqualTo("UNSUPPORTED_TYPE");
    ada.echo();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ude00\\ud83d", "x\\ud83dx"})
  void halfACharacterIsAViolation(String half) {
    HaipPerson ada = seed();
    ada.raw(GOOD.formatted(ada.session).replace("\"x\"", "\"" + half + "\""));
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"text\":7}",
        "{\"message_id\":7,\"text\":\"x\"}",
        "{\"message_id\":null}",
        "{\"message_id\":{},\"text\":[]}"
      })
  void whatTheAgentCannotReadHarmsNobody(String payload) {
    HaipPerson ada = official();
    for (String type : List.of("MESSAGE_START", "MESSAGE_PART", "MESSAGE_END", "AUDIO_CHUNK")) {
      ada.say("USER", type, payload);
    }
    ada.message("USER", "the next");
    while (!ada.text().equals("the next")) {
      // What could be read of it.
    }
  }

  @Test
  void whatComesBeforeHaiIsAViolationAndElevenAreTooMany() {
    HaipPerson ada = person();
    for (int i = 0; i < 11; i++) {
      ada.message("USER", "nobody hears it");
      assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    }
    assertThat(ada.closeCode()).isEqualTo(1008);
    assertThat(ada.closeReason()).isEqualTo("PROTOCOL_VIOLATION");
  }

  @Test
  void aFloodOfNonsenseEndsItsLineAndHarmsNobody() throws Exception {
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 50; i++) {
        HaipPerson ada = official();
        for (int j = 0; j < 11; j++) {
          ada.raw("nonsense");
        }
        assertThat(ada.closeCode()).isEqualTo(1008);
      }
      eve.hears(5);
    }
  }
}
