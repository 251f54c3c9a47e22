package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HaipFlowTest {
  private static String request(String credits) {
    return "{\"channel\":\"USER\",\"action\":\"request_credits\",\"credits\":"
        + credits
        + ",\"current_credits\":0}";
  }

  @Test
  void theSeedsClientIsGrantedWhatItAsksForAtMostAThousandAtATime() {
    Rig rig = Rig.seed();
    rig.say("FLOW_UPDATE", "SYSTEM", request("9000"));
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE))
        .containsExactly("{\"channel\":\"USER\",\"action\":\"grant_credits\",\"credits\":1000}");
  }

  /** The seed's client has nothing to begin with on a channel that it makes up. */
  @Test
  void onAChannelOfItsOwnTheSeedsClientIsGrantedAllOfTheWindow() {
    Rig rig = Rig.seed();
    for (String channel : List.of("USER", "notes")) {
      rig.clear();
      rig.say(
          "FLOW_UPDATE",
          "SYSTEM",
          "{\"channel\":\"%s\",\"action\":\"request_credits\",\"credits\":1000}"
              .formatted(channel));
      rig.pass(8_000);
      long granted =
          rig.payloads(HaipEvent.FLOW_UPDATE).stream()
              .mapToLong(payload -> Long.parseLong(Rig.member(payload, "credits")))
              .sum();
      assertThat(granted).as(channel).isEqualTo(channel.equals("USER") ? 9_000 : 10_000);
    }
  }

  @Test
  void anOverdraftIsTakenUpToItsBoundAndBeyondItRefused() {
    Rig rig = Rig.seed();
    rig.message("USER", "x".repeat(40_000));
    rig.message("USER", "x".repeat(40_000));
    assertThat(rig.codes()).containsExactly("\"FLOW_CONTROL_VIOLATION\"");
    assertThat(rig.frames.get(0)).contains(Rig.uuid(3));
    assertThat(rig.told.stream().filter(step -> step.startsWith("message"))).hasSize(1);
  }

  @Test
  void inTheOfficialGrammarWhatIsHandledIsGrantedAgain() {
    Rig rig = Rig.official();
    for (int i = 0; i < 8; i++) {
      rig.message("USER", "x");
    }
    assertThat(rig.frames).isEmpty();
    rig.tickets.forEach(ticket -> rig.conversation.handled(ticket, rig.now()));
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE)).isNotEmpty();
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE).get(0))
        .startsWith("{\"channel\":\"USER\",\"add_messages\":");
  }

  @Test
  void inTheOfficialGrammarAnOverdraftIsAViolation() {
    Rig rig = Rig.official();
    for (int i = 0; i < 33; i++) {
      rig.message("USER", "x");
    }
    assertThat(rig.codes()).containsExactly("\"FLOW_CONTROL_VIOLATION\"");
    assertThat(rig.tickets).hasSize(32);
  }

  @Test
  void whatIsExemptPassesWithoutCredit() {
    Rig rig = Rig.official();
    for (int i = 0; i < 40; i++) {
      rig.say("TOOL_CANCEL", "USER", "{\"call_id\":\"c\"}");
    }
    assertThat(rig.frames).isEmpty();
    assertThat(rig.tickets).hasSize(40);
  }

  @Test
  void everyBadNumberGetsOneErrorAndTheConnectionStays() {
    Rig rig = Rig.seed();
    String[] bad = {"-1", "0.5", "9223372036854775807", "\"5\"", "1e99", "null", "[1]", "true"};
    for (String number : bad) {
      rig.clear();
      rig.say("FLOW_UPDATE", "SYSTEM", request(number));
      assertThat(rig.codes()).as(number).containsExactly("\"INVALID_PAYLOAD\"");
      assertThat(rig.told).isEmpty();
    }
    rig.clear();
    rig.say("FLOW_UPDATE", "SYSTEM", request("0"));
    assertThat(rig.frames).isEmpty();
    String[] alsoBad = {
      "{}",
      "{\"channel\":\"a b\",\"add_bytes\":1}",
      "{\"channel\":\"USER\"}",
      "{\"channel\":\"USER\",\"action\":\"mint\",\"credits\":1}",
      "{\"channel\":\"USER\",\"add_messages\":-1}",
      "{\"channel\":\"USER\",\"add_messages\":1.5}",
      "{\"channel\":7,\"add_messages\":1}"
    };
    for (String payload : alsoBad) {
      rig.clear();
      rig.say("FLOW_UPDATE", "SYSTEM", payload);
      assertThat(rig.codes()).as(payload).containsExactly("\"INVALID_PAYLOAD\"");
    }
    rig.message("USER", "x");
    assertThat(rig.tickets).hasSize(1);
  }

  @Test
  void aGrantOfThePeersIsHandedOnInItsOwnUnits() {
    Rig seed = Rig.seed();
    seed.say(
        "FLOW_UPDATE",
        "SYSTEM",
        "{\"channel\":\"AGENT\",\"action\":\"grant_credits\",\"credits\":7}");
    assertThat(seed.told).containsExactly("grant AGENT - 7");
    Rig official = Rig.official();
    official.say(
        "FLOW_UPDATE", "SYSTEM", "{\"channel\":\"AGENT\",\"add_messages\":2,\"add_bytes\":70}");
    assertThat(official.told).containsExactly("grant AGENT 2 70");
  }

  @Test
  void aFloodOfFlowUpdatesIsPutTogetherAndNothingOfItIsLost() {
    Rig rig = Rig.official();
    for (int i = 0; i < 5_000; i++) {
      rig.say(
          "FLOW_UPDATE", "SYSTEM", "{\"channel\":\"AGENT\",\"add_messages\":1,\"add_bytes\":3}");
    }
    assertThat(rig.told).hasSize(200);
    rig.clear();
    rig.pass(1_000);
    assertThat(rig.told).containsExactly("grant AGENT 4800 14400");
    assertThat(rig.codes()).isEmpty();
  }

  @Test
  void theSeedsBurstOfNinetyRequestsIsNoFlood() {
    Rig rig = Rig.seed();
    for (int i = 0; i < 90; i++) {
      rig.say("FLOW_UPDATE", "SYSTEM", request("1000"));
    }
    assertThat(rig.codes()).isEmpty();
    assertThat(rig.told).isEmpty();
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE)).hasSize(9);
  }

  @Test
  void aPauseIsEchoedAsItCameAndHoldsUntilItsResume() {
    Rig rig = Rig.seed();
    String payload = "{\"channel\":\"AGENT\",\"reason\":\"flow_control\"}";
    rig.say("PAUSE_CHANNEL", "SYSTEM", payload);
    assertThat(rig.told).containsExactly("pause AGENT");
    assertThat(rig.payloads(HaipEvent.PAUSE_CHANNEL)).containsExactly(payload);
    rig.message("AGENT", "under way");
    assertThat(rig.tickets).hasSize(1);
    rig.say("RESUME_CHANNEL", "SYSTEM", payload);
    assertThat(rig.told).endsWith("resume AGENT");
    assertThat(rig.payloads(HaipEvent.RESUME_CHANNEL)).containsExactly(payload);
  }

  @Test
  void whoPausedBeforeItSaidAnythingIsGrantedBehindItsResume() {
    Rig rig = Rig.seed();
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\"}");
    rig.say("RESUME_CHANNEL", "SYSTEM", "{\"channel\":\"USER\"}");
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE))
        .containsExactly("{\"channel\":\"USER\",\"action\":\"grant_credits\",\"credits\":1000}");
  }

  @Test
  void pausingSystemIsAnErrorAndTheConnectionStays() {
    Rig rig = Rig.seed();
    for (int i = 0; i < 30; i++) {
      rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"SYSTEM\"}");
    }
    assertThat(rig.codes()).hasSize(30).containsOnly("\"INVALID_PAYLOAD\"");
    assertThat(rig.told).isEmpty();
  }

  /** Fills USER until the peer is asked to wait. */
  private static void press(Rig rig) {
    while (rig.payloads(HaipEvent.FLOW_UPDATE).stream().noneMatch(p -> p.contains("back_pr"))) {
      rig.say("FLOW_UPDATE", "SYSTEM", request("1000"));
      rig.message("USER", "y".repeat(9));
    }
  }

  private static Rig pressed() {
    Rig rig = Rig.seed();
    press(rig);
    return rig;
  }

  private static void handleAll(Rig rig) {
    rig.tickets.forEach(ticket -> rig.conversation.handled(ticket, rig.now()));
    rig.tickets.clear();
  }

  @Test
  void thePeerIsAskedToWaitOnceAndReleasedAfterASecondOfCalm() {
    Rig rig = pressed();
    for (int i = 0; i < 20; i++) {
      rig.message("USER", "more");
    }
    assertThat(rig.payloads(HaipEvent.FLOW_UPDATE).stream().filter(p -> p.contains("back_pr")))
        .hasSize(1);
    rig.clear();
    handleAll(rig);
    rig.pass(999);
    assertThat(rig.payloads(HaipEvent.RESUME_CHANNEL)).isEmpty();
    rig.pass(1);
    assertThat(rig.payloads(HaipEvent.RESUME_CHANNEL))
        .containsExactly("{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
  }

  @Test
  void ofAFloodOfPingsTwoHundredASecondAreAnsweredAndThenTheNewest() {
    Rig rig = Rig.official();
    int most = HaipLimits.DEFAULTS.order().controls();
    for (int i = 1; i <= most + 90; i++) {
      rig.say("PING", "SYSTEM", "{\"nonce\":\"" + i + "\"}");
    }
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= most; i++) {
      expected.add("{\"nonce\":\"" + i + "\"}");
    }
    assertThat(rig.payloads(HaipEvent.PONG)).isEqualTo(expected);
    rig.pass(1_000);
    expected.add("{\"nonce\":\"" + (most + 90) + "\"}");
    assertThat(rig.payloads(HaipEvent.PONG)).isEqualTo(expected);
    rig.pass(5_000);
    assertThat(rig.payloads(HaipEvent.PONG)).isEqualTo(expected);
  }

  @Test
  void aPauseInAnswerToPressureIsObedienceAndOurResumeClearsIt() {
    Rig rig = pressed();
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
    assertThat(rig.told).isEmpty();
    assertThat(rig.payloads(HaipEvent.PAUSE_CHANNEL)).hasSize(1);
    handleAll(rig);
    rig.pass(1_000);
    assertThat(rig.payloads(HaipEvent.RESUME_CHANNEL)).hasSize(1);
  }

  @Test
  void ofTwoPausesThatObeyTwiceNeitherIsAWish() {
    Rig rig = pressed();
    handleAll(rig);
    rig.pass(1_000);
    rig.clear();
    press(rig);
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
    assertThat(rig.told).isEmpty();
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
    assertThat(rig.told).containsExactly("pause USER");
  }

  @Test
  void aPauseThatObeysTooLateIsAnsweredWithResumeAtOnce() {
    Rig rig = pressed();
    handleAll(rig);
    rig.pass(1_000);
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"USER\",\"reason\":\"flow_control\"}");
    assertThat(rig.types()).startsWith("PAUSE_CHANNEL", "RESUME_CHANNEL");
    assertThat(rig.told).isEmpty();
  }

  private static final String PAUSE = "{\"channel\":\"USER\",\"reason\":\"flow_control\"}";

  /** An agent that takes a minute: what obeys lies in the socket for as long. */
  @Test
  void aPauseThatObeysIsNoWishHoweverLongTheLineWasNotRead() {
    Rig rig = pressed();
    while (!rig.told.contains("stop")) {
      rig.message("USER", "y");
    }
    rig.pass(60_000);
    handleAll(rig);
    assertThat(rig.told).endsWith("read on");
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(rig.told).isEmpty();
    rig.pass(1_000);
    assertThat(rig.payloads(HaipEvent.RESUME_CHANNEL)).hasSize(1);
  }

  @Test
  void aPauseTenSecondsAfterTheLineIsReadAgainIsAWish() {
    Rig rig = pressed();
    while (!rig.told.contains("stop")) {
      rig.message("USER", "y");
    }
    rig.pass(60_000);
    handleAll(rig);
    rig.pass(10_000);
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(rig.told).containsExactly("pause USER");
  }

  @Test
  void whatWasLongForgottenIsNotRememberedWhenTheLineIsReadAgain() {
    Rig rig = pressed();
    rig.pass(10_000);
    while (!rig.told.contains("stop")) {
      rig.message("USER", "y");
    }
    handleAll(rig);
    rig.clear();
    rig.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(rig.told).containsExactly("pause USER");
  }

  /** A peer that may come back is asked to wait. */
  private static Rig pressedForLong() {
    Rig rig = Rig.server();
    rig.hai(keeping(""));
    rig.told.clear();
    press(rig);
    return rig;
  }

  private static String keeping(String more) {
    String hai = Rig.seedHai(1_000).replace("[\"HAI\"", "[\"REPLAY_REQUEST\",\"HAI\"");
    return hai.substring(0, hai.length() - 1) + more + "}";
  }

  /** It has heard all, and is back after a minute. */
  private static Rig back(Rig cut) {
    HaipKept kept = cut.conversation.cut(cut.now());
    String heard = Rig.member(cut.frames.getLast(), "seq");
    Rig next = new Rig(HaipSetup.server(1 << 20, true), HaipLimits.DEFAULTS, cut.millis + 60_000);
    next.kept = kept;
    next.sayAt(cut.seq + 1, "HAI", "SYSTEM", keeping(",\"last_rx_seq\":" + heard));
    assertThat(next.codes()).isEmpty();
    next.told.clear();
    return next;
  }

  @Test
  void aPauseThatObeysIsNoWishThoughTheLineWasCutWhileItWasNotRead() {
    Rig rig = pressedForLong();
    while (!rig.told.contains("stop")) {
      rig.message("USER", "y");
    }
    rig.pass(60_000);
    Rig next = back(rig);
    next.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(next.told).isEmpty();
    next.pass(1_000);
    assertThat(next.payloads(HaipEvent.RESUME_CHANNEL)).hasSize(1);
  }

  @Test
  void aPauseThatObeysIsNoWishThoughTheLineWasCutBeforeItCame() {
    Rig next = back(back(pressedForLong()));
    next.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(next.told).isEmpty();
  }

  @Test
  void aPauseTenSecondsAfterThePeerIsBackIsAWish() {
    Rig next = back(pressedForLong());
    next.pass(10_000);
    next.told.clear();
    next.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(next.told).containsExactly("pause USER");
  }

  @Test
  void whatWasForgottenWhenTheLineWasCutIsNotRememberedOverTheNext() {
    Rig rig = pressedForLong();
    rig.pass(10_000);
    Rig next = back(rig);
    next.say("PAUSE_CHANNEL", "SYSTEM", PAUSE);
    assertThat(next.told).containsExactly("pause USER");
  }

  private static Rig flooded(Rig rig) {
    for (int i = 0; i < HaipLimits.DEFAULTS.order().controls(); i++) {
      rig.say("FLOW_UPDATE", "SYSTEM", request("0"));
    }
    rig.clear();
    return rig;
  }

  private static String action(String action, String more) {
    return "{\"channel\":\"USER\",\"action\":\"" + action + "\"," + more + "}";
  }

  @Test
  void ofAFloodWhatIsGivenBackIsSummedAndDoneInTheNextSecond() {
    Rig rig = flooded(Rig.seed());
    for (int i = 0; i < 3; i++) {
      rig.say("FLOW_UPDATE", "SYSTEM", action("reduce_credits", "\"credits\":1000"));
    }
    rig.pass(1_000);
    assertThat(rig.conversation.metrics().get(0).windowUnits()).isEqualTo(7_000);
  }

  @Test
  void ofAFloodTheLatestPressureIsHeardInTheNextSecond() {
    String pressure = action("back_pressure", "\"pressure_level\":0.9,\"queue_size\":9");
    Rig rig = flooded(Rig.seed());
    rig.say("FLOW_UPDATE", "SYSTEM", pressure);
    rig.say("FLOW_UPDATE", "SYSTEM", pressure);
    assertThat(rig.told).isEmpty();
    rig.pass(1_000);
    assertThat(rig.told).containsExactly("pause USER");
    rig.pass(1_000);
    assertThat(rig.told).containsExactly("pause USER", "resume USER");
    rig = flooded(Rig.seed());
    rig.say("FLOW_UPDATE", "SYSTEM", pressure);
    rig.say("RESUME_CHANNEL", "SYSTEM", "{\"channel\":\"USER\"}");
    rig.pass(1_000);
    assertThat(rig.told).isEmpty();
  }

  @Test
  void whoResumesUnderPressureIsPausedAgain() {
    Rig rig = pressed();
    rig.clear();
    rig.say("RESUME_CHANNEL", "SYSTEM", "{\"channel\":\"USER\"}");
    assertThat(rig.types()).containsExactly("RESUME_CHANNEL", "PAUSE_CHANNEL");
  }

  @Test
  void sixteenNamedChannelsAreOpenedAndTheNextIsRefused() {
    Rig rig = Rig.seed();
    for (int i = 0; i < 16; i++) {
      rig.message("named-" + i, "x");
    }
    assertThat(rig.codes()).isEmpty();
    rig.message("named-16", "x");
    assertThat(rig.codes()).containsExactly("\"PROTOCOL_VIOLATION\"");
    assertThat(rig.frames.get(0)).contains("CHANNEL_LIMIT").contains("\"limit\":16");
    rig.message("AUDIO_IN", "x");
    rig.message("named-3", "x");
    assertThat(rig.tickets).hasSize(18);
  }

  @Test
  void whatIsNotPublishedIsToldAndItsCreditComesBack() {
    Rig rig = Rig.seed();
    rig.message("USER", "x");
    rig.conversation.refused(
        rig.tickets.get(0), new HaipFault(HaipCode.BUSY, "Not now."), rig.now());
    assertThat(rig.codes()).containsExactly("\"BUSY\"");
    assertThat(rig.frames.get(0)).contains("\"related_id\":\"" + Rig.uuid(2));
    assertThat(rig.conversation.metrics().get(0).unhandled()).isZero();
    rig.conversation.handled(rig.tickets.get(0), rig.now());
  }

  @Test
  void whatTheAgentHasHandledIsKnownByItsPlaceInTheLog() {
    Rig rig = Rig.seed();
    for (int i = 0; i < 4; i++) {
      rig.message("USER", "x");
    }
    rig.conversation.published(rig.tickets.get(0), 10, rig.now());
    rig.conversation.published(rig.tickets.get(1), 12, rig.now());
    rig.conversation.handledThrough("USER", 11, rig.now());
    assertThat(unhandled(rig)).isEqualTo(3);
    rig.conversation.handledThrough("USER", 14, rig.now());
    assertThat(unhandled(rig)).isEqualTo(2);
    rig.conversation.published(rig.tickets.get(2), 13, rig.now());
    rig.conversation.published(rig.tickets.get(3), 15, rig.now());
    assertThat(unhandled(rig)).isEqualTo(1);
  }

  private static int unhandled(Rig rig) {
    return rig.conversation.metrics().get(0).unhandled();
  }

  @Test
  void withoutCreditTheSocketIsNotReadBeyondTheBoundAndReadAgainAtHalf() {
    Rig rig = Rig.server();
    rig.hai("{\"accept_events\":[\"MESSAGE_START\"]}");
    rig.clear();
    while (!rig.told.contains("stop")) {
      rig.message("USER", "x".repeat(1_000));
    }
    assertThat(rig.tickets.size()).isBetween(200, 256);
    int half = rig.tickets.size() / 2 + 1;
    rig.tickets.subList(0, half).forEach(ticket -> rig.conversation.handled(ticket, rig.now()));
    assertThat(rig.told).last().isEqualTo("read on");
    assertThat(rig.told.stream().filter("stop"::equals)).hasSize(1);
  }

  @Test
  void whatWaitsForThePeerItselfDoesNotKeepItsLineUnread() {
    Rig rig = Rig.server();
    rig.hai("{\"accept_events\":[\"MESSAGE_START\"]}");
    rig.say("PAUSE_CHANNEL", "SYSTEM", "{\"channel\":\"AGENT\"}");
    rig.clear();
    for (int i = 0; i < 1_200; i++) {
      rig.message("USER", "x".repeat(1_000));
    }
    assertThat(rig.told).doesNotContain("stop");
    assertThat(rig.codes()).isNotEmpty().containsOnly("\"BUSY\"");
  }

  @Test
  void theWindowIsWidenedEveryFiveSecondsWhileAllIsWell() {
    Rig rig = Rig.official();
    rig.handles = true;
    for (int i = 0; i < 6; i++) {
      rig.message("USER", "x");
      rig.pass(1_000);
    }
    assertThat(rig.conversation.metrics().get(0).windowMessages()).isGreaterThan(32);
    rig.pass(10_000);
    long window = rig.conversation.metrics().get(0).windowMessages();
    rig.pass(20_000);
    assertThat(rig.conversation.metrics().get(0).windowMessages()).isEqualTo(window);
  }
}
