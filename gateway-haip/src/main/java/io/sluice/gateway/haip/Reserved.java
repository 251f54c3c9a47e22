package io.sluice.gateway.haip;

import io.sluice.core.log.Hold;
import io.sluice.model.Moment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A reader's place at the beginning of a log, kept until it comes to read: what is published
 * meanwhile does not run away from it. Any thread.
 */
final class Reserved {
  private final Hold.@Nullable Stake stake;
  private final AtomicBoolean taken = new AtomicBoolean();

  /** A place, unless nobody may hold there or too many do already. */
  Reserved(@Nullable Hold hold) {
    Hold.Stake own = hold == null ? null : hold.stake();
    this.stake = own != null && own.take(1) ? own : null;
  }

  /** Its reader is there, or will not come. */
  void give(Moment now) {
    if (stake != null && taken.compareAndSet(false, true)) {
      stake.give(Long.MAX_VALUE, 0, now);
    }
  }
}
