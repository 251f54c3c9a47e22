package io.sluice.gateway;

import io.sluice.gateway.websocket.FrameKind;
import io.sluice.model.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * How a connection's messages become bytes: as frames of a WebSocket, or as pieces of a response
 * that goes on. Publications are framed by their {@code Form}, everything else by this. Immutable,
 * shared by all connections of a kind.
 */
public interface Framing {
  /** How many bytes a frame around a payload takes. */
  int frameBytes(FrameKind kind, int payloadBytes);

  /**
   * Writes a frame, exactly {@link #frameBytes} of it.
   *
   * @return where it ends
   */
  int write(FrameKind kind, byte[] payload, byte[] into, int at);

  /** A message of an endpoint as the payload of a frame. */
  default byte[] message(byte[] payload) {
    return payload;
  }

  /**
   * The last words of a connection; null if nothing can be said any more.
   *
   * @param text the reason that is told
   */
  byte @Nullable [] farewell(CloseReason why, String text);

  /**
   * Whether the peer speaks too: answers pings and the farewell. Where it does not, it lives as
   * long as its socket takes what it is given, and nothing is waited for behind the farewell.
   */
  boolean isAnswered();
}
