package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * One connection's side of a conversation. Pings, pongs and closes are the gateway's own affair.
 *
 * <p>Thread: the connection's event loop.
 */
public interface Dialog extends Stamper {
  /**
   * A text message has come.
   *
   * @param message all of it, UTF-8 already checked; valid during the call only
   */
  void text(ByteBuf message, Moment now);

  /**
   * A binary message has come.
   *
   * @param message all of it; valid during the call only
   */
  void binary(ByteBuf message, Moment now);

  /** An event in this conversation's grammar, as one text message; null if it is not for it. */
  byte @Nullable [] encode(Event event);

  /** The time has come for which {@link Connection#callAt} asked. */
  default void tick(Moment now) {}

  /** The socket, which was {@linkplain Connection#isBehind behind}, has taken everything. */
  default void caughtUp() {}

  /** Of a response: the peer has said all it had to say. Called once, behind the last text. */
  default void complete() {}

  /** Of a response: the peer will listen to the answers it has asked for, and to no more. */
  default void left() {}

  /**
   * The peer lives: something came, be it a pong, or its socket took some of what it was owed.
   * Called once for what is read at once.
   */
  default void heard() {}

  /** The connection is gone; called once, and nothing after it. */
  void closed(CloseReason reason);
}
