package io.sluice.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.core.Outlet;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.StampedForm.Tail;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames whose heads are written with them. */
class StampedWriteTest {
  private static final ChannelName CHANNEL = new ChannelName("c");

  private final FakeHouse house = new FakeHouse();

  @AfterEach
  void close() {
    house.close();
  }

  /** As the core does it: what was begun is handed over, the rest was never given. */
  private int send(int slot, String... texts) {
    Outlet wire = house.wire;
    wire.beginBatch();
    int[] ends = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      assertThat(wire.stampedCost(slot, new Numbering.Text(texts[i]))).isEqualTo(texts[i].length());
      ends[i] = wire.stamp(slot, new Numbering.Text(texts[i]), CHANNEL, i);
    }
    int taken = wire.send(slot);
    if (taken == Outlet.NOT_READY) {
      wire.stamped(slot, 0);
      return 0;
    }
    int begun = 0;
    while (begun < ends.length && ends[begun] <= taken) {
      begun++;
    }
    wire.stamped(slot, Math.min(ends.length, begun + 1));
    if (begun < ends.length) {
      wire.finishStamped(slot, taken, ends[begun]);
      begun++;
    }
    return begun;
  }

  @Test
  void frameCutAtAnyByteIsFinishedAndLaterOnesGetItsNextNumber() {
    for (int room = 0; room < 30; room++) {
      FakeLine line = house.connect();
      line.socket().room = room;
      int sent = send(line.slot, "one", "two!", "three");
      boolean whole = !line.hasPiece();
      assertThat(send(line.slot, "next")).as("after %d bytes", room).isEqualTo(whole ? 1 : 0);
      assertThat(sent).isBetween(1, 3);
      line.takeAllPieces();
      house.turn();
      line.socket().room = FakeTransport.PLENTY;
      assertThat(send(line.slot, "last")).isEqualTo(1);
      List<String> given = line.numbering();
      assertThat(line.said()).isEqualTo(given.stream().map(one -> "text " + one).toList());
      assertThat(given.getLast()).isEqualTo(given.size() + ": last");
    }
  }

  @Test
  void responsesGetThemAsEventsInChunks() {
    Numbering numbering = new Numbering();
    Speaker speaker =
        new Speaker() {
          @Override
          public int stampedCost(Tail tail) {
            return numbering.cost(tail);
          }

          @Override
          public void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
            numbering.stamp(tail, into);
          }

          @Override
          public void stamped(int sent) {
            numbering.stamped(sent);
          }

          @Override
          public byte[] encode(Event event) {
            return new byte[0];
          }

          @Override
          public void pause() {}

          @Override
          public void resume() {}

          @Override
          public void alive() {}

          @Override
          public void gone(CloseReason reason) {}
        };
    EmbeddedChannel channel = new EmbeddedChannel();
    int slot = house.wire.admit(channel, speaker, new ResponseFraming(Style.EVENTS, true));
    FakeTransport.Socket socket = house.transport.socket(house.transport.count() - 1);
    house.wire.opened(slot);
    assertThat(send(slot, "one\nline", "two")).isEqualTo(2);
    assertThat(socket.taken.toString(UTF_8))
        .isEqualTo("13\r\ndata: 1: one line\n\n\r\ne\r\ndata: 2: two\n\n\r\n");
    channel.close();
  }

  @Test
  void nobodyHasASlotThatIsNeverReady() {
    assertThat(house.wire.ready(Outlet.NOBODY)).isFalse();
  }
}
