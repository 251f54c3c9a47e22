package io.sluice.gateway;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of something there was on one event loop. Raised by that loop alone, which so waits for
 * nobody; read by any thread, a moment old at most.
 */
public final class LoopCount {
  private final AtomicLong sum = new AtomicLong();

  /** One more; on the loop. */
  public void increment() {
    add(1);
  }

  /** So much more; on the loop. */
  public void add(long more) {
    // Nobody else writes, so nothing has to be won.
    sum.setRelease(sum.getPlain() + more);
  }

  /** All of it. Any thread. */
  public long sum() {
    return sum.getAcquire();
  }
}
