package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who wants to be closed rather than to fall behind: here, four publications. */
class LaggardsTest {
  private static final Filter RED = TestPayload.filter("colour", "red");

  private Hub hub;

  @BeforeEach
  void open() {
    start(TestLimits.DEFAULTS, 4);
  }

  private void start(Limits limits, int messages) {
    hub =
        new Hub(
            Answering.AT_ONCE,
            limits,
            TestSettings.everywhere(limits.log(), TestSettings.disconnect(messages)));
  }

  private void restart(Limits limits, int messages) {
    hub.close();
    start(limits, messages);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer subscriber(Filter filter, Credit credit) {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.DISCONNECT, null, filter, credit);
    peer.hear();
    return peer;
  }

  @Test
  void whoHasNoCreditIsClosedOnceItIsSoFarBehindAndNotBefore() {
    Peer peer = subscriber(null, new Credit(0, 1_000));
    hub.publish("c", "1", "2", "3");
    assertThat(peer.stream()).isEmpty();
    hub.publish("c", "4");
    assertThat(peer.stream()).containsExactly("closed slow");
    assertThat(hub.meter.subscriptions()).isZero();
  }

  @Test
  void whoseSocketIsStuckIsClosedThoughNothingHappensButPublishing() {
    Peer peer = subscriber(null, null);
    peer.socket.stallAfter(0);
    hub.publish("c", "1");
    hub.publish("c", "2", "3", "4");
    assertThat(peer.session.isClosed()).isFalse();
    hub.publish("c", "5");
    assertThat(peer.session.isClosed()).isTrue();
  }

  @Test
  void whoMovesInTimeIsGivenAsMuchTimeAgain() {
    Peer peer = subscriber(null, new Credit(0, 1_000));
    for (int i = 1; i <= 40; i++) {
      hub.publish("c", "p" + i);
      if (i >= 3) {
        peer.grant("c", 1, 0);
        hub.settle();
      }
    }
    assertThat(peer.stream()).hasSize(38).doesNotContain("closed slow");
    hub.publish("c", "x");
    hub.publish("c", "y");
    assertThat(peer.stream()).containsExactly("closed slow");
  }

  @Test
  void whoKeepsUpIsNeverClosedHoweverMuchComesAtOnce() {
    Peer peer = subscriber(null, null);
    for (int i = 0; i < 50; i++) {
      hub.append("c", TestPayload.of("p"));
    }
    assertThat(peer.stream()).hasSize(50).containsOnly("p");
  }

  @Test
  void whoCanPayForABurstInPartIsServedBeforeItIsJudged() {
    Peer peer = subscriber(null, new Credit(7, 100_000));
    hub.publish(
        "c", Stream.generate(() -> TestPayload.of("p")).limit(10).toArray(TestPayload[]::new));
    assertThat(peer.stream()).hasSize(7).containsOnly("p");
    hub.publish("c", "x");
    assertThat(peer.stream()).containsExactly("closed slow");
  }

  @Test
  void whoHasNotHadItsTurnIsJudgedWhenItHas() {
    Limits.Lane lane = new Limits.Lane(1 << 20, 256, 4, 1 << 20, 1, 64, 256, 16 << 20);
    restart(TestLimits.with(lane), 4);
    List<Peer> peers =
        Stream.generate(() -> subscriber(null, new Credit(10, 100_000))).limit(5).toList();
    hub.publish(
        "c", Stream.generate(() -> TestPayload.of("p")).limit(11).toArray(TestPayload[]::new));
    for (Peer peer : peers) {
      assertThat(peer.stream()).hasSize(10).containsOnly("p");
    }
  }

