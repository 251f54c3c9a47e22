package io.sluice.core;

import java.util.function.LongConsumer;

/** Runs that a seed decides. {@code -Dsluice.seed=N} replays one. */
public final class Seeds {
  private Seeds() {}

  /** The seed that is replayed, or else this one. */
  public static long one(long otherwise) {
    return Long.getLong("sluice.seed", otherwise);
  }

  /**
   * Runs the seeds from 1 on; a failure names its seed.
   *
   * @return how many were run: so many, or the one that is replayed
   */
  public static long forEach(long count, LongConsumer run) {
    Long one = Long.getLong("sluice.seed");
    long first = one == null ? 1 : one;
    long seeds = one == null ? count : 1;
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        run.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw named(seed, e);
      }
    }
    return seeds;
  }

  /** The failure with its seed. */
  static AssertionError named(long seed, Throwable failure) {
    return new AssertionError(
        "replay with -Dsluice.seed=" + seed + ": " + failure.getMessage(), failure);
  }
}
