package io.sluice.gateway;

import io.sluice.model.ChannelName;
import io.sluice.model.StampedForm;
import io.sluice.model.StampedForm.Tail;

/**
 * Gives the messages of a stamped form their heads, as they are written; of connections whose
 * sessions have such a form.
 *
 * @see StampedForm
 */
public interface Stamper {
  /** What a tail costs the peer, if it were stamped next. */
  default int stampedCost(Tail tail) {
    throw noStamps();
  }

  /**
   * Puts a tail behind its head.
   *
   * @param channel where the publication stands
   * @param offset and at which place
   */
  default void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    throw noStamps();
  }

  /**
   * Of those that were stamped since the last time, the first so many are on their way; the heads
   * of the others were never given.
   */
  default void stamped(int sent) {
    throw noStamps();
  }

  private static UnsupportedOperationException noStamps() {
    return new UnsupportedOperationException("this connection has no stamped form");
  }
}
