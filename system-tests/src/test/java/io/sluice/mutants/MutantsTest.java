package io.sluice.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantsTest {
  /** For all mutants together: a proof that takes longer is one that nobody runs. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  @TempDir private Path bench;
  private Duration spent = Duration.ZERO;

  static List<Mutant> mutants() {
    return Mutant.in(HOUSE.resolve("system-tests/src/test/mutants"));
  }

  @Test
  void thereAreTen() {
    assertThat(mutants()).hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void theNamedTestsPassInTheHouseAsItIs() throws Exception {
    Workshop.Run run = new Workshop(HOUSE, bench).run(named(Mutant::module), named(Mutant::red));
    assertThat(run.exit()).as(run.said()).isEqualTo(NamedTests.GREEN);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyMutantTurnsItsTestRed(Mutant mutant) throws Exception {
    assertThat(spent).as("all mutants before this one, which did not run").isLessThan(PATIENCE);
    long begun = System.nanoTime();
    Workshop.Run run = new Workshop(HOUSE, bench).run(mutant);
    spent = spent.plusNanos(System.nanoTime() - begun);
    assertThat(run.exit()).as(run.said()).isEqualTo(NamedTests.RED);
    assertThat(spent).as("all mutants up to this one take two minutes").isLessThan(PATIENCE);
  }

  private static Collection<String> named(java.util.function.Function<Mutant, String> what) {
    return mutants().stream().map(what).collect(Collectors.toCollection(TreeSet::new));
  }
}
