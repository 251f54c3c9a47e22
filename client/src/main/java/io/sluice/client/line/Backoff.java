package io.sluice.client.line;

import java.time.Duration;

/** How long to wait before another attempt. Pure. */
public final class Backoff {
  private static final double JITTER = 0.1;
  private static final int MOST_DOUBLINGS = 40;

  private Backoff() {}

  /**
   * The wait after so many failed attempts in a row.
   *
   * @param failures from 1
   * @param random from 0 to 1, for the jitter of 10 % either way
   */
  public static long nanos(int failures, double random, Duration first, Duration longest) {
    double doubled = first.toNanos() * Math.pow(2, Math.min(failures - 1, MOST_DOUBLINGS));
    double base = Math.min(doubled, (double) longest.toNanos());
    return Math.round(base * (1 + JITTER * (2 * random - 1)));
  }
}
