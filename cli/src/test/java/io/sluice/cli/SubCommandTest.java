package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SubCommandTest {
  private static @Nullable Object hold(String... arguments) {
    Surroundings nowhere =
        new Surroundings(
            Map.of(),
            new BufferedReader(new StringReader("")),
            new PrintWriter(new StringWriter()),
            new PrintWriter(new StringWriter()),
            closed -> {});
    CommandLine line = new CommandLine(new SubCommand(nowhere));
    line.parseArgs(arguments);
    return line.getCommandSpec().findOption("--hold").getValue();
  }

  @Test
  void holdIsAskedForAndNotAskedForAndLeftToTheChannel() {
    assertThat(hold("a", "--hold")).isEqualTo(true);
    assertThat(hold("a", "--no-hold")).isEqualTo(false);
    assertThat(hold("a")).isNull();
  }
}
