package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import org.junit.jupiter.api.Test;

final class HaipHandshakeTest {
  private static final String HAI_SAID = "\"haip_version\":\"1.1.2\",\"accept_major\":[1]";

  @Test
  void aClientThatSpeaksFirstIsAdoptedWithTheSessionItNamed() {
    Rig rig = Rig.server();
    rig.hai(Rig.seedHai(1_000));
    assertThat(rig.told).contains("hello " + Rig.SESSION + " SEED");
    assertThat(rig.types()).containsExactly("HAI");
    assertThat(Rig.member(rig.frames.get(0), "session")).isEqualTo('"' + Rig.SESSION + '"');
    assertThat(rig.frames.get(0))
        .contains(HAI_SAID)
        .contains("\"flow_control\":{\"enabled\":true,\"initial_credits\":1000,\"adaptive\":true}")
        .contains("\"initial_credit_messages\":32,\"initial_credit_bytes\":262144")
        .contains("\"seq\":\"1\"")
        .contains("\"ack\":\"1\"");
  }

  @Test
  void aClientThatWaitsHearsHaiAfterASecondAndOnlyOnce() {
    Rig rig = Rig.server();
    rig.pass(999);
    assertThat(rig.frames).isEmpty();
    rig.pass(1);
    assertThat(rig.types()).containsExactly("HAI");
    rig.hai(Rig.officialHai(""));
    assertThat(rig.types()).containsExactly("HAI");
    rig.message("USER", "x");
    assertThat(rig.told).anyMatch(step -> step.startsWith("message USER"));
  }

  @Test
  void whoWantsToGoOnAndSpeaksAfterTheServerBeginsAnewInTheSessionItWasTold() {
    Rig rig = Rig.server();
    rig.pass(1_000);
    String named = Rig.member(rig.frames.getFirst(), "session").replace("\"", "");
    rig.onHello =
        hello -> {
          assertThat(hello.resumes()).isFalse();
          assertThat(hello.session()).isEqualTo(named).isNotEqualTo(Rig.SESSION);
          rig.conversation.adopt(named, null, rig.now());
        };
    rig.hai(Rig.officialHai(",\"last_rx_seq\":\"7\""));
    assertThat(rig.types()).containsExactly("HAI", "ERROR");
    assertThat(rig.codes()).containsExactly("\"RESUME_FAILED\"");
  }

  @Test
  void whoNeverSaysHaiIsToldSoAndClosed() {
    Rig rig = Rig.server();
    rig.pass(10_999);
    assertThat(rig.told).isEmpty();
    rig.pass(1);
    assertThat(rig.codes()).containsExactly("\"PROTOCOL_VIOLATION\"");
    assertThat(rig.told).containsExactly("close POLICY HAI did not come");
  }

  @Test
  void whatComesBeforeHaiIsAViolationAndNotTaken() {
    Rig rig = Rig.server();
    rig.message("USER", "x");
    assertThat(rig.codes()).containsExactly("\"PROTOCOL_VIOLATION\"");
    assertThat(rig.frames.get(0)).contains("NOT_HAI").contains(Rig.uuid(1));
    assertThat(rig.told).isEmpty();
    rig.sayAt(2, "HAI", "SYSTEM", Rig.officialHai(""));
    assertThat(rig.told).contains("hello " + Rig.SESSION + " OFFICIAL");
  }

  @Test
  void bothBlocksMeanTheOfficialGrammarAndNoneMeansNoCredit() {
    String both = Rig.officialHai(",\"flow_control\":{\"enabled\":true,\"initial_credits\":5}");
    assertThat(dialect(both)).isEqualTo(HaipDialect.OFFICIAL);
    assertThat(dialect(Rig.seedHai(5))).isEqualTo(HaipDialect.SEED);
    assertThat(dialect(Rig.seedHai(5).replace("\"enabled\":true", "\"enabled\":false")))
        .isEqualTo(HaipDialect.NONE);
    assertThat(dialect("{\"haip_version\":\"1.1.2\"}")).isEqualTo(HaipDialect.NONE);
    assertThat(dialect("{}")).isEqualTo(HaipDialect.NONE);
  }

  private static HaipDialect dialect(String hai) {
    Rig rig = Rig.server();
    rig.hai(hai);
    return rig.conversation.dialect();
  }

  @Test
  void aPeerWithoutACommonMajorIsToldWhatThereIsAndClosed() {
    Rig rig = Rig.server();
    rig.hai("{\"haip_version\":\"2.0.0\",\"accept_major\":[2,3]}");
    assertThat(rig.codes()).containsExactly("\"VERSION_INCOMPATIBLE\"");
    assertThat(rig.frames.get(0)).contains("\"supported_versions\":[\"1.1.2\"]");
    assertThat(rig.told).containsExactly("close POLICY VERSION_INCOMPATIBLE");
  }

  @Test
  void credentialsInHaiAreHandedOnAndMayTurnItAway() {
    Rig rig = Rig.server();
    rig.onHello =
        hello -> {
          assertThat(hello.auth()).isEqualTo("{\"token\":\"t\"}");
          rig.conversation.turnAway(
              new HaipFault(HaipCode.AUTHENTICATION_FAILED, "No."), rig.now());
        };
    rig.hai("{\"haip_version\":\"1.1.2\",\"auth\":{\"token\":\"t\"}}");
    assertThat(rig.codes()).containsExactly("\"AUTHENTICATION_FAILED\"");
    assertThat(rig.told).contains("close POLICY AUTHENTICATION_FAILED");
    assertThat(rig.told.toString()).doesNotContain("\"t\"");
  }

