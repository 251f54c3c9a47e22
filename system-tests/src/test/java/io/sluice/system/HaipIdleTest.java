package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What an idle session of HAIP weighs, by the program that docs/benchmarks.md names. */
class HaipIdleTest {
  private static final int PATIENCE_SECONDS = 120;
  private static final int MOST = 2_048;
  private static final Pattern FIGURE =
      Pattern.compile("(seed|official): ([\\d,]+) bytes an idle session");

  @Test
  void anIdleSessionWeighsLessThanTwoKilobytesInBothGrammars() throws Exception {
    Path house = Path.of(System.getProperty("sluice.root"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    try (Terminal program =
        Terminal.run(
            house,
            java,
            // As ./sluice starts the server.
            "-XX:+UseCompactObjectHeaders",
            "-cp",
            "bench/target/lib/*:bench/target/classes",
            "io.sluice.bench.HaipIdleSessions")) {
      int exit = program.exitCode(PATIENCE_SECONDS);
      List<String> seen = program.seen();
      assertThat(exit).as("%s", seen).isZero();
      List<Integer> bytes =
          seen.stream()
              .map(FIGURE::matcher)
              .filter(Matcher::matches)
              .map(figure -> Integer.parseInt(figure.group(2).replace(",", "")))
              .toList();
      assertThat(bytes)
          .as("%s", seen)
          .hasSize(2)
          .allSatisfy(weight -> assertThat(weight).isBetween(500, MOST));
    }
  }
}
