package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.CloseReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private final FakeHouse house = new FakeHouse();
  private final FakeLine line = house.connect();

  @AfterEach
  void close() {
    house.close();
  }

  private void stall() {
    line.socket().room = 0;
    house.send(line, FakeHouse.data("stalls"));
  }

  @Test
  void readingStopsOnlyBeyondControlBytesAndGoesOnWhenDrained() {
    stall();
    int frames = FakeHouse.CONTROL_BYTES / 18 + 1;
    for (int i = 1; i < frames; i++) {
      house.tell(line, "0123456789012345");
    }
    assertThat(line.paused).as("not a byte too early").isFalse();
    house.tell(line, "0123456789012345");
    assertThat(line.paused).isTrue();
    house.turn();
    assertThat(line.paused).isTrue();
    line.takePiece();
    house.turn();
    assertThat(line.paused).as("a part has left").isTrue();
    assertThat(line.signs).as("and shows that the peer lives").isEqualTo(1);
    line.takeAllPieces();
    house.turn();
    assertThat(line.paused).isFalse();
    assertThat(line.pauses).isEqualTo(1);
    assertThat(line.frames()).hasSize(1 + frames);
  }

  @Test
  void everyPieceOfALongFrameShowsThatThePeerLivesThoughItIsStillRead() {
    line.socket().room = 0;
    house.send(line, FakeHouse.data("x".repeat(3 * FakeHouse.REST_BYTES)));
    line.takePiece();
    house.turn();
    assertThat(line.hasPiece()).as("it is far from drained").isTrue();
    assertThat(line.signs).isEqualTo(1);
    line.takePiece();
    house.turn();
    assertThat(line.signs).isEqualTo(2);
    assertThat(line.pauses).isZero();
    line.takeAllPieces();
    house.turn();
  }

  @Test
  void aBacklogThatTheSocketTakesAtOnceStopsReadingForThisTurnOnly() {
    for (int i = 0; i < 100; i++) {
      house.tell(line, "0123456789012345");
    }
    assertThat(line.paused).isTrue();
    house.turn();
    assertThat(line.paused).isFalse();
  }

  @Test
  void everyPingIsAnsweredWhileTheSocketTakesIt() {
    for (int i = 0; i < 10; i++) {
      house.ping(line, "p" + i);
    }
    house.turn();
    assertThat(line.said()).hasSize(10).startsWith("pong p0", "pong p1");
    assertThat(line.pauses).isZero();
  }

  @Test
  void onlyTheLatestPingIsAnsweredAfterAStallAndReadingStops() {
    stall();
    house.ping(line, "first");
    assertThat(line.paused).isFalse();
    for (int i = 0; i < 10_000; i++) {
      house.ping(line, "p" + i);
    }
    assertThat(line.paused).isTrue();
    line.takeAllPieces();
    house.turn();
    assertThat(line.said()).containsExactly("text stalls", "pong p9999");
    assertThat(line.paused).isFalse();
  }

  @Test
  void aClosingLineIsReadAgainSoThatThePeersCloseIsSeen() {
    stall();
    house.ping(line, "a");
    house.ping(line, "b");
    assertThat(line.paused).isTrue();
    house.wire.close(line.slot, CloseReason.IDLE);
    house.turn();
    assertThat(line.paused).isFalse();
    line.reset();
    house.turn();
  }

  @Test
  void theBatchGrowsForALargeFrameAndShrinksWhenNothingLargeCame() {
    Batch batch = new Batch(128);
    batch.begin();
    batch.append(new byte[100], 0, 100);
    assertThat(batch.capacity()).isEqualTo(128);
    batch.append(new byte[1_000], 0, 1_000);
    assertThat(batch.length()).isEqualTo(1_100);
    batch.rest();
    assertThat(batch.capacity()).as("it was needed lately").isEqualTo(1_100);
    batch.begin();
    batch.append(new byte[10], 0, 10);
    batch.rest();
    assertThat(batch.capacity()).isZero();
    batch.append(new byte[1], 0, 1);
    assertThat(batch.capacity()).isEqualTo(128);
    batch.close();
  }
}
