package io.sluice.gateway.wire;

import io.sluice.gateway.Stamper;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import org.jspecify.annotations.Nullable;

/**
 * The near end of a line: who reads the socket and knows the connection's grammar.
 *
 * <p>Thread: the wire's. None of these is called while the speaker is being read into, except
 * {@link #encode} and {@link #pause}.
 */
public interface Speaker extends Stamper {
  /** An event as the payload of one text message, or null if there is nothing to say. */
  byte @Nullable [] encode(Event event);

  /** Read no more, and decode no more of what was read: too much waits for the socket. */
  void pause();

  /** Read on. */
  void resume();

  /** The peer takes what it is owed, if slowly, so it lives. */
  void alive();

  /** The socket is closed, and this is the last call. */
  void gone(CloseReason reason);
}
