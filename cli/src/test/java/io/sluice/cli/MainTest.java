package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @ParameterizedTest
  @ValueSource(strings = {"--help", "serve --help", "token --help"})
  void helpIsEverywhere(String line) {
    Hands hands = Hands.run(line.split(" "));
    assertThat(hands.exit()).isZero();
    assertThat(hands.out()).startsWith("Usage: sluice");
    assertThat(hands.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "serve --version", "token --version"})
  void theVersionIsEverywhere(String line) {
    Hands hands = Hands.run(line.split(" "));
    assertThat(hands.exit()).isZero();
    assertThat(hands.out()).startsWith("sluice ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "serve --prot 80 | sluice serve: there is no option --prot; did you mean --port?",
        "serve --hots=x | sluice serve: there is no option --hots; did you mean --host?",
        "serve --zzzzzz | sluice serve: there is no option --zzzzzz",
        "token --users a | did you mean --user?",
        "srve | sluice: there is no command srve; did you mean serve?",
        "--versoin | sluice: there is no option --versoin; did you mean --version?",
        "serve now | sluice serve: 'now' is one word too many",
        "serve --port | Missing required parameter",
        "token | sluice token: --user is missing",
        "serve --port abc | sluice: --port: 'abc' is not a whole number, 0 to 65535",
        "serve --host 0.0.0.0 | sluice: --host: without a secret",
        "serve --secret short | sluice: --secret: 5 bytes are too few",
      })
  void wrongUsageIsToldWithWhatWasMeantAndEndsWith2(String line, String message) {
    Hands hands = Hands.run(line.split(" "));
    assertThat(hands.exit()).isEqualTo(2);
    assertThat(hands.err().lines().findFirst()).get().asString().contains(message);
    assertThat(hands.out()).isEmpty();
  }

  @Test
  void noCommandAtAllIsWrongUsage() {
    Hands hands = Hands.run();
    assertThat(hands.exit()).isEqualTo(2);
    assertThat(hands.err()).contains("a command is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SLUICE_PROT | 1 | sluice: SLUICE_PROT: there is no such setting; did you mean"
            + " SLUICE_PORT?",
        "REDIS_URL | redis://h | sluice: REDIS_URL: this release has no Redis broker",
        "SLUICE_HOST | 0.0.0.0 | sluice: SLUICE_HOST: without a secret",
        "SLUICE_CONFIG | /no/such/file | sluice: /no/such/file: there is no such file",
        "SLUICE_LOG | inof | sluice: SLUICE_LOG: there is no such level; did you mean info?",
      })
  void aWrongEnvironmentIsOneLineAndEndsWith1(String name, String value, String message) {
    Hands hands = Hands.run(Map.of(name, value), "serve", "--port", "0");
    assertThat(hands.exit()).isEqualTo(1);
    assertThat(hands.err()).startsWith(message).hasLineCount(1);
    assertThat(hands.out()).isEmpty();
  }
}
