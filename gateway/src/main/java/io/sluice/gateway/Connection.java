package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.sluice.core.Lane;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.function.Consumer;

/**
 * One WebSocket or response, as an endpoint sees it. What is said to one that is gone is dropped.
 *
 * <p>Thread: the event loop that owns it.
 */
public interface Connection {
  /** Its name on its lane. */
  int slot();

  /** The lane it lives on. */
  Lane lane();

  /** Whether permessage-deflate was negotiated, so that a compressed form may be sent. */
  boolean deflates();

  /**
   * Sends one message behind everything told before; it leaves at the end of the turn. While more
   * than {@code limits.socket.controlBytes} wait, the socket is not read.
   *
   * @param binary whether it is binary, not text; a response has only text
   * @param message copied before the call returns
   */
  void send(boolean binary, ByteBuf message);

  /**
   * Whether more than {@code limits.socket.controlBytes} wait for the socket. Who has much to say
   * goes on when {@link Dialog#caughtUp} is called.
   */
  boolean isBehind();

  /** Asks the peer for a sign of life, in the way the line has for it. */
  void ping();

  /** Nothing more of what comes is handed to the dialog, until {@link #readOn}. */
  void stopReading();

  /** What comes is handed on again. */
  void readOn();

  /**
   * {@link Dialog#tick} is called at this time, or soon after; and once for an earlier wish that
   * stands.
   *
   * @param nanos on the monotonic clock of {@link Moment}; {@link Long#MAX_VALUE} for never
   */
  void callAt(long nanos);

  /**
   * Does something on the connection's event loop, though the connection may be gone by then.
   *
   * <p>Thread: any.
   */
  void post(Consumer<Moment> action);

  /** Ends it, with one close frame behind what was sent before. */
  default void close(CloseReason reason) {
    close(reason, reason.text());
  }

  /**
   * The same, where a protocol has a word of its own for it.
   *
   * @param text what the close frame says, of which 123 bytes go; a response's last line has all of
   *     it. Never what a peer has said
   */
  void close(CloseReason reason, String text);
}
