package io.sluice.gateway.wire;

import io.sluice.gateway.Framing;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;

/**
 * Puts the messages of stamped frames into a batch, each in the framing of the connection they are
 * for. Owned by one {@link Wire}.
 */
final class Stamps implements StampedMessages {
  private final Batch batch;
  private final byte[] header = new byte[Frames.MAX_HEADER_BYTES];
  private Framing framing = WebSocketFraming.INSTANCE;

  Stamps(Batch batch) {
    this.batch = batch;
  }

  /** The same, for a connection that is framed so. */
  Stamps in(Framing other) {
    framing = other;
    return this;
  }

  @Override
  public void message(
      boolean binary, byte[] head, int headBytes, byte[] tail, int from, int count) {
    FrameKind kind = binary ? FrameKind.BINARY : FrameKind.TEXT;
    if (framing instanceof WebSocketFraming) {
      int _ = batch.append(header, 0, Frames.writeHeader(header, 0, kind, headBytes + count));
      int _ = batch.append(head, 0, headBytes);
      int _ = batch.append(tail, from, count);
    } else {
      byte[] payload = new byte[headBytes + count];
      System.arraycopy(head, 0, payload, 0, headBytes);
      System.arraycopy(tail, from, payload, headBytes, count);
      byte[] message = framing.message(payload);
      byte[] frame = new byte[framing.frameBytes(kind, message.length)];
      int _ = batch.append(frame, 0, framing.write(kind, message, frame, 0));
    }
  }
}
