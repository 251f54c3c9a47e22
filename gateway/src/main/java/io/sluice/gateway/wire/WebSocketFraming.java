package io.sluice.gateway.wire;

import io.sluice.gateway.Framing;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.CloseReason;
import org.jspecify.annotations.Nullable;

/** Frames of RFC 6455. Stateless. */
final class WebSocketFraming implements Framing {
  static final WebSocketFraming INSTANCE = new WebSocketFraming();

  private WebSocketFraming() {}

  @Override
  public int frameBytes(FrameKind kind, int payloadBytes) {
    return Frames.headerBytes(payloadBytes) + payloadBytes;
  }

  @Override
  public int write(FrameKind kind, byte[] payload, byte[] into, int at) {
    int begin = Frames.writeHeader(into, at, kind, payload.length);
    System.arraycopy(payload, 0, into, begin, payload.length);
    return begin + payload.length;
  }

  @Override
  public byte @Nullable [] farewell(CloseReason why, String text) {
    boolean silent = why == CloseReason.LOST || why == CloseReason.RESET;
    return silent ? null : Frames.close(why.code(), text);
  }

  @Override
  public boolean isAnswered() {
    return true;
  }
}
