package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Command;
import io.sluice.model.Filter;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class RecoveryTest {
  private static final Filter RED = TestPayload.filter("colour", "red");

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

  private void restart(Limits limits) {
    hub.close();
    hub = new Hub(answering, limits);
  }

  private static TestPayload red(String text) {
    return TestPayload.of(text).with("colour", "red");
  }

  @Test
  void sinceTheHeadIsRecoveredAndNothingComesTwice() {
    hub.publish("c", "1", "2");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 2);
    hub.settle();
    hub.publish("c", "3");
    assertThat(peer.stream()).containsExactly("subscribed at e1/2, recovered", "3");
  }

  @Test
  void sinceAnEarlierOffsetGivesTheRestThenTheLiveStream() {
    hub.publish("c", "1", "2", "3");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 1);
    hub.settle();
    hub.publish("c", "4");
    assertThat(peer.stream()).containsExactly("subscribed at e1/1, recovered", "2", "3", "4");
  }

  @Test
  void sinceNothingIsTheWholeLog() {
    hub.publish("c", "1", "2");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 0);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0, recovered", "1", "2");
  }

  @Test
  void sinceBeforeTheLogIsNotRecoveredAndTheGapIsExact() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    hub.publish("c", "1", "2", "3", "4", "5");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 1);
    assertThat(peer.stream()).containsExactly("subscribed at e1/1", "gap e1/2-3", "4", "5");
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isEqualTo(1);
  }

  @Test
  void sinceTheOffsetBeforeTheFirstIsStillRecovered() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    hub.publish("c", "1", "2", "3", "4", "5");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 3);
    assertThat(peer.stream()).containsExactly("subscribed at e1/3, recovered", "4", "5");
  }

  @Test
  void sinceAnotherEpochBeginsWithAllThatTheNewOneHas() {
    hub.publish("c", "1", "2");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "lost", 17);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "1", "2");
  }

  @Test
  void sinceAheadOfTheLogIsRefusedAndNothingIsSubscribed() {
    hub.publish("c", "1");
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 2);
    assertThat(peer.stream()).containsExactly("invalid_position");
    hub.publish("c", "2");
    assertThat(peer.stream()).isEmpty();
    assertThat(hub.meter.subscriptions()).isZero();
  }

  @Test
  void removedChannelIsRecoveredIfNothingHappened() {
    hub.publish("c", "1", "2");
    hub.pass(hub.limits.log().age().plusSeconds(2));
    assertThat(hub.memory.channels()).isZero();
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 2);
    hub.settle();
    hub.publish("c", "3");
    assertThat(peer.stream()).containsExactly("subscribed at e1/2, recovered", "3");
  }

  @Test
  void removedChannelTellsWhatWasLostWithIt() {
    hub.publish("c", "1", "2");
    hub.pass(hub.limits.log().age().plusSeconds(2));
    Peer peer = hub.connect();
    peer.subscribeSince("c", "e1", 1);
    hub.settle();
    hub.publish("c", "3");
    assertThat(peer.stream()).containsExactly("subscribed at e1/1", "gap e1/2-2", "3");
  }

  @Test
  void stalledReaderGetsTheRestOfItsFrameThenTheGapThenTheTail() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(5);
    for (int i = 1; i <= 6; i++) {
      hub.publish("c", Integer.toString(i));
    }
    assertThat(peer.stream()).isEmpty();
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "gap e1/2-4", "5", "6");
    hub.publish("c", "7");
    assertThat(peer.stream()).containsExactly("7");
  }

  @Test
  void stalledReaderChangesNothingForTheOthers() {
    Peer stalled = hub.connect();
    Peer reading = hub.connect();
    stalled.subscribe("c");
    reading.subscribe("c");
    hub.settle();
    reading.hear();
    stalled.socket.stallAfter(0);
    hub.publish("c", "1", "2");
    hub.publish("c", "3");
    assertThat(reading.stream()).containsExactly("1", "2", "3");
  }

  @Test
  void tricklingReaderGetsEveryByteInOrder() {
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("c", "first", "second");
    for (int i = 0; i < 60; i++) {
      peer.read(1);
    }
    hub.publish("c", "third");
    peer.read();
    assertThat(peer.stream()).containsExactly("first", "second", "third");
  }

  @Test
  void readerWhoseFilterMatchedNothingLostIsToldNoGap() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    Peer peer = hub.connect();
    peer.subscribe("c", RED);
    hub.settle();
    hub.publish("c", red("1"));
    peer.socket.stallAfter(0);
    hub.publish("c", red("2"));
    for (int i = 3; i <= 6; i++) {
      hub.publish("c", "skipped");
    }
    peer.read();
    hub.publish("c", red("7"));
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "1", "2", "7");
    assertThat(hub.meter.gaps(GapReason.EVICTED)).isZero();
  }

  @Test
  void readerWhoseFilterMatchedSomethingLostIsToldTheWholeGap() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    Peer peer = hub.connect();
    peer.subscribe("c", RED);
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("c", red("1"));
    hub.publish("c", "2");
    hub.publish("c", red("3"));
    hub.publish("c", "4", "5", "6");
    peer.read();
    assertThat(peer.stream()).containsExactly("1", "gap e1/2-4");
  }

  @Test
  void laneThatWasSlowerThanTheLogsBoundsTellsEverybodyTheGap() {
    restart(TestLimits.with(TestLimits.logOf(2)));
    Peer all = hub.connect();
    Peer red = hub.connect();
    all.subscribe("c");
    red.subscribe("c", RED);
    hub.settle();
    all.hear();
    red.hear();
    for (int i = 1; i <= 5; i++) {
      hub.append("c", TestPayload.of(Integer.toString(i)));
    }
    hub.settle();
    hub.publish("c", red("6"));
    assertThat(all.stream()).containsExactly("gap e1/1-3", "4", "5", "6");
    assertThat(red.stream()).containsExactly("gap e1/1-3", "6");
  }

  @Test
  void positionIsToldAtTheHeartbeatToWhomFiltersKeptWaiting() {
    Peer recoverable = hub.connect();
    Peer plain = hub.connect();
    recoverable.follow("c", RED);
    plain.subscribe("c", RED);
    hub.pass(hub.limits.session().heartbeat());
    recoverable.hear();
    plain.hear();
    recoverable.session.heard();
    plain.session.heard();
    hub.publish("c", "1", "2", "3");
    assertThat(recoverable.stream()).isEmpty();
    hub.pass(hub.limits.session().heartbeat());
    assertThat(recoverable.stream()).containsExactlyInAnyOrder("position e1/3", "heartbeat");
    assertThat(plain.stream()).containsExactly("heartbeat");
  }

  @Test
  void positionIsNotToldToWhomItIsNoNews() {
    Peer peer = hub.connect();
    peer.follow("c", RED);
    peer.follow("c", null);
    hub.settle();
    hub.publish("c", red("1"));
    peer.hear();
    hub.pass(hub.limits.session().heartbeat());
    assertThat(peer.stream()).containsExactly("heartbeat");
  }

  @Test
  void positionIsToldAtOnceWhenHalfTheLogWasSkipped() {
    restart(TestLimits.with(TestLimits.logOf(10)));
    Peer peer = hub.connect();
    peer.follow("c", RED);
    hub.settle();
    peer.hear();
    for (int i = 1; i <= 5; i++) {
      hub.publish("c", "skipped");
    }
    assertThat(peer.stream()).isEmpty();
    hub.publish("c", "skipped");
    hub.publish("c", red("7"));
    assertThat(peer.stream()).containsExactly("position e1/6", "7");
  }

  @Test
  void positionIsToldAtOnceWhenHalfTheLogsBytesWereSkipped() {
    Peer peer = hub.connect();
    peer.follow("c", RED);
    hub.settle();
    peer.hear();
    int third = (int) (hub.limits.log().bytes() / 3);
    hub.publish("c", TestPayload.ofSize(third));
    assertThat(peer.stream()).isEmpty();
    hub.publish("c", TestPayload.ofSize(third));
    assertThat(peer.stream()).containsExactly("position e1/2");
  }

  @Test
  void positionIsToldToAReaderThatWasStalledAtTheHeartbeat() {
    Peer peer = hub.connect();
    peer.follow("c", RED);
    hub.settle();
    hub.publish("c", "1");
    hub.pass(Duration.ofSeconds(1));
    peer.hear();
    peer.socket.stallAfter(0);
    peer.say(new Command.Ping(null));
    hub.publish("c", "2");
    hub.pass(hub.limits.session().heartbeat());
    peer.read();
    assertThat(peer.stream()).last().isEqualTo("position e1/2");
  }

  @Test
  void positionDoesNotWaitForAnythingElseToHappen() {
    restart(
        TestLimits.with(
            new Limits.Session(
                10,
                64,
                10,
                4_096,
                1 << 18,
                100,
                10,
                1_000,
                64,
                1 << 18,
                4,
                1_000,
                Duration.ofSeconds(1))));
    Peer peer = hub.connect();
    peer.follow("c", RED);
    hub.pass(Duration.ofSeconds(1));
    hub.publish("c", "1");
    peer.hear();
    hub.pass(Duration.ofSeconds(1));
    assertThat(peer.stream()).containsExactlyInAnyOrder("heartbeat", "position e1/1");
  }

  @Test
  void positionIsToldToWhoJoinedOthersThatKnewMore() {
    Filter round = TestPayload.filter("shape", "round");
    Peer peer = hub.connect();
    peer.follow("c", RED);
    peer.follow("c", round);
    hub.pass(Duration.ofSeconds(1));
    hub.publish("c", "1");
    hub.connect().follow("c", RED);
    hub.settle();
    peer.unsubscribe("c", round);
    peer.hear();
    hub.pass(hub.limits.session().heartbeat());
    assertThat(peer.stream()).contains("position e1/1");
  }

  @Test
  void positionNeverRunsAheadOfWhatIsOwed() {
    Peer peer = hub.connect();
    peer.follow("c", RED);
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("c", red("1"), red("2"), TestPayload.of("3"));
    hub.pass(hub.limits.session().heartbeat());
    peer.read();
    assertThat(peer.stream().stream().filter(item -> !item.equals("heartbeat")))
        .containsExactly("1", "2", "position e1/3");
  }

  @Test
  void sinceIsAlsoAFilteredReadersPosition() {
    hub.publish("c", TestPayload.of("1"), red("2"), TestPayload.of("3"), red("4"));
    Peer peer = hub.connect();
    peer.subscribe("c", RED, null, new Position("e1", 2));
    hub.settle();
    hub.publish("c", "5");
    hub.pass(hub.limits.session().heartbeat());
    assertThat(peer.stream())
        .containsExactlyInAnyOrder(
            "subscribed at e1/2, recovered", "4", "position e1/5", "heartbeat");
  }

  @Test
  void readerWhoseSocketTakesEverythingCatchesUpHoweverMuchIsPublishedInOneTurn() {
    Limits.Lane lane = new Limits.Lane(10_000, 10, 4, 1, 64, 64, 256, 16 << 20);
    Limits limits = TestLimits.with(TestLimits.logOf(20));
    restart(TestLimits.with(limits, lane));
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("c", "1", "2", "3");
    peer.rig.makeRoom(peer.socket, Long.MAX_VALUE);
    for (int turn = 0; turn < 10; turn++) {
      for (int i = 0; i < 10; i++) {
        hub.append("c", TestPayload.of("x"));
      }
      peer.rig.turn(hub.time.now());
    }
    assertThat(peer.stream()).hasSize(103).noneMatch(item -> item.startsWith("gap"));
  }

  @Test
  void readersThatHaveLeftTakeNobodysTurnInCatchingUp() {
    restart(TestLimits.with(new Limits.Lane(10_000, 10, 4, 1_000, 1, 64, 256, 16 << 20)));
    Peer anchor = hub.connect();
    anchor.subscribe("c");
    hub.publish("c", "1");
    Peer hasty = hub.connect();
    for (int i = 0; i < 100; i++) {
      hasty.subscribeSince("c", "e1", 0);
      hasty.unsubscribe("c", null);
    }
    Peer late = hub.connect();
    for (int i = 0; i < 100; i++) {
      hasty.subscribeSince("c", "e1", 0);
      hasty.unsubscribe("c", null);
    }
    late.subscribeSince("c", "e1", 0);
    late.rig.turn(hub.time.now());
    assertThat(late.socket.items()).as("the answer and the publication").hasSize(2);
  }

  @Test
  void subscribingServesWhatIsThereAndNotWhatIsAppendedMeanwhile() {
    AtomicInteger handedOver = new AtomicInteger();
    FakeOutlet.Watch meanwhile =
        new FakeOutlet.Watch() {
          @Override
          public void handedOver(int slot, byte[] frame) {
            if (handedOver.incrementAndGet() < 1_000) {
              hub.append("c", TestPayload.of("meanwhile"));
            }
          }
        };
    Limits limits = TestLimits.with(new Limits.Lane(10_000, 1, 4, 1_000, 64, 64, 256, 16 << 20));
    Rig rig = new Rig(1, limits, hub.memory, hub.meter, meanwhile);
    Peer reader = hub.connect(rig, 7, "reader");
    reader.subscribe("c");
    rig.turn(hub.time.now());
    hub.append("c", TestPayload.of("first"), TestPayload.of("second"));
    Peer newcomer = hub.connect(rig, 8, "newcomer");
    newcomer.subscribe("c");
    assertThat(handedOver).as("the loop gets its turn").hasValue(2);
    rig.turn(hub.time.now());
    assertThat(reader.stream())
        .startsWith("connected reader", "subscribed at e1/0", "first", "second", "meanwhile");
    assertThat(newcomer.stream())
        .startsWith("connected newcomer", "subscribed at e1/2", "meanwhile");
  }

  @Test
  void whatIsAppendedWhileTheLaneDrainsIsServedInItsNextTurn() {
    AtomicBoolean once = new AtomicBoolean();
    FakeOutlet.Watch meanwhile =
        new FakeOutlet.Watch() {
          @Override
          public void handedOver(int slot, byte[] frame) {
            if (once.compareAndSet(false, true)) {
              hub.append("c", TestPayload.of("meanwhile"));
            }
          }
        };
    Rig rig = new Rig(1, hub.limits, hub.memory, hub.meter, meanwhile);
    Peer peer = hub.connect(rig, 7, "user");
    peer.subscribe("c");
    rig.turn(hub.time.now());
    hub.append("c", TestPayload.of("first"));
    while (rig.isDue()) {
      rig.turn(hub.time.now());
    }
    assertThat(peer.stream())
        .containsExactly("connected user", "subscribed at e1/0", "first", "meanwhile");
  }
}
