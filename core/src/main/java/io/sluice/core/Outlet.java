package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.StampedForm;
import io.sluice.model.StampedForm.Tail;

/**
 * The way out of one lane: what the core may do to the sockets of that lane's connections. Each is
 * named by its slot, a small number that is given again only after the core was told that the
 * connection is gone.
 *
 * <p>A socket is <em>ready</em> while everything told or sent before has been taken by it. Data is
 * handed to ready sockets only. When a socket has taken everything after it fell short, the lane
 * hears of it through {@link Lane#writable}; a flush that is taken whole is not worth a word. One
 * batch is under construction at a time.
 *
 * <p>Thread: the lane's. Implemented by {@code gateway.wire} and by a fake in the tests.
 */
public interface Outlet {
  /** {@link #send} and {@link #fanOut} say it of a socket that was not ready: nothing was taken. */
  int NOT_READY = -1;

  /** The slot of whoever has no socket now: it is never ready, and nothing else is asked of it. */
  int NOBODY = -1;

  /**
   * Puts an event, in the connection's own grammar, behind everything told before. It leaves with
   * the next {@link #flush}.
   */
  void tell(int slot, Event event);

  /** Asks the peer for a sign of life, in the way its protocol has for it. */
  void heartbeat(int slot);

  /**
   * Ends a connection: what was told before still goes first if the socket takes it, then exactly
   * one close. Nothing is accepted for the slot afterwards. The core is called back through {@link
   * Lane#closed} later, never from inside this call.
   */
  void close(int slot, CloseReason reason);

  /** Hands everything told since the last flush to the sockets, one send each. */
  void flush();

  /** Whether the socket has taken everything, so that data may follow. */
  boolean ready(int slot);

  /** Begins an empty batch. */
  void beginBatch();

  /**
   * Puts a frame at the end of the batch.
   *
   * @return where the batch now ends, in bytes
   */
  int append(byte[] frame);

  /**
   * What a tail of a stamped form would cost this receiver, if it were stamped next.
   *
   * @see StampedForm
   */
  default int stampedCost(int slot, Tail tail) {
    throw noStamps();
  }

  /**
   * Puts a tail of a stamped form at the end of the batch, behind the head that this receiver's
   * protocol gives it. The batch is for nobody else.
   *
   * @param channel where the publication stands
   * @param offset and at which place
   * @return where the batch now ends, in bytes
   */
  default int stamp(int slot, Tail tail, ChannelName channel, long offset) {
    throw noStamps();
  }

  /**
   * Of those that were stamped since the last time, the first so many are on their way; the heads
   * of the others were never given.
   */
  default void stamped(int slot, int sent) {
    throw noStamps();
  }

  /**
   * As {@link #finish}, for what lies in the batch from one place to another: a stamped frame that
   * the socket has not taken, or not whole.
   */
  default void finishStamped(int slot, int from, int until) {
    throw noStamps();
  }

  /**
   * Sends the batch to each of the slots, once.
   *
   * @param slots the receivers, the first {@code count} of them
   * @param shortfalls takes note of every receiver that did not take the whole batch
   */
  void fanOut(int[] slots, int count, Shortfalls shortfalls);

  /**
   * Sends the batch to one slot.
   *
   * @return how many bytes of it were taken, or {@link #NOT_READY}
   */
  int send(int slot);

  /**
   * Hands over what is left of a frame that the socket took only in part, or not at all. The socket
   * is not ready from here until it has taken all of it.
   *
   * @param from how many bytes of the frame are gone already
   */
  void finish(int slot, byte[] frame, int from);

  private static UnsupportedOperationException noStamps() {
    return new UnsupportedOperationException("no connection here has a stamped form");
  }
}
