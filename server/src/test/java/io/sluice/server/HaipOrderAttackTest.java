package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What peers do to the order of what they say, over real sockets. */
class HaipOrderAttackTest extends HaipAttack {
  private static String text(String text) {
    return "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(HaipPerson.id(), text);
  }

  private static void message(HaipPerson ada, String seq, String text) {
    ada.sayAt(seq, "USER", "MESSAGE_START", text(text));
  }

  @Test
  void whatIsMissingIsAskedForAndAllIsInOrder() {
    HaipPerson ada = official();
    for (String seq : new String[] {"3", "5", "4", "5", "3"}) {
      message(ada, seq, "number " + seq);
    }
    JsonNode asked = ada.next("REPLAY_REQUEST").get("payload");
    assertThat(asked.get("from_seq").asString()).isEqualTo("2");
    assertThat(asked.get("to_seq").asString()).isEqualTo("2");
    message(ada, "2", "number 2");
    IntStream.range(2, 6).forEach(i -> assertThat(ada.text()).isEqualTo("number " + i));
    message(ada, "6", "number 6");
    assertThat(ada.text()).isEqualTo("number 6");
    assertThat(ada.all).noneMatch(frame -> frame.get("type").asString().equals("ERROR"));
  }

  @Test
  void whatComesAgainIsDroppedHoweverOften() throws Exception {
    HaipPerson ada = official();
    message(ada, "2", "once");
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 5_000; i++) {
        message(ada, Integer.toString(i % 3), "again");
      }
      eve.hears(5);
    }
    message(ada, "3", "twice");
    assertThat(ada.text()).isEqualTo("once");
    assertThat(ada.text()).isEqualTo("twice");
  }

  /** Counted round, the largest number of all is one that came long ago. */
  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "9223372036854775810", "0"})
  void theLargestNumbersAreBehindAndDropped(String seq) {
    HaipPerson ada = official();
    message(ada, seq, "lost");
    message(ada, "2", "found");
    assertThat(ada.text()).isEqualTo("found");
  }

  @Test
  void aNumberFarAheadIsAnErrorAndGoneOnFrom() {
    HaipPerson ada = official();
    message(ada, "900000000000", "far");
    assertThat(ada.error()).isEqualTo("SEQ_VIOLATION");
    assertThat(ada.text()).isEqualTo("far");
    message(ada, "900000000001", "next");
    assertThat(ada.text()).isEqualTo("next");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "-1", "1.5", "18446744073709551616", "000000000000000000001", " 2"})
  void whatIsNoNumberIsAnErrorOnceNumbersCount(String seq) {
    HaipPerson ada = official();
    message(ada, seq, "lost");
    assertThat(ada.error()).isEqualTo("SEQ_VIOLATION");
    ada.echo();
  }

  /** A clock, or letters, in the first message: then nothing is kept in order by them. */
  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551615", "1700000000000", "1700000000000-x7f", ""})
  void whoDoesNotCountIsNotCounted(String seq) {
    HaipPerson ada = person();
    ada.sayAt(
        seq,
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
            + HaipPerson.ALL
            + "]}");
    ada.next("HAI");
    for (String next : new String[] {"18446744073709551615", "0", "17", "17", "z", ""}) {
      message(ada, next, "word " + next);
      assertThat(ada.text()).isEqualTo("word " + next);
    }
  }

  @Test
  void anAckOfWhatWasNeverSaidIsAnErrorAndElevenAreTooMany() {
    HaipPerson ada = official();
    for (int i = 0; i < 10; i++) {
      ada.sayMore("SYSTEM", "PONG", "{}", ",\"ack\":\"18446744073709551615\"");
      assertThat(ada.error()).isEqualTo("SEQ_VIOLATION");
      ada.echo();
    }
    ada.sayMore("SYSTEM", "PONG", "{}", ",\"ack\":\"1000000\"");
    assertThat(ada.error()).isEqualTo("SEQ_VIOLATION");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"from_seq\":\"0\"}",
        "{\"from_seq\":\"-1\"}",
        "{\"from_seq\":{}}",
        "{\"from_seq\":\"x\"}"
      })
  void aRequestForNothingIsAnError(String payload) {
    HaipPerson ada = official();
    ada.say("SYSTEM", "REPLAY_REQUEST", payload);
    assertThat(ada.error()).isEqualTo("INVALID_PAYLOAD");
    ada.echo();
  }

  @Test
  void aRequestForWhatIsToComeIsAnsweredWithWhatThereIs() {
    HaipPerson ada = official();
    ada.echo();
    ada.say("SYSTEM", "REPLAY_REQUEST", "{\"from_seq\":\"1\",\"to_seq\":\"18446744073709551615\"}");
    ada.say("SYSTEM", "REPLAY_REQUEST", "{\"from_seq\":\"18446744073709551615\"}");
    assertThat(ada.text()).startsWith("are you there");
    ada.echo();
    assertThat(ada.errors()).isEmpty();
  }

  @Test
  void moreThanIsKeptBehindAGapIsAskedForAgain() throws Exception {
    HaipPerson ada = official();
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 3; i < 900; i++) {
        ada.sayAt(Integer.toString(i), "SYSTEM", "PONG", "{}");
      }
      eve.hears(5);
    }
    assertThat(ada.next("REPLAY_REQUEST").get("payload").get("from_seq").asString()).isEqualTo("2");
    message(ada, "2", "the missing one");
    assertThat(ada.text()).isEqualTo("the missing one");
  }
}