  @Test
  void whatNoFilterLetsPassLeavesNobodyBehind() {
    Peer peer = subscriber(RED, new Credit(0, 1_000));
    Peer other = hub.connect();
    other.subscribe("d", Policy.LOSSLESS);
    other.subscribe("c", Policy.DISCONNECT, null, RED, null);
    other.hear();
    other.socket.stallAfter(0);
    hub.publish("d", "stalls");
    for (int i = 0; i < 20; i++) {
      hub.publish("c", "plain");
    }
    assertThat(peer.stream()).isEmpty();
    other.read();
    assertThat(other.stream()).containsExactly("stalls");
    hub.publish("c", TestPayload.of("1").with("colour", "red"));
    hub.publish("c", "2", "3", "4");
    assertThat(peer.stream()).containsExactly("closed slow");
    assertThat(other.stream()).containsExactly("1");
  }

  @Test
  void whatWasPublishedBeforeItSubscribedIsNotHeldAgainstWhoReturns() {
    hub.publish("c", "1", "2", "3", "4", "5", "6");
    Peer peer = hub.connect();
    peer.socket.stallAfter(20);
    peer.subscribeSince("c", Policy.DISCONNECT, "e1", 0);
    hub.settle();
    hub.publish("c", "7", "8", "9");
    assertThat(peer.session.isClosed()).isFalse();
    hub.publish("c", "10");
    assertThat(peer.session.isClosed()).isTrue();
  }

  @Test
  void theCloseIsTheLastThatIsHeardAndWhatWasTakenComesWhole() {
    Peer peer = subscriber(null, null);
    peer.socket.stallAfter(7);
    hub.publish("c", "1", "2", "3");
    hub.publish("c", "4", "5", "6");
    peer.rig.makeRoom(peer.socket, Long.MAX_VALUE);
    assertThat(peer.stream()).containsExactly("1", "closed slow");
  }

  @Test
  void manyAreClosedSomePerTurn() {
    Limits.Lane lane = new Limits.Lane(1 << 20, 256, 4, 1 << 20, 64, 3, 256, 16 << 20);
    restart(TestLimits.with(lane), 4);
    List<Peer> peers =
        Stream.generate(() -> subscriber(null, new Credit(0, 1_000))).limit(10).toList();
    hub.append(
        "c", Stream.generate(() -> TestPayload.of("p")).limit(4).toArray(TestPayload[]::new));
    for (int closed : new int[] {0, 3, 6, 9, 10}) {
      assertThat(peers.stream().filter(peer -> peer.socket.isClosed())).hasSize(closed);
      hub.rig(0).turn(hub.time.now());
    }
  }

  @Test
  void oneWithoutItIsNeverClosed() {
    Peer lossless = hub.connect();
    lossless.subscribe("c", new Credit(0, 1_000));
    Peer slow = subscriber(null, new Credit(0, 1_000));
    lossless.hear();
    hub.publish("c", "1", "2", "3", "4", "5");
    assertThat(slow.stream()).containsExactly("closed slow");
    lossless.grant("c", 10, 0);
    assertThat(lossless.stream()).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void nothingIsLeftOfWhoUnsubscribes() {
    Peer peer = subscriber(null, new Credit(0, 1_000));
    hub.publish("c", "1", "2", "3");
    peer.unsubscribe("c", null);
    hub.publish("c", "4", "5", "6");
    assertThat(peer.stream()).containsExactly("unsubscribed");
  }

  @Test
  void whoIsAboutToBeClosedIsFedNoMore() {
    Limits.Lane lane = new Limits.Lane(1 << 20, 256, 4, 1 << 20, 64, 1, 256, 16 << 20);
    restart(TestLimits.with(lane), 4);
    Peer first = subscriber(null, null);
    Peer second = subscriber(null, null);
    first.socket.stallAfter(0);
    second.socket.stallAfter(0);
    for (int i = 1; i <= 5; i++) {
      hub.append("c", TestPayload.of("p" + i));
      hub.rig(0).turn(hub.time.now());
    }
    assertThat(first.socket.isClosed() ^ second.socket.isClosed()).isTrue();
    Peer left = first.socket.isClosed() ? second : first;
    left.read();
    assertThat(left.stream()).containsExactly("p1", "closed slow");
  }
}
