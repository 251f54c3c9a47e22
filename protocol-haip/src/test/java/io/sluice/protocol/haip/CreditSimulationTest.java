package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Our ledgers against our own senders, the founding document's two sample clients and one of the
 * official specification, all at random. {@code -Dsluice.seed=N} replays one seed, {@code
 * -Dsluice.seeds=N} tries so many, {@code -Dsluice.steps=N} so many steps of each: a hundred seeds
 * of a million steps unless told otherwise.
 */
final class CreditSimulationTest {
  @Test
  void creditHoldsNothingIsLostAndNothingStalls() {
    CreditTally tally = new CreditTally();
    long steps = Long.getLong("sluice.steps", 1_000_000);
    Long one = Long.getLong("sluice.seed");
    long first = one == null ? 1 : one;
    long seeds = one == null ? Long.getLong("sluice.seeds", 100) : 1;
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        run(seed, steps, tally);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "replay with -Dsluice.seed=%d -Dsluice.steps=%d: %s"
                .formatted(seed, steps, e.getMessage()),
            e);
      }
    }
    if (one == null) {
      assertThat(tally.counts()).as("%s", tally).doesNotContain(0L);
    }
  }

  private static void run(long seed, long steps, CreditTally tally) {
    Random random = new Random(seed);
    List<CreditLink> links = new ArrayList<>();
    for (CreditLink.Sort sort : CreditLink.Sort.values()) {
      links.add(new CreditLink(sort, random, tally));
    }
    for (long step = 0; step < steps; step++) {
      links.get(random.nextInt(links.size())).step();
    }
    links.forEach(CreditLink::finish);
  }
}
