package io.sluice.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantsTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  @TempDir private Path bench;

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
    Workshop.Run run = new Workshop(HOUSE, bench).run(mutant);
    assertThat(run.exit()).as(run.said()).isEqualTo(NamedTests.RED);
  }

  private static Collection<String> named(java.util.function.Function<Mutant, String> what) {
    return mutants().stream().map(what).collect(Collectors.toCollection(TreeSet::new));
  }
}
