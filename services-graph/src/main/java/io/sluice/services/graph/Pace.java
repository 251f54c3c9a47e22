package io.sluice.services.graph;

import io.sluice.model.Moment;

/**
 * When a tick is due: steadily, and now and then earlier, as far as a bucket of early ticks goes.
 * Owned by the mailbox of its graph.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000;

  /** No tick comes sooner after another than at the fastest rate. */
  private static final long LEAST_GAP = SECOND / Rates.FASTEST;

  private final GraphLimits.Burst burst;
  private final long period;
  private boolean hasBegun;
  private boolean isHurried;
  private long lastDue;
  private long last;
  private long refilled;
  private double early;

  Pace(int hz, GraphLimits.Burst burst) {
    this.period = SECOND / hz;
    this.burst = burst;
    this.early = burst.ticks();
  }

  /** The next may come early, if there are early ones left. */
  void hurry() {
    isHurried = true;
  }

  /** Whether it is time for a tick; if so, it is taken to be done. The first is due at once. */
  boolean take(Moment now) {
    if (!hasBegun) {
      hasBegun = true;
      lastDue = now.nanos();
      refilled = now.nanos();
      return done(now);
    }
    refill(now);
    if (now.nanos() - lastDue >= period) {
      // The pace does not drift, and what was missed is not made up for.
      lastDue = now.nanos() - lastDue >= 2 * period ? now.nanos() : lastDue + period;
      return done(now);
    }
    if (isHurried && early >= 1 && now.nanos() - last >= LEAST_GAP) {
      early--;
      return done(now);
    }
    return false;
  }

  private boolean done(Moment now) {
    last = now.nanos();
    isHurried = false;
    return true;
  }

  private void refill(Moment now) {
    double more = (double) (now.nanos() - refilled) / SECOND * burst.perSecond();
    early = Math.min(burst.ticks(), early + Math.max(0, more));
    refilled = now.nanos();
  }
}
