package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who wants what is recent: on resuming it stands three behind the head here, at most. */
class DropOldestTest {
  private static final Filter RED = TestPayload.filter("colour", "red");
  private static final String OPENED = "subscribed at e1/0, drop-oldest";

  private Hub hub;

  @BeforeEach
  void open() {
    start(TestLimits.logOf(1_000));
  }

  private void start(Limits.Log log) {
    hub =
        new Hub(
            Answering.AT_ONCE,
            TestLimits.with(log),
            TestSettings.everywhere(log, TestSettings.dropOldest(3)));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer subscriber(Filter filter, Credit credit) {
    Peer peer = hub.connect();
    peer.subscribe("c", Policy.DROP_OLDEST, null, filter, credit);
    peer.hear();
    return peer;
  }

  private static TestPayload red(String text) {
    return TestPayload.of(text).with("colour", "red");
  }

  @Test
  void whoResumesIsMovedCloseBehindTheHeadAndToldWhatItSkipped() {
    Peer peer = subscriber(null, new Credit(0, 1_000));
    hub.publish("c", "1", "2", "3", "4", "5");
    assertThat(peer.stream()).isEmpty();
    peer.grant("c", 10, 0);
    assertThat(peer.stream()).containsExactly("gap e1/1-2 dropped", "3", "4", "5");
    assertThat(hub.meter.gaps(GapReason.DROPPED)).isEqualTo(1);
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isZero();
  }

  @Test
  void whoIsNoFurtherBehindThanItMayBeSkipsNothing() {
    Peer peer = subscriber(null, new Credit(0, 1_000));
    hub.publish("c", "1", "2", "3");
    peer.grant("c", 10, 0);
    assertThat(peer.stream()).containsExactly("1", "2", "3");
  }

  @Test
  void nothingIsSaidOfWhatNoFilterWouldHaveLetPass() {
    Peer peer = subscriber(RED, null);
    peer.socket.stallAfter(0);
    hub.publish("c", red("1"));
    hub.publish("c", "2", "3", "4", "5", "6");
    peer.read();
    assertThat(peer.stream()).containsExactly("1");
    hub.publish("c", red("7"));
    assertThat(peer.stream()).containsExactly("7");
  }

  @Test
  void whatWaitsForCreditIsSkippedOnceAndNotByAndBy() {
    Peer peer = subscriber(RED, new Credit(0, 1_000));
    for (int i = 1; i <= 8; i++) {
      hub.publish("c", red("p" + i));
      peer.grant("c", 0, 1);
      hub.settle();
    }
    peer.grant("c", 10, 0);
    assertThat(peer.stream()).containsExactly("gap e1/1-5 dropped", "p6", "p7", "p8");
  }

  @Test
  void whoIsSlowerThanItsPublishersStaysCloseBehindThem() {
    Peer peer = subscriber(null, new Credit(0, 1_000_000));
    for (int i = 1; i <= 12; i++) {
      hub.publish("c", "p" + i);
      if (i % 4 == 0) {
        peer.grant("c", 1, 0);
        hub.settle();
      }
    }
    assertThat(peer.stream())
        .containsExactly(
            "gap e1/1-1 dropped", "p2", "gap e1/3-5 dropped", "p6", "gap e1/7-9 dropped", "p10");
  }

  @Test
  void aFrameThatWasBegunIsFinishedBeforeAnythingIsSkipped() {
    Peer peer = subscriber(null, null);
    peer.socket.stallAfter(7);
    hub.publish("c", "1", "2", "3", "4", "5", "6", "7");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "gap e1/2-4 dropped", "5", "6", "7");
  }

  @Test
  void whatTheLogLostOfTheLastFewIsNamedBesideWhatWasDropped() {
    hub.close();
    start(TestLimits.logOf(2));
    Peer peer = subscriber(null, new Credit(0, 1_000));
    for (int i = 1; i <= 5; i++) {
      hub.publish("c", Integer.toString(i));
    }
    peer.grant("c", 10, 0);
    assertThat(peer.stream()).containsExactly("gap e1/1-2 dropped", "gap e1/3-3", "4", "5");
  }

  @Test
  void whoReturnsWithSinceIsRecoveredIfItIsCloseEnough() {
    hub.publish("c", "1", "2", "3", "4", "5");
    Peer close = hub.connect();
    close.subscribeSince("c", Policy.DROP_OLDEST, "e1", 2);
    assertThat(close.stream())
        .containsExactly("subscribed at e1/2, recovered, drop-oldest", "3", "4", "5");
    Peer far = hub.connect();
    far.subscribeSince("c", Policy.DROP_OLDEST, "e1", 1);
    assertThat(far.stream())
        .containsExactly("subscribed at e1/1, drop-oldest", "gap e1/2-2 dropped", "3", "4", "5");
  }

  @Test
  void positionIsToldToARecoverableReaderThatSkippedWhatWasNotForIt() {
    Peer peer = hub.connect();
    peer.subscribeSince("c", Policy.DROP_OLDEST, "e1", 0);
    peer.subscribe("c", RED);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, recovered, drop-oldest", OPENED);
    peer.socket.stallAfter(0);
    hub.publish("c", red("1"));
    hub.publish("c", "2", "3", "4", "5", "6");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "position e1/6");
  }
}
