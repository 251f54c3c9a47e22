package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much one turn does, and for whom first. */
class TurnTest {
  private static final int MUCH = 1 << 20;
  private static final String TEXT = "-".repeat(100);

  /** What each publication of {@link #TEXT} counts against a bound of bytes. */
  private static final int SIZE =
      new Publication(
              1,
              0,
              new Draft(
                  Hub.channel("c"), Draft.Kind.BROADCAST, null, TestPayload.of(TEXT), null, null))
          .retainedBytes();

  private Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private void restart(Limits limits) {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, limits);
  }

  private void restart(Limits.Lane lane) {
    restart(TestLimits.with(lane));
  }

  private Peer subscriber(String channel) {
    Peer peer = hub.connect();
    peer.subscribe(channel);
    peer.hear();
    return peer;
  }

  private void append(int publications) {
    for (int i = 0; i < publications; i++) {
      hub.append("c", TestPayload.of(TEXT));
    }
  }

  /** Readers at the beginning of the channel, who have been fed nothing yet. */
  private List<Peer> readersBehind(int readers, int publications) {
    subscriber("c");
    append(publications);
    hub.settle();
    List<Peer> behind = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      behind.add(hub.connect());
    }
    for (Peer peer : behind) {
      peer.subscribeSince("c", "e1", 0);
    }
    return behind;
  }

  private void turn() {
    hub.rig(0).turn(hub.time.now());
  }

  private FakeOutlet outlet() {
    return hub.rig(0).outlet;
  }

  /** The publications that have come since the last time, without letting anything more happen. */
  private static int arrived(Peer peer) {
    return Math.toIntExact(
        peer.socket.items().stream().filter(FakeSocket.Data.class::isInstance).count());
  }

  /** The publications of every batch from here on, a turn each. */
  private List<Integer> batches(Peer peer) {
    List<Integer> batches = new ArrayList<>();
    while (hub.rig(0).isDue()) {
      int fanOuts = outlet().fanOuts();
      turn();
      assertThat(outlet().fanOuts() - fanOuts).isLessThanOrEqualTo(1);
      batches.add(arrived(peer));
    }
    return batches;
  }

  // How much

  @Test
  void turnServesSoManyBatchesOfAChannelAndTheRestComesInTheNext() {
    restart(new Limits.Lane(MUCH, 2, 3, MUCH, 64, 64, 256, 16 << 20));
    Peer peer = subscriber("c");
    append(13);
    turn();
    assertThat(outlet().fanOuts()).isEqualTo(3);
    assertThat(arrived(peer)).isEqualTo(6);
    turn();
    assertThat(outlet().fanOuts()).isEqualTo(6);
    assertThat(arrived(peer)).isEqualTo(6);
    assertThat(hub.rig(0).isDue()).isTrue();
    turn();
    assertThat(arrived(peer)).isEqualTo(1);
    assertThat(hub.rig(0).isDue()).isFalse();
  }

  @Test
  void otherChannelsDoNotWaitForTheBatchesThatATurnLeavesOver() {
    restart(new Limits.Lane(MUCH, 1, 2, MUCH, 64, 64, 256, 16 << 20));
    Peer busy = subscriber("c");
    Peer quiet = subscriber("quiet");
    append(10);
    hub.append("quiet", TestPayload.of("here"));
    turn();
    assertThat(arrived(busy)).isEqualTo(2);
    assertThat(arrived(quiet)).isEqualTo(1);
  }

  @Test
  void batchHoldsSoManyPublications() {
    restart(new Limits.Lane(MUCH, 3, 1, MUCH, 64, 64, 256, 16 << 20));
    Peer peer = subscriber("c");
    append(7);
    assertThat(batches(peer)).containsExactly(3, 3, 1);
  }

  @Test
  void batchHoldsSoManyBytes() {
    restart(new Limits.Lane(3 * SIZE, 256, 1, MUCH, 64, 64, 256, 16 << 20));
    Peer peer = subscriber("c");
    append(7);
    assertThat(batches(peer)).containsExactly(3, 3, 1);
  }

  @Test
  void batchOfOneByteTooFewHoldsOnePublicationLess() {
    restart(new Limits.Lane(3 * SIZE - 1, 256, 1, MUCH, 64, 64, 256, 16 << 20));
    Peer peer = subscriber("c");
    append(5);
    assertThat(batches(peer)).containsExactly(2, 2, 1);
  }

  @Test
  void publicationLargerThanABatchGoesAlone() {
    restart(new Limits.Lane(2 * SIZE, 256, 1, MUCH, 64, 64, 256, 16 << 20));
    Peer peer = subscriber("c");
    append(1);
    hub.append("c", TestPayload.ofSize(10 * SIZE));
    append(2);
    assertThat(batches(peer)).containsExactly(1, 1, 2);
  }

  @Test
  void readerThatIsBehindIsFedSoManyBytesATime() {
    restart(new Limits.Lane(MUCH, 256, 256, 3 * SIZE, 1, 64, 256, 16 << 20));
    Peer reader = readersBehind(1, 7).getFirst();
    turn();
    assertThat(arrived(reader)).isEqualTo(3);
    turn();
    assertThat(arrived(reader)).isEqualTo(3);
    turn();
    assertThat(arrived(reader)).isEqualTo(1);
    assertThat(hub.rig(0).isDue()).isFalse();
  }

  @Test
  void turnFeedsSoManyReadersAndTheOthersInTheNext() {
    restart(new Limits.Lane(MUCH, 256, 256, MUCH, 2, 64, 256, 16 << 20));
    List<Peer> readers = readersBehind(5, 4);
    int sends = outlet().sends();
    turn();
    assertThat(outlet().sends() - sends).isEqualTo(2);
    turn();
    assertThat(outlet().sends() - sends).isEqualTo(4);
    assertThat(hub.rig(0).isDue()).isTrue();
    turn();
    assertThat(outlet().sends() - sends).isEqualTo(5);
    assertThat(readers).extracting(TurnTest::arrived).containsOnly(4);
    assertThat(hub.rig(0).isDue()).isFalse();
  }

  // For whom first

  @Test
  void everyReaderThatIsBehindAdvancesBeforeAnybodyIsFedAgainInOneTurn() {
    restart(new Limits.Lane(MUCH, 256, 256, 2 * SIZE, 3, 64, 256, 16 << 20));
    List<Peer> readers = readersBehind(3, 6);
    for (int round = 0; round < 3; round++) {
      turn();
      assertThat(readers).extracting(TurnTest::arrived).containsOnly(2);
    }
  }

  @Test
  void everyReaderThatIsBehindAdvancesBeforeAnybodyIsFedAgainOverManyTurns() {
    restart(new Limits.Lane(MUCH, 256, 256, SIZE, 2, 64, 256, 16 << 20));
    List<Peer> readers = readersBehind(3, 4);
    int[] fed = new int[3];
    for (int turns = 1; turns <= 6; turns++) {
      turn();
      for (int i = 0; i < 3; i++) {
        fed[i] += arrived(readers.get(i));
      }
      IntSummaryStatistics of = Arrays.stream(fed).summaryStatistics();
      assertThat(of.getSum()).isEqualTo(2L * turns);
      assertThat(of.getMax() - of.getMin()).as("after turn %s", turns).isLessThanOrEqualTo(1);
    }
    assertThat(fed).containsOnly(4);
  }
}
