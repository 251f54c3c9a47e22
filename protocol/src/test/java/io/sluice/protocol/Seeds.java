package io.sluice.protocol;

import java.util.Random;
import java.util.function.LongConsumer;

/** Runs that a seed decides. {@code -Dsluice.seed=N} replays one. */
public final class Seeds {
  private static final String ONE = "sluice.seed";

  private Seeds() {}

  /** The seed that is replayed, or else any. */
  public static long any() {
    return Long.getLong(ONE, new Random().nextLong());
  }

  /**
   * Runs the seeds from 1 on, so many or {@code -Dsluice.seeds=N}, or the one that is replayed; a
   * failure names its seed.
   */
  public static void each(long usual, LongConsumer run) {
    Long one = Long.getLong(ONE);
    long first = one == null ? 1 : one;
    long count = one == null ? Long.getLong("sluice.seeds", usual) : 1;
    for (long seed = first; seed < first + count; seed++) {
      try {
        run.accept(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -D" + ONE + "=" + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
