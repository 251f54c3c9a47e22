package io.sluice.services.graph;

import io.sluice.model.Moment;

/**
 * When a tick is due: at once after a rest, then steadily, and earlier as far as a rest before has
 * earned it. Owned by the mailbox of its graph.
 *
 * <p>What is due is asked when there is something to tell, not by a clock that runs beside: whoever
 * moves nodes as often as the rate allows is passed on as it comes, and waits for nothing. Each
 * period that passed without a tick lets one come early later on, so that over time there are never
 * more than the rate says.
 */
final class Pace {
  private static final long SECOND = 1_000_000_000;

  /** No tick comes sooner after another than this: at the fastest rate's period, less its slack. */
  private static final long LEAST_GAP = SECOND / Rates.FASTEST * 3 / 4;

  private final int mostEarly;
  private final long period;

  /** So much sooner it may be: who moves nodes at the same pace is not always on time. */
  private final long slack;

  private boolean hasBegun;
  private boolean isHurried;
  private long lastDue;
  private long last;
  private int early;

  Pace(int hz, GraphLimits.Burst burst) {
    this.period = SECOND / hz;
    this.slack = Math.min(period / 4, SECOND / Rates.FASTEST / 2);
    this.mostEarly = burst.ticks();
  }

  /** The next may come early, if there are early ones left. */
  void hurry() {
    isHurried = true;
  }

  /** Whether it is time for a tick. The first is due at once. */
  boolean isDue(Moment now) {
    if (!hasBegun) {
      return true;
    }
    boolean mayBeEarly = isHurried && early > 0;
    return now.nanos() - last >= LEAST_GAP && (mayBeEarly || isSteady(now));
  }

  private boolean isSteady(Moment now) {
    return now.nanos() - lastDue >= period - slack;
  }

  /** It was due, and is done. */
  void take(Moment now) {
    if (!hasBegun) {
      hasBegun = true;
      lastDue = now.nanos();
    } else if (isSteady(now)) {
      goOn(now);
    } else {
      early--;
    }
    last = now.nanos();
    isHurried = false;
  }

  /** The pace does not drift, and what was missed is not made up for but by early ones. */
  private void goOn(Moment now) {
    long passed = now.nanos() - lastDue;
    if (passed < 2 * period) {
      lastDue += period;
    } else {
      early = (int) Math.min(mostEarly, early + passed / period - 1);
      lastDue = now.nanos();
    }
  }
}
