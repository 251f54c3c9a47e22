package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What peers do to the flow of their channels, over real sockets, beside a healthy neighbour. */
class HaipFlowAttackTest extends HaipAttack {
  private static final int WINDOW = 256 << 10;
  private static final int OVERDRAFT = 64 << 10;
  private static final String HOLD = "{\"channel\":\"AGENT\"}";

  /** As much as an agent may be ahead of its reader, nearly. */
  private static final int LARGE = 60_000;

  private static void say(HaipPerson ada, String payload) {
    ada.say("SYSTEM", "FLOW_UPDATE", payload);
  }

  private static void ask(HaipPerson ada, String channel, String credits) {
    say(
        ada,
        "{\"channel\":\"%s\",\"action\":\"request_credits\",\"credits\":%s}"
            .formatted(channel, credits));
  }

  // Numbers

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "0.5",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "1e400",
        "\"5\"",
        "null",
        "true",
        "[5]",
      })
  void aBadNumberIsOneErrorAndChangesNothing(String number) {
    HaipPerson ada = seed();
    for (String action : List.of("request_credits", "grant_credits", "reduce_credits")) {
      say(
          ada,
          "{\"channel\":\"AGENT\",\"action\":\"%s\",\"credits\":%s}".formatted(action, number));
      assertThat(ada.error()).isEqualTo("INVALID_PAYLOAD");
    }
    ada.echo();
    HaipPerson eve = person("eve", HaipPerson.id()).official(2, 100_000);
    eve.next("HAI");
    for (String member : List.of("add_messages", "add_bytes")) {
      say(eve, "{\"channel\":\"AGENT\",\"%s\":%s}".formatted(member, number));
      assertThat(eve.error()).isEqualTo("INVALID_PAYLOAD");
    }
    // Two messages of credit, as before.
    IntStream.range(0, 3).forEach(i -> eve.message("USER", "word " + i));
    eve.text();
    eve.text();
    eve.roundTrip();
    assertThat(eve.hasMessage()).isFalse();
    eve.grant("AGENT", 1, 1);
    assertThat(eve.text()).isEqualTo("word 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "05", "+5", "0x5", "5.", ".5", "--5"})
  void whatIsNoNumberOfJsonIsNoMessage(String number) {
    HaipPerson ada = seed();
    ask(ada, "USER", number);
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  @Test
  void nothingIsNoCreditAndNoMistake() {
    HaipPerson ada = seed();
    for (String action : List.of("request_credits", "grant_credits", "reduce_credits")) {
      say(ada, "{\"channel\":\"USER\",\"action\":\"%s\",\"credits\":0}".formatted(action));
    }
    ada.echo();
    assertThat(ada.all).hasSize(2);
  }

  // Overdraft

  /** An agent that is held by its reader, with one large message that it cannot answer. */
  private static void holdAgent(HaipPerson ada) {
    ada.say("SYSTEM", "PAUSE_CHANNEL", HOLD);
  }

  @Test
  void inTheOfficialGrammarTheLastByteIsTakenAndTheNextIsNot() {
    HaipPerson ada = official();
    holdAgent(ada);
    ada.frameOf("USER", LARGE);
    ada.frameOf("USER", LARGE);
    assertThat(granted(ada, LARGE)).isEqualTo(LARGE);
    int left = WINDOW - LARGE;
    for (; left > 2 * LARGE; left -= LARGE) {
      ada.frameOf("USER", LARGE);
    }
    ada.frameOf("USER", left);
    assertThat(ada.errors()).isEmpty();
    ada.message("USER", "one too many");
    JsonNode error = ada.next("ERROR").get("payload");
    assertThat(error.get("code").asString()).isEqualTo("FLOW_CONTROL_VIOLATION");
    assertThat(error.get("detail").get("credit").asInt()).isZero();
    ada.say("SYSTEM", "RESUME_CHANNEL", HOLD);
    granted(ada, WINDOW - LARGE);
    ada.message("USER", "the next");
    String text = ada.text();
    while (!text.equals("the next")) {
      assertThat(text).isNotEqualTo("one too many");
      text = ada.text();
    }
  }

  /** Waits for so many bytes of credit on USER. */
  private static int granted(HaipPerson ada, int bytes) {
    int sum = 0;
    while (sum < bytes) {
      JsonNode payload = ada.next("FLOW_UPDATE").get("payload");
      if (payload.get("channel").asString().equals("USER")) {
        sum += payload.path("add_bytes").asInt(0);
      }
    }
    return sum;
  }

  @Test
  void inTheOfficialGrammarTheMessagesAreCountedToo() {
    HaipPerson ada = official();
    holdAgent(ada);
    ada.frameOf("USER", LARGE);
    ada.frameOf("USER", LARGE);
    granted(ada, LARGE);
    IntStream.range(0, 31).forEach(i -> ada.message("USER", "word " + i));
    assertThat(ada.errors()).isEmpty();
    ada.message("USER", "one too many");
    assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
  }

  @Test
  void inTheSeedsGrammarItIsTakenUpToTheOverdraftAndNotBeyond() {
    HaipPerson ada = seed();
    holdSeed(ada);
    ada.payloadOf("USER", LARGE);
    ada.payloadOf("USER", OVERDRAFT + 1_000 - LARGE);
    ada.payloadOf("USER", 100);
    JsonNode error = ada.next("ERROR").get("payload");
    assertThat(error.get("code").asString()).isEqualTo("FLOW_CONTROL_VIOLATION");
    assertThat(error.get("detail").get("credit").asInt()).isEqualTo(-OVERDRAFT);
    ada.say("SYSTEM", "RESUME_CHANNEL", HOLD);
    String text = "the next";
    ada.message("AGENT", text);
    while (!text.equals(ada.text())) {
      // What was taken before.
    }
  }

  /** The agent has answered with all that it may be ahead, and the credit is a thousand. */
  private static void holdSeed(HaipPerson ada) {
    holdAgent(ada);
    ada.payloadOf("USER", LARGE);
    ask(ada, "USER", "1000");
    assertThat(ada.next("FLOW_UPDATE").get("payload").get("credits").asInt()).isEqualTo(1_000);
  }

  // Minting

  @ParameterizedTest
  @ValueSource(strings = {"request_credits", "grant_credits"})
  void whatIsMintedIsWorthNothing(String action) throws Exception {
    HaipPerson ada = seed();
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 10_000; i++) {
        say(
            ada,
            "{\"channel\":\"USER\",\"action\":\"%s\",\"credits\":2147483647,\"current_credits\":0}"
                .formatted(action));
      }
      eve.hears(5);
    }
    holdAgent(ada);
    // A flood of controls is looked at when its second is over, and the pause with it.
    ada.next("PAUSE_CHANNEL");
    int taken = 0;
    ada.payloadOf("USER", LARGE);
    ada.payloadOf("USER", LARGE);
    for (; !isRefused(ada); taken += 1_000) {
      ada.payloadOf("USER", 1_000);
    }
    // Of the first two one is answered, and of the other and all behind it so much may wait.
    assertThat(taken + LARGE).isLessThanOrEqualTo(10_000 + OVERDRAFT + 2_000);
    ada.say("SYSTEM", "RESUME_CHANNEL", HOLD);
    ada.message("AGENT", "the next");
    while (!ada.text().equals("the next")) {
      // What was taken before.
    }
  }

  /** Whether an ERROR has come behind what was said; the echo of a pause comes as surely. */
  private static boolean isRefused(HaipPerson ada) {
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AUDIO_OUT\"}");
    JsonNode frame = ada.next("PAUSE_CHANNEL", "ERROR");
    while (frame.get("payload").path("channel").asString("AUDIO_OUT").equals("AGENT")) {
      frame = ada.next("PAUSE_CHANNEL", "ERROR");
    }
    return frame.get("type").asString().equals("ERROR");
  }

  @Test
  void nobodyGrantsItselfInTheOfficialGrammar() {
    HaipPerson ada = official();
    holdAgent(ada);
    IntStream.range(0, 50).forEach(i -> ada.grant("USER", 1_000_000, Integer.MAX_VALUE));
    ada.frameOf("USER", LARGE);
    ada.frameOf("USER", LARGE);
    granted(ada, LARGE);
    IntStream.range(0, 31).forEach(i -> ada.message("USER", "word"));
    assertThat(ada.errors()).isEmpty();
    ada.message("USER", "one too many");
    assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
  }

  // Floods

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFloodOfFlowUpdatesHarmsNobody(boolean official) throws Exception {
    HaipPerson ada = official ? official() : seed();
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 10_000; i++) {
        switch (i % 3) {
          case 0 -> say(ada, "{\"channel\":\"AGENT\",\"add_messages\":1,\"add_bytes\":1}");
          case 1 -> ask(ada, "USER", "1");
          default ->
              say(ada, "{\"channel\":\"USER\",\"action\":\"back_pressure\",\"pressure_level\":1}");
        }
      }
      eve.hears(5);
    }
    ada.echo();
    assertThat(ada.all).noneMatch(frame -> frame.get("type").asString().equals("ERROR"));
  }

  @Test
  void aFloodOfPausesEndsAsItsLast() throws Exception {
    HaipPerson ada = official();
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 2_500; i++) {
        ada.say("SYSTEM", "PAUSE_CHANNEL", HOLD);
        ada.say("SYSTEM", "RESUME_CHANNEL", HOLD);
      }
      eve.hears(5);
    }
    ada.echo();
  }

  @Test
  void aFloodOfPingsAndRequestsForOldHarmsNobody() throws Exception {
    HaipPerson ada = official();
    IntStream.range(0, 20).forEach(i -> ada.echo());
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < 5_000; i++) {
        ada.say("SYSTEM", "PING", "{\"nonce\":\"%d\"}".formatted(i));
        ada.say("SYSTEM", "REPLAY_REQUEST", "{\"from_seq\":\"1\"}");
      }
      eve.hears(5);
    }
    // What was asked for again may come between: the new is known by its words.
    ada.message("USER", "at last");
    while (!ada.text().equals("at last")) {
      // Again.
    }
  }

  // Pauses and channels

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void systemIsNeverPaused(boolean official) {
    HaipPerson ada = official ? official() : seed();
    for (int i = 0; i < 30; i++) {
      ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"SYSTEM\"}");
      assertThat(ada.error()).isEqualTo("INVALID_PAYLOAD");
    }
    ada.echo();
  }

  @Test
  void theSeventeenthChannelOfItsOwnIsOneTooMany() {
    HaipPerson ada = official();
    IntStream.range(0, 16).forEach(i -> ada.grant("own-" + i, 1, 1));
    assertThat(ada.errors()).isEmpty();
    for (int i = 16; i < 20; i++) {
      ada.grant("own-" + i, 1, 1);
      JsonNode error = ada.next("ERROR").get("payload");
      assertThat(error.get("code").asString()).isEqualTo("PROTOCOL_VIOLATION");
      assertThat(error.get("detail").get("limit").asInt()).isEqualTo(16);
    }
    ada.message("own-99", "nowhere");
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.message("own-15", "somewhere");
    assertThat(ada.text()).isEqualTo("somewhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a.b", "a>", "*", "../USER", "\\u0041", "\u00e9"})
  void aBadNameOfAChannelIsAnError(String name) {
    HaipPerson ada = official();
    ada.grant(name, 1, 1);
    assertThat(ada.error()).isEqualTo("INVALID_PAYLOAD");
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"%s\"}".formatted(name));
    assertThat(ada.error()).isEqualTo("INVALID_PAYLOAD");
    ada.message(name, "nowhere");
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  @Test
  void aNameMayHaveEightyCharactersAndNoMore() {
    HaipPerson ada = official();
    ada.message("x".repeat(80), "long");
    assertThat(ada.text()).isEqualTo("long");
    ada.message("x".repeat(81), "longer");
    assertThat(ada.error()).isEqualTo("PROTOCOL_VIOLATION");
    ada.echo();
  }

  // Large messages

  @Test
  void nothingIsTooLargeForEverButWhatNoMessageMayBe() {
    HaipPerson ada = official();
    ada.frameOf("USER", WINDOW + 50_000);
    StringBuilder echo = new StringBuilder(ada.text());
    while (echo.length() < WINDOW + 49_000) {
      echo.append(ada.text());
    }
    ada.frameOf("USER", (1 << 20) + 1);
    assertThat(ada.closeCode()).isEqualTo(1009);
  }

  @Test
  void inTheSeedsGrammarALargeOneWaitsForAllOfTheWindow() {
    HaipPerson ada = seed();
    ada.payloadOf("USER", 100_000);
    assertThat(ada.error()).isEqualTo("FLOW_CONTROL_VIOLATION");
    int credit = 1_000;
    while (credit < 10_000) {
      ask(ada, "USER", "1000");
      credit += ada.next("FLOW_UPDATE").get("payload").get("credits").asInt();
    }
    ada.payloadOf("USER", 100_000);
    assertThat(ada.text()).startsWith("xxx");
  }
}
