package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.model.Limits;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way from bytes to messages, owned by its event loop.
 *
 * <p>A frame that has come whole, in one piece and uncompressed is unmasked where it lies and
 * handed over without a copy. Anything else is gathered in a buffer that grows with what has come,
 * never by what was announced. A connection between two messages holds no buffer.
 *
 * <p>Every rule is judged at the first byte that breaks it, so that the calls to the sink are the
 * same however the stream was cut into pieces.
 */
public final class FrameDecoder {
  private static final long ONE_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Limits.Socket limits;
  private final ByteBufAllocator allocator;
  private final @Nullable MessageInflater inflater;
  private final FrameHeader header = new FrameHeader();

  private boolean dead;
  private boolean paused;

  /** The unfinished message: what has come of it, and what its first frame said. */
  private boolean open;

  private boolean text;
  private boolean deflated;
  private byte utf8 = Utf8.BOUNDARY;
  private int frames;
  private @Nullable ByteBuf message;

  /**
   * What has come of an unfinished control frame, which may stand between two frames of a message.
   */
  private @Nullable ByteBuf control;

  private long now;
  private long unfinishedSince;
  private long controlSecond;
  private int controlFrames;

  /**
   * A decoder for a connection that has just been upgraded.
   *
   * @param limits what the peer may send; a message at most 2^30 bytes. On the wire a compressed
   *     one may have a 1,024th and 64 bytes more, because DEFLATE makes incompressible data longer
   * @param allocator gives the buffers in which unfinished messages are gathered
   * @param inflater that of the connection's event loop if permessage-deflate was negotiated, else
   *     null
   */
  public FrameDecoder(
      Limits.Socket limits, ByteBufAllocator allocator, @Nullable MessageInflater inflater) {
    this.limits = limits;
    this.allocator = allocator;
    this.inflater = inflater;
  }

  /**
   * Reads all bytes of {@code in}, or up to the end of the frame in whose delivery {@link #pause}
   * was called; the rest stays in {@code in} for the next call. A dead decoder skips everything.
   *
   * @param in must be writable and nobody else's: payloads are unmasked in place
   * @param nanos the monotonic clock
   */
  public void feed(ByteBuf in, long nanos, FrameSink sink) {
    if (paused) {
      unfinishedSince += nanos - now;
      paused = false;
    }
    now = nanos;
    while (!dead && !paused && in.isReadable()) {
      if (readHeader(in, sink)) {
        readPayload(in, sink);
      }
    }
    if (dead) {
      in.skipBytes(in.readableBytes());
    }
  }

  /**
   * Lets {@link #feed} return after the delivery at hand. The time until the next feed does not
   * count for {@link #overdue}.
   */
  public void pause() {
    paused = true;
  }

  /** Ends the decoder: nothing is delivered any more, and no buffer is held. May be repeated. */
  public void stop() {
    dead = true;
    message = released(message);
    control = released(control);
  }

  /**
   * Whether a message has been unfinished for too long; the caller then answers {@link
   * Violation#MESSAGE_OVERDUE}. To be asked from time to time.
   *
   * @param nanos the monotonic clock
   */
  public boolean overdue(long nanos) {
    boolean unfinished = open || !header.isAtStart();
    return unfinished
        && !dead
        && !paused
        && nanos - unfinishedSince > limits.unfinishedMessage().toNanos();
  }

  /** Bytes of memory in which unfinished frames are gathered; 0 between two messages. */
  public int heldBytes() {
    return (message == null ? 0 : message.capacity()) + (control == null ? 0 : control.capacity());
  }

  /** Reads on in the header; true when it is complete. */
  private boolean readHeader(ByteBuf in, FrameSink sink) {
    if (header.isAtStart() && !open) {
      unfinishedSince = now;
    }
    while (!header.isComplete()) {
      if (!header.read(in)) {
        return false;
      }
      Violation violation = header.advance(inflater != null, open);
      if (violation == null && header.expectsMask()) {
        violation = header.isControl() ? admitControl() : admitFrame();
      }
      if (violation != null) {
        fail(violation, sink);
        return false;
      }
    }
    return true;
  }

  private @Nullable Violation admitControl() {
    if (header.opcode() == FrameHeader.CLOSE) {
      return null;
    }
    if (controlFrames == 0 || now - controlSecond >= ONE_SECOND) {
      controlSecond = now;
      controlFrames = 0;
    }
    controlFrames++;
    return controlFrames > limits.controlFramesPerSecond() ? Violation.CONTROL_FLOOD : null;
  }

