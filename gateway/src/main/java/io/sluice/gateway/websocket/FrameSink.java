package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Where a {@link FrameDecoder} delivers. Every buffer is valid only during the call: its readable
 * bytes are the whole payload, unmasked and inflated; who needs it longer copies it.
 *
 * <p>At most one of {@link #close} and {@link #broken} is ever called, and nothing after it.
 */
public interface FrameSink {
  /** A complete text message; its bytes are valid UTF-8. */
  void text(ByteBuf message);

  /** A complete binary message. */
  void binary(ByteBuf message);

  /** A Ping with 0 to 125 bytes, to be answered with the same bytes. */
  void ping(ByteBuf payload);

  /** A Pong with 0 to 125 bytes. */
  void pong(ByteBuf payload);

  /**
   * The peer closes.
   *
   * @param code a code that may stand on the wire, or {@link Frames#NO_CLOSE_CODE} if there is none
   * @param reason at most 123 bytes of UTF-8, often empty
   */
  void close(int code, String reason);

  /** The peer broke a rule; the connection is to be closed with the violation's code. */
  void broken(Violation violation);
}
