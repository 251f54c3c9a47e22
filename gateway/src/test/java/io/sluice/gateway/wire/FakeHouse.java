package io.sluice.gateway.wire;

import io.netty.buffer.Unpooled;
import io.sluice.core.Shortfalls;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A wire on sockets that are not there, and a core that only takes notes. */
final class FakeHouse implements Upstream, AutoCloseable {
  static final int CONTROL_BYTES = 1_000;
  static final int REST_BYTES = 256;

  final FakeTransport transport = new FakeTransport();
  final Wire wire;
  final List<Integer> writable = new ArrayList<>();
  final List<Integer> closed = new ArrayList<>();
  final Shortfalls shortfalls = new Shortfalls();
  long nanos;

  FakeHouse() {
    wire = new Wire(transport, limits(CONTROL_BYTES, REST_BYTES), this);
  }

  static Limits limits(int controlBytes, int restBytes) {
    Limits usual = Limits.defaults(1L << 30);
    Limits.Socket socket = usual.socket();
    return new Limits(
        usual.log(),
        usual.hub(),
        usual.session(),
        usual.lane(),
        new Limits.Socket(
            socket.messageBytes(),
            socket.framesPerMessage(),
            socket.streamsPerMessage(),
            socket.unfinishedMessage(),
            socket.controlFramesPerSecond(),
            controlBytes,
            restBytes,
            socket.heldBytes(),
            Duration.ofSeconds(2)),
        usual.http(),
        usual.connections(),
        usual.json(),
        usual.token(),
        usual.presence());
  }

  FakeLine connect() {
    return new FakeLine(this);
  }

  /** What a lane's turn does at its beginning. */
  void turn() {
    for (int i = 0; i < 100 && wire.isStirred(); i++) {
      wire.settle();
      wire.flush();
    }
    if (wire.isStirred()) {
      throw new AssertionError("the wire does not come to rest");
    }
  }

  void tell(FakeLine line, String text) {
    wire.tell(line.slot, new Event.Connected(text, "", Long.MAX_VALUE));
  }

  void ping(FakeLine line, String payload) {
    wire.pong(line.slot, Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8));
  }

  /** Sends frames to one line as the core does: what was begun is handed over. */
  void send(FakeLine line, byte[]... frames) {
    wire.beginBatch();
    int[] ends = new int[frames.length];
    for (int i = 0; i < frames.length; i++) {
      ends[i] = wire.append(frames[i]);
    }
    shortfalls.clear();
    wire.fanOut(new int[] {line.slot}, 1, shortfalls);
    if (shortfalls.count() > 0 && shortfalls.taken(0) >= 0) {
      int begun = 0;
      while (ends[begun] <= shortfalls.taken(0)) {
        begun++;
      }
      int start = begun == 0 ? 0 : ends[begun - 1];
      wire.finish(line.slot, frames[begun], shortfalls.taken(0) - start);
    }
  }

  static byte[] data(String text) {
    return Frames.frame(FrameKind.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Moment now() {
    return new Moment(nanos, 0);
  }

  @Override
  public void stirred() {
    // The test takes the turns.
  }

  @Override
  public void writable(int slot) {
    writable.add(slot);
  }

  @Override
  public void closed(int slot) {
    closed.add(slot);
  }

  @Override
  public void close() {
    wire.close();
  }
}
