package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Seeds of the {@link Simulation}. {@code -Dsluice.seed=N} replays one, {@code -Dsluice.seeds=N}
 * tries so many.
 */
class SimulationTest {
  @Test
  void whateverHappensEverySubscriberIsToldTheWholeTruthInOrder() {
    Long one = Long.getLong("sluice.seed");
    long first = one == null ? 1 : one;
    long count = one == null ? Long.getLong("sluice.seeds", 1_000) : 1;
    Tally tally = new Tally();
    for (long seed = first; seed < first + count; seed++) {
      run(seed, tally);
    }
    if (count >= 1_000) {
      for (Tally.Of what : Tally.Of.values()) {
        assertThat(tally.of(what)).as("%s in %s", what, tally).isPositive();
      }
    }
  }

  private static void run(long seed, Tally tally) {
    try {
      new Simulation(seed, tally).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("replay with -Dsluice.seed=" + seed + ": " + e.getMessage(), e);
    }
  }
}