  @Test
  void whatComesWhileTheServerDecidesIsDealtWithAfterwards() {
    Rig rig = Rig.server();
    rig.onHello = hello -> {};
    rig.hai(Rig.officialHai(""));
    rig.message("USER", "early");
    assertThat(rig.told).endsWith("stop", "hello " + Rig.SESSION + " OFFICIAL");
    rig.conversation.adopt(Rig.SESSION, null, rig.now());
    assertThat(rig.told).contains("read on").last().asString().contains("early");
  }

  @Test
  void tooMuchWhileTheServerDecidesIsRefused() {
    Rig rig = Rig.server();
    rig.onHello = hello -> {};
    rig.hai(Rig.officialHai(""));
    for (int i = 0; i <= HaipLimits.DEFAULTS.order().ahead(); i++) {
      rig.message("USER", "early");
    }
    assertThat(rig.codes()).containsExactly("\"BUSY\"");
    assertThat(rig.told).last().asString().startsWith("close POLICY");
  }

  @Test
  void anotherSessionInAFrameIsNoError() {
    Rig rig = Rig.seed();
    rig.text(
        Rig.envelope(2, "MESSAGE_START", "USER", "{\"text\":\"x\"}", "")
            .replace(Rig.SESSION, Rig.OTHER));
    assertThat(rig.told).hasSize(1);
    assertThat(rig.frames).isEmpty();
  }

  @Test
  void aSessionThatIsNoUuidCountsAsNoneAndTheWordNullMeansNoOrder() {
    Rig rig = Rig.server();
    rig.text(
        Rig.envelope(7, "HAI", "SYSTEM", Rig.officialHai(""), "")
            .replace('"' + Rig.SESSION + '"', "\"null\""));
    assertThat(rig.told).contains("hello null OFFICIAL");
    rig.sayAt(3, "MESSAGE_START", "USER", "{\"text\":\"x\"}");
    rig.sayAt(3, "MESSAGE_START", "USER", "{\"text\":\"x\"}");
    assertThat(rig.told.stream().filter(step -> step.startsWith("message"))).hasSize(2);
  }

  @Test
  void theOldNamesAreUnderstoodAndAnsweredWith() {
    Rig rig = Rig.server();
    rig.hai("{\"accept_events\":[\"HAI\",\"TEXT_MESSAGE_START\",\"TEXT_MESSAGE_PART\"]}");
    assertThat(rig.conversation.grammar().legacy()).isTrue();
    assertThat(rig.frames.get(0)).contains("\"TEXT_MESSAGE_START\"");
    rig.say("TEXT_MESSAGE_START", "USER", "{\"text\":\"x\"}");
    assertThat(rig.told).last().asString().contains("\"type\":\"MESSAGE_START\"");
  }

  @Test
  void ofWhatThePeerDoesNotListNothingIsSaidButHaiAndError() {
    Rig rig = Rig.server();
    rig.hai("{\"accept_events\":[\"MESSAGE_START\"]}");
    rig.clear();
    rig.say("PING", "SYSTEM", "{\"nonce\":\"n\"}");
    assertThat(rig.frames).isEmpty();
    rig.say("NONSENSE", "SYSTEM", "{}");
    assertThat(rig.codes()).containsExactly("\"UNSUPPORTED_TYPE\"");
    assertThat(rig.conversation.accepts(HaipEvent.MESSAGE_START)).isTrue();
    assertThat(rig.conversation.accepts(HaipEvent.RUN_STARTED)).isFalse();
  }

  @Test
  void aClientSpeaksFirstAndItsMessagesWaitForTheAnswer() {
    Rig client = Rig.client(HaipDialect.OFFICIAL);
    assertThat(client.send("USER", "early")).isEqualTo(HaipOutgoing.Fate.QUEUED);
    client.conversation.begin(client.now());
    assertThat(client.types()).containsExactly("HAI");
    client.hai(Rig.officialHai(""));
    assertThat(client.types()).containsExactly("HAI", "MESSAGE_START");
    assertThat(client.told).contains("sent early");
  }

  @Test
  void aClientTakesTheSessionTheServerGives() {
    Rig client = Rig.client(HaipDialect.OFFICIAL);
    client.conversation.begin(client.now());
    client.text(
        Rig.envelope(1, "HAI", "SYSTEM", Rig.officialHai(""), "").replace(Rig.SESSION, Rig.OTHER));
    client.send("USER", "x");
    assertThat(Rig.member(client.frames.get(1), "session")).isEqualTo('"' + Rig.OTHER + '"');
  }

  @Test
  void aClientFallsBackToTheGrammarTheServerHas() {
    Rig client = Rig.client(HaipDialect.OFFICIAL);
    client.conversation.begin(client.now());
    assertThat(client.frames.get(0)).contains("initial_credit_messages").contains("adaptive");
    client.hai(Rig.seedHai(1_000));
    assertThat(client.conversation.dialect()).isEqualTo(HaipDialect.SEED);
  }
}
