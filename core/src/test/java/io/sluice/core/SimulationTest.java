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
    Tally tally = new Tally();
    long count =
        Seeds.forEach(
            Long.getLong("sluice.seeds", 5_000), seed -> new Simulation(seed, tally).run());
    if (count >= 1_000) {
      for (Tally.Of what : Tally.Of.values()) {
        assertThat(tally.of(what)).as("%s in %s", what, tally).isPositive();
      }
    }
  }
}
