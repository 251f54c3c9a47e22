package io.sluice.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.core.Outlet;
import io.sluice.gateway.loop.ServerFrame;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CloseTest {
  private final FakeHouse house = new FakeHouse();
  private final FakeLine line = house.connect();

  @AfterEach
  void close() {
    house.close();
  }

  private List<String> closes() {
    return line.said().stream().filter(said -> said.startsWith("close")).toList();
  }

  private void assertEnded(CloseReason reason) {
    house.turn();
    assertThat(line.channel.isOpen()).isFalse();
    assertThat(line.ends).containsExactly(reason);
    assertThat(house.closed).containsExactly(line.slot);
  }

  @Test
  void aPeerThatClosesIsAnsweredOnce() {
    house.wire.peerCloses(line.slot, 1000);
    assertEnded(CloseReason.PEER);
    assertThat(closes()).containsExactly("close 1000 ");
  }

  @Test
  void aPeerThatClosesWithoutACodeIsAnsweredWithoutOne() {
    house.wire.peerCloses(line.slot, 1005);
    assertEnded(CloseReason.PEER);
    assertThat(line.frames().getFirst().payload()).isEmpty();
  }

  @Test
  void closingAgainLeavesNothingToDo() {
    house.wire.close(line.slot, CloseReason.RESTART);
    house.turn();
    house.wire.closeAll(CloseReason.RESTART);
    assertThat(house.wire.isStirred()).isFalse();
  }

  @Test
  void ourCloseWaitsForThePeersAndIsNotRepeated() {
    house.wire.close(line.slot, CloseReason.EXPIRED);
    house.turn();
    assertThat(closes()).containsExactly("close 4401 expired");
    assertThat(line.channel.isOpen()).isTrue();
    house.wire.close(line.slot, CloseReason.RESTART);
    house.wire.peerCloses(line.slot, 4401);
    assertEnded(CloseReason.EXPIRED);
    assertThat(closes()).hasSize(1);
  }

  @Test
  void bothAtOnceGiveOneClose() {
    house.wire.close(line.slot, CloseReason.RESTART);
    house.wire.peerCloses(line.slot, 1001);
    assertEnded(CloseReason.RESTART);
    assertThat(closes()).containsExactly("close 1012 restart");
  }

  @Test
  void thePeersCloseFirstThenOursGiveOneClose() {
    house.wire.peerCloses(line.slot, 1001);
    house.wire.close(line.slot, CloseReason.RESTART);
    assertEnded(CloseReason.PEER);
    assertThat(closes()).containsExactly("close 1001 ");
  }

  @Test
  void aBrokenRuleIsNamedAndNothingIsWaitedFor() {
    house.wire.peerBroke(line.slot, CloseReason.PROTOCOL, Violation.NOT_MASKED);
    assertEnded(CloseReason.PROTOCOL);
    assertThat(closes()).containsExactly("close 1002 not_masked");
  }

  @Test
  void aProtocolHasWordsOfItsOwnForAReason() {
    house.wire.close(line.slot, CloseReason.POLICY, "TOO_MUCH");
    house.turn();
    assertThat(closes()).containsExactly("close 1008 TOO_MUCH");
  }

  @Test
  void ofMoreWordsThanACloseFrameHoldsItSaysTheFirst() {
    house.wire.close(line.slot, CloseReason.POLICY, "x".repeat(200));
    house.turn();
    assertThat(closes()).containsExactly("close 1008 " + "x".repeat(123));
  }

  @Test
  void whatWasToldBeforeGoesBeforeTheCloseAndNothingAfterIt() {
    house.tell(line, "before");
    house.wire.close(line.slot, CloseReason.IDLE);
    house.tell(line, "after");
    house.ping(line, "after");
    house.wire.heartbeat(line.slot);
    house.wire.beginBatch();
    house.wire.append(FakeHouse.data("after"));
    assertThat(house.wire.send(line.slot)).isEqualTo(Outlet.NOT_READY);
    house.turn();
    assertThat(line.said()).containsExactly("text before", "close 1001 idle");
  }

  @Test
  void duringARestTheCloseStandsBehindItAndBehindAWaitingPong() {
    line.socket().room = 3;
    house.send(line, FakeHouse.data("0123456789".repeat(100)));
    house.tell(line, "answer");
    house.ping(line, "one");
    house.ping(line, "two");
    house.wire.close(line.slot, CloseReason.RESTART);
    house.wire.peerCloses(line.slot, 1000);
    house.turn();
    assertThat(line.channel.isOpen()).isTrue();
    line.takeAllPieces();
    assertEnded(CloseReason.RESTART);
    assertThat(line.said().subList(1, 4))
        .containsExactly("text answer", "pong two", "close 1012 restart");
    assertThat(line.frames()).hasSize(4);
  }

  @Test
  void aPeersCloseDuringARestIsAnsweredBehindIt() {
    line.socket().room = 3;
    house.send(line, FakeHouse.data("0123456789"));
    house.wire.peerCloses(line.slot, 1000);
    house.turn();
    line.takeAllPieces();
    assertEnded(CloseReason.PEER);
    assertThat(line.said()).containsExactly("text 0123456789", "close 1000 ");
  }

  @Test
  void aStalledSocketIsCutWhenTheTimeIsOver() {
    line.socket().room = 3;
    house.send(line, FakeHouse.data("0123456789"));
    house.wire.close(line.slot, CloseReason.IDLE);
    house.turn();
    house.nanos = TimeUnit.SECONDS.toNanos(2) - 1;
    house.wire.tick(house.now());
    house.turn();
    assertThat(line.channel.isOpen()).isTrue();
    house.nanos++;
    house.wire.tick(house.now());
    assertEnded(CloseReason.IDLE);
    line.reset();
    assertThat(line.socket().taken.size()).isEqualTo(3);
  }

  @Test
  void aPeerThatNeverAnswersOurCloseIsCutWhenTheTimeIsOver() {
    house.wire.close(line.slot, CloseReason.EXPIRED);
    house.turn();
    house.nanos = TimeUnit.SECONDS.toNanos(2);
    house.wire.tick(house.now());
    assertEnded(CloseReason.EXPIRED);
    assertThat(closes()).hasSize(1);
  }

  @Test
  void aLineThatIsCutGetsNoDataFromBeforeItsDescriptorIsGivenBack() {
    assertThat(house.wire.ready(line.slot)).isTrue();
    house.wire.cut(line.slot);
    assertThat(line.readyWhenClosed).isFalse();
    assertEnded(CloseReason.LOST);
  }

  @Test
  void aLineThatBreaksIsLost() {
    line.socket().room = 3;
    house.send(line, FakeHouse.data("0123456789"));
    line.reset();
    assertEnded(CloseReason.LOST);
  }

  @Test
  void theEndIsToldOnlyInATurn() {
    line.channel.close();
    assertThat(house.closed).isEmpty();
    assertThat(house.wire.ready(line.slot)).isFalse();
    house.tell(line, "to nobody");
    house.wire.close(line.slot, CloseReason.RESTART);
    house.turn();
    assertThat(house.closed).containsExactly(line.slot);
    assertThat(line.socket().sends).isZero();
  }

  @Test
  void aSlotIsGivenAgainOnlyAfterItsEndWasTold() {
    line.channel.close();
    FakeLine before = house.connect();
    assertThat(before.slot).isNotEqualTo(line.slot);
    house.turn();
    FakeLine after = house.connect();
    assertThat(after.slot).isEqualTo(line.slot);
    assertThat(house.wire.ready(after.slot)).isTrue();
    house.tell(after, "hello");
    house.turn();
    assertThat(after.said()).containsExactly("text hello");
    assertThat(line.said()).isEmpty();
  }

  @Test
  void whatIsToldBeforeTheDialogStandsIsEncodedByIt() {
    var early = new FakeEarlyLine(house);
    house.wire.tell(early.slot, new Event.Connected("ada", "", Long.MAX_VALUE));
    house.wire.close(early.slot, CloseReason.RESTART);
    house.turn();
    assertThat(early.said()).isEmpty();
    house.wire.opened(early.slot);
    house.turn();
    assertThat(early.said()).containsExactly("text ada", "close 1012 restart");
  }

  @Test
  void aDialogThatNeverStandsEndsWithoutAWord() {
    var early = new FakeEarlyLine(house);
    house.wire.tell(early.slot, new Event.Connected("ada", "", Long.MAX_VALUE));
    house.wire.failedToOpen(early.slot, CloseReason.INTERNAL);
    house.turn();
    assertThat(early.said()).containsExactly("close 1011 internal");
  }

  /** A line whose dialog is still being opened. */
  private static final class FakeEarlyLine implements Speaker {
    private final FakeTransport.Socket socket;
    private final int slot;

    FakeEarlyLine(FakeHouse house) {
      slot = house.wire.admit(new EmbeddedChannel(), this);
      socket = house.transport.socket(house.transport.count() - 1);
    }

    List<String> said() {
      return ServerFrame.all(socket.taken.toByteArray()).stream().map(Object::toString).toList();
    }

    @Override
    public byte[] encode(Event event) {
      return ((Event.Connected) event).user().getBytes(UTF_8);
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void alive() {}

    @Override
    public void gone(CloseReason reason) {}
  }
}
