package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Position;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that are one request's end when nothing more can come of them, and not before. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class PassingTest {
  private static final String DONE = "closed done";

  @Parameter Answering answering;
  private Hub hub;

  @BeforeEach
  void open() {
    hub = new Hub(answering);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer request() {
    Peer peer = hub.connect();
    peer.session.pass();
    return peer;
  }

  private void complete(Peer peer) {
    peer.session.complete();
    peer.rig.touch();
    hub.settle();
  }

  @Test
  void aRequestWithoutCommandsEndsAtOnce() {
    Peer peer = request();
    complete(peer);
    assertThat(peer.stream()).last().isEqualTo(DONE);
  }

  @Test
  void nothingEndsBeforeTheLastCommandHasCome() {
    Peer peer = request();
    peer.publish("c", "1");
    hub.settle();
    assertThat(peer.stream()).isNotEmpty().doesNotContain(DONE);
    complete(peer);
    assertThat(peer.stream()).containsExactly(DONE);
  }

  @Test
  void everyAnswerIsGivenBeforeTheEnd() {
    hub.publish("c", "1");
    Peer peer = request();
    peer.publish("c", "2");
    peer.publish("d", "3");
    peer.history("c", 10);
    peer.subscribe("e", new Credit(0, 100));
    complete(peer);
    assertThat(peer.stream()).hasSize(5).last().isEqualTo(DONE);
  }

  @Test
  void aReceiptThatIsStillToComeKeepsItOpen() {
    Peer peer = request();
    peer.session.accept(
        new Command.Publish(Peer.id("1"), Hub.channel("c"), TestPayload.of("1"), true, null, null),
        hub.time.now());
    peer.session.complete();
    peer.rig.turn(hub.time.now());
    hub.settle();
    assertThat(peer.stream()).containsExactly("published e1/1", DONE);
  }

  @Test
  void aSubscriptionWithoutCreditKeepsItOpen() {
    Peer peer = request();
    peer.subscribe("c");
    complete(peer);
    hub.publish("c", "1", "2", "3");
    assertThat(peer.stream()).endsWith("1", "2", "3");
  }

  @Test
  void creditThatIsSpentLiveEndsItWithTheLastMessage() {
    Peer peer = request();
    peer.subscribe("c", new Credit(2, 1_000));
    complete(peer);
    hub.publish("c", "1");
    assertThat(peer.stream()).endsWith("1");
    hub.publish("c", "2");
    assertThat(peer.stream()).containsExactly("2", DONE);
  }

  @Test
  void creditThatIsSpentInCatchingUpEndsItToo() {
    hub.publish("c", "1", "2", "3");
    Peer peer = request();
    peer.subscribe("c", null, new Credit(2, 1_000), new Position("other", 0));
    complete(peer);
    assertThat(peer.stream()).endsWith("1", "2", DONE);
  }

  @Test
  void oneSubscriptionWithCreditKeepsTheOthersOpen() {
    Peer peer = request();
    peer.subscribe("c", new Credit(1, 1_000));
    peer.subscribe("d", new Credit(1, 1_000));
    complete(peer);
    hub.publish("c", "1");
    assertThat(peer.stream()).endsWith("1");
    hub.publish("d", "2");
    assertThat(peer.stream()).containsExactly("2", DONE);
  }

  @Test
  void aSocketThatHasNotTakenEverythingIsWaitedFor() {
    Peer peer = request();
    peer.subscribe("c", new Credit(1, 1_000));
    complete(peer);
    assertThat(peer.stream()).doesNotContain(DONE);
    peer.socket.stallAfter(3);
    hub.publish("c", "1");
    hub.settle();
    assertThat(peer.socket.isClosed()).isFalse();
    peer.read();
    assertThat(peer.stream()).containsExactly("1", DONE);
  }

  @Test
  void whoLeavesGetsItsAnswersAndNoSubscriptionGoesOn() {
    Peer peer = request();
    peer.subscribe("c");
    peer.publish("d", "1");
    peer.session.leave();
    complete(peer);
    assertThat(peer.stream()).hasSize(3).last().isEqualTo(DONE);
  }

  @Test
  void aConnectionThatIsNoRequestNeverEndsSo() {
    Peer peer = hub.connect();
    peer.subscribe("c", new Credit(1, 1_000));
    complete(peer);
    hub.publish("c", "1");
    assertThat(peer.stream()).endsWith("1");
  }
}