  private @Nullable Violation admitFrame() {
    if (header.opcode() != FrameHeader.CONTINUATION) {
      open = true;
      text = header.opcode() == FrameHeader.TEXT;
      deflated = header.isDeflated();
      utf8 = Utf8.BOUNDARY;
      frames = 0;
    }
    frames++;
    if (frames > limits.framesPerMessage()) {
      return Violation.FRAME_FLOOD;
    }
    int gathered = message == null ? 0 : message.readableBytes();
    return header.left() > wireBytes() - gathered ? Violation.MESSAGE_TOO_BIG : null;
  }

  /** The most payload bytes of the open message on the wire. */
  private int wireBytes() {
    int bytes = limits.messageBytes();
    return deflated ? bytes + (bytes >> 10) + 64 : bytes;
  }

  /** Takes what has come of the payload, which may be nothing if the payload is empty. */
  private void readPayload(ByteBuf in, FrameSink sink) {
    int length = (int) Math.min(header.left(), in.readableBytes());
    boolean ascii = Masking.unmask(in, in.readerIndex(), length, header.mask());
    header.take(length);
    ByteBuf piece = in.readSlice(length);
    boolean frameEnds = header.left() == 0;
    if (frameEnds) {
      header.reset();
    }
    if (header.isControl()) {
      takeControl(piece, frameEnds, sink);
    } else {
      takeMessage(piece, ascii, frameEnds && header.isFinal(), sink);
    }
  }

  private void takeControl(ByteBuf piece, boolean ends, FrameSink sink) {
    if (!ends) {
      control = gather(control, piece, FrameHeader.CONTROL_BYTES);
      return;
    }
    ByteBuf held = control;
    control = null;
    try {
      deliverControl(held == null ? piece : held.writeBytes(piece), sink);
    } finally {
      released(held);
    }
  }

  private void takeMessage(ByteBuf piece, boolean ascii, boolean ends, FrameSink sink) {
    if (text && !deflated && !(ascii && utf8 == Utf8.BOUNDARY)) {
      utf8 = Utf8.check(utf8, piece, piece.readerIndex(), piece.readableBytes());
    }
    if (utf8 == Utf8.REJECTED || (ends && utf8 != Utf8.BOUNDARY)) {
      fail(Violation.TEXT_ENCODING, sink);
    } else if (ends) {
      finish(piece, sink);
    } else {
      message = gather(message, piece, wireBytes());
    }
  }

  private @Nullable ByteBuf gather(@Nullable ByteBuf held, ByteBuf piece, int most) {
    if (!piece.isReadable()) {
      return held;
    }
    ByteBuf buffer = held == null ? allocator.buffer(piece.readableBytes(), most) : held;
    return buffer.writeBytes(piece);
  }

  private void finish(ByteBuf piece, FrameSink sink) {
    ByteBuf held = message;
    message = null;
    open = false;
    try {
      ByteBuf whole = held == null ? piece : held.writeBytes(piece);
      if (deflated && inflater != null) {
        inflate(inflater, whole, sink);
      } else {
        deliver(whole, sink);
      }
    } finally {
      released(held);
    }
  }

  private void inflate(MessageInflater inflater, ByteBuf compressed, FrameSink sink) {
    switch (inflater.inflate(compressed, limits.messageBytes())) {
      case Inflation.Refused(Violation violation) -> fail(violation, sink);
      case Inflation.Whole(ByteBuf whole) -> {
        try {
          if (text && !Utf8.isWhole(whole)) {
            fail(Violation.TEXT_ENCODING, sink);
          } else {
            deliver(whole, sink);
          }
        } finally {
          whole.release();
        }
      }
    }
  }

  private void deliver(ByteBuf whole, FrameSink sink) {
    if (text) {
      sink.text(whole);
    } else {
      sink.binary(whole);
    }
  }

  private void deliverControl(ByteBuf payload, FrameSink sink) {
    switch (header.opcode()) {
      case FrameHeader.PING -> sink.ping(payload);
      case FrameHeader.PONG -> sink.pong(payload);
      default -> deliverClose(payload, sink);
    }
  }

  private void deliverClose(ByteBuf payload, FrameSink sink) {
    Violation violation = ClosePayload.judge(payload);
    if (violation != null) {
      fail(violation, sink);
      return;
    }
    stop();
    sink.close(ClosePayload.code(payload), ClosePayload.reason(payload));
  }

  private void fail(Violation violation, FrameSink sink) {
    stop();
    sink.broken(violation);
  }

  private static @Nullable ByteBuf released(@Nullable ByteBuf buffer) {
    if (buffer != null) {
      buffer.release();
    }
    return null;
  }
}
