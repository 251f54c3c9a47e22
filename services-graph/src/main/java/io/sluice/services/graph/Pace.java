package io.sluice.services.graph;

import io.sluice.model.Moment;

/**
 * When a tick is due: at once after a rest, then steadily, and now and then earlier, as far as a
 * bucket of early ticks goes. Owned by the mailbox of its graph.
 *
 * <p>What is due is asked when there is something to tell, not by a clock that runs beside: whoever
 * moves nodes as often as the rate allows is passed on as it comes, and waits for nothing.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000;

  /** No tick comes sooner after another than at the fastest rate. */
  private static final long LEAST_GAP = SECOND / Rates.FASTEST;

  private final GraphLimits.Burst burst;
  private final long period;

  /** So much sooner it may be: who moves nodes at the same pace is not always on time. */
  private final long slack;

  private boolean hasBegun;
  private boolean isHurried;
  private long lastDue;
  private long last;
  private long refilled;
  private double early;

  Pace(int hz, GraphLimits.Burst burst) {
    this.period = SECOND / hz;
    this.slack = Math.min(period / 4, LEAST_GAP / 2);
    this.burst = burst;
    this.early = burst.ticks();
  }

  /** The next may come early, if there are early ones left. */
  void hurry() {
    isHurried = true;
  }

  /** Whether it is time for a tick. The first is due at once. */
  boolean isDue(Moment now) {
    return !hasBegun || isSteady(now) || isEarly(now);
  }

  private boolean isSteady(Moment now) {
    return now.nanos() - lastDue >= period - slack;
  }

  private boolean isEarly(Moment now) {
    refill(now);
    return isHurried && early >= 1 && now.nanos() - last >= LEAST_GAP;
  }

  /** It was due, and is done. */
  void take(Moment now) {
    if (!hasBegun) {
      hasBegun = true;
      lastDue = now.nanos();
      refilled = now.nanos();
    } else if (isSteady(now)) {
      // The pace does not drift, and what was missed is not made up for.
      lastDue = now.nanos() - lastDue >= 2 * period ? now.nanos() : lastDue + period;
    } else {
      early--;
    }
    last = now.nanos();
    isHurried = false;
  }

  private void refill(Moment now) {
    double more = (double) (now.nanos() - refilled) / SECOND * burst.perSecond();
    early = Math.min(burst.ticks(), early + Math.max(0, more));
    refilled = now.nanos();
  }
}
