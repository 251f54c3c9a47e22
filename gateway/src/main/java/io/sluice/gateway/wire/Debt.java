package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.sluice.gateway.Framing;
import io.sluice.gateway.websocket.FrameKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one socket is owed, in the order in which it must leave: the rest of a data frame, then
 * whole frames of control. Owned by its {@link Line}, which has one only while it owes something.
 */
final class Debt implements ChannelFutureListener {
  private static final byte[] NOTHING = {};
  private static final int FIRST_BYTES = 256;

  private final Line line;

  private byte[] rest = NOTHING;
  private int restFrom;

  private byte[] control = NOTHING;
  private int from;
  private int to;

  /** The answer to the latest ping, while nothing can be sent. */
  private byte @Nullable [] pong;

  Debt(Line line) {
    this.line = line;
  }

  /** Begins with the rest of a frame; nothing of the control may have left before. */
  void setRest(byte[] frame, int taken) {
    rest = frame;
    restFrom = taken;
  }

  void add(FrameKind kind, byte[] payload) {
    Framing framing = line.framing();
    makeRoom(framing.frameBytes(kind, payload.length));
    to = framing.write(kind, payload, control, to);
  }

  void add(byte[] frame) {
    makeRoom(frame.length);
    System.arraycopy(frame, 0, control, to, frame.length);
    to += frame.length;
  }

  private void makeRoom(int more) {
    int needed = Math.addExact(to, more);
    if (needed <= control.length) {
      return;
    }
    int kept = to - from;
    byte[] wider = new byte[Math.max(FIRST_BYTES, Math.max(kept + more, kept * 2))];
    System.arraycopy(control, from, wider, 0, kept);
    control = wider;
    from = 0;
    to = kept;
  }

  /** Keeps the answer to a ping until it can leave; whether an older one was waiting. */
  boolean replacePong(byte[] payload) {
    boolean waiting = pong != null;
    pong = payload;
    return waiting;
  }

  /** Gives a waiting pong its place, behind what is there. */
  void placePong() {
    byte[] payload = pong;
    pong = null;
    if (payload != null) {
      add(FrameKind.PONG, payload);
    }
  }

  boolean isEmpty() {
    return restFrom == rest.length && from == to && pong == null;
  }

  int controlBytes() {
    return to - from;
  }

  /** Copies all of the control, the pong included, behind what the batch has. */
  void copyControl(Batch batch) {
    placePong();
    batch.append(control, from, to - from);
  }

  /** Notes that the socket took so many bytes of the control. */
  void took(int bytes) {
    from += bytes;
  }

  /** Takes the next piece out, at most so many bytes. */
  ByteBuf piece(ByteBufAllocator allocator, int most) {
    int ofRest = Math.min(most, rest.length - restFrom);
    if (ofRest == rest.length - restFrom) {
      placePong();
    }
    int ofControl = Math.min(most - ofRest, to - from);
    ByteBuf piece = allocator.directBuffer(ofRest + ofControl);
    piece.writeBytes(rest, restFrom, ofRest);
    restFrom += ofRest;
    if (restFrom == rest.length) {
      rest = NOTHING;
      restFrom = 0;
      piece.writeBytes(control, from, ofControl);
      from += ofControl;
    }
    shrink();
    return piece;
  }

  private void shrink() {
    if (from == to) {
      control = NOTHING;
      from = 0;
      to = 0;
    } else if (from > control.length / 2) {
      control = Arrays.copyOfRange(control, from, to);
      to -= from;
      from = 0;
    }
  }

  @Override
  public void operationComplete(ChannelFuture written) {
    line.pieceTaken(written.isSuccess());
  }
}
