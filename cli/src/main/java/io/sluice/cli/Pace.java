package io.sluice.cli;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Owner: whoever paces with it, one thread at a time. So many steps a second, and no more. */
final class Pace {
  /** How late it notices that it is to stop. */
  private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(50);

  private final long interval;
  private long next = System.nanoTime();

  /** Zero is without end. */
  Pace(double rate) {
    this.interval = rate > 0 ? (long) (TimeUnit.SECONDS.toNanos(1) / rate) : 0;
  }

  void await() {
    await(() -> false);
  }

  /** Waits for the next step; false if it was told to stop before. */
  boolean await(BooleanSupplier stopped) {
    if (interval == 0) {
      return !stopped.getAsBoolean();
    }
    long now = System.nanoTime();
    // What was missed is not made up for: a slow reader does not become a fast one.
    next = Math.max(next, now - interval);
    while (now - next < 0 && !stopped.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(next - now, SLICE));
      now = System.nanoTime();
    }
    next += interval;
    return !stopped.getAsBoolean();
  }
}
