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
  @CsvSource({
    "serve, --host --port --config --secret --data --redis",
    "token, --user --role --publish --subscribe --ttl --json",
    "pub, --key --idempotency-key --rate --count --text --json --url --token --secret",
    "sub, --since --filter --credits --json --rate --count --presence --url --token --secret",
    "bench, fanout echo rooms --url --token --subscribers --rate --size --duration --json",
    "check-config, --config --json",
    "config-doc, --json",
  })
  void everyCommandTellsItsOptionsAndExitCodes(String command, String words) {
    Hands hands = Hands.run(command, "--help");
    assertThat(hands.exit()).isZero();
    assertThat(hands.out().replaceAll("\\s+", " "))
        .startsWith("Usage: sluice " + command)
        .contains(words.split(" "))
        .contains("Exit codes: 0 ")
        .contains("2 wrong usage");
    assertThat(Hands.run("--help").out()).contains("\n  " + command + " ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "serve --version",
        "token --version",
        "pub --version",
        "sub --version",
        "bench --version",
        "check-config --version",
        "config-doc --version"
      })
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
        "pub | sluice pub: Missing required parameter: 'CHANNEL'",
        "pub a/b 1 | sluice pub: 'a/b' is not a channel",
        "pub a hello | sluice pub: the payload is not JSON; --text publishes it as a string",
        "pub a 1 --count 0 | sluice pub: --count: not a positive number",
        "pub a 1 --rate -1 | sluice pub: --rate: not a number",
        "pub a 1 --idempotency-kee x | did you mean --idempotency-key?",
        "pub a 1 --url nowhere | sluice: --url: 'nowhere' is not an address such as http",
        "sub | sluice sub: Missing required parameter: 'CHANNEL'",
        "sub a/b | sluice sub: 'a/b' is not a channel",
        "sub a.b* | sluice sub: 'a.b*' is not a pattern",
        "sub a.* --since beginning | sluice sub: --since: a pattern has no beginning",
        "sub a --policy fast | sluice sub: --policy: 'fast' is none of lossless, latest,"
            + " drop-oldest",
        "pub a.* 1 | sluice pub: 'a.*' is not a channel",
        "sub a --credits x | sluice sub: --credits: 'x' is not messages[,bytes]",
        "sub a --credits 1,0 | sluice sub: --credits: '1,0' is not messages[,bytes]",
        "sub a --filter x | sluice sub: --filter: 'x' is not FIELD=VALUE",
        "sub a --filter {x | sluice sub: --filter: ",
        "sub a b --since e:1 | sluice sub: --since: a position is one channel's",
        "bench fanuot | sluice bench: there is no load fanuot; did you mean fanout?",
        "bench --subscribers 0 | sluice bench: --subscribers: not a number from 1",
        "bench --rate 0 | sluice bench: --rate: not a number up to",
        "bench --size 1 | sluice bench: --size: not a size such as 128",
        "bench --duration 2h | sluice bench: --duration: '2h' is not a duration such as 10s",
        "bench --url https://h --token t | sluice bench: --url: bench speaks plain ws",
        "serve --host 0.0.0.0 | sluice: --host: without a secret",
        "serve --secret short | sluice: --secret: 5 bytes are too few",
      })
  void wrongUsageIsToldWithWhatWasMeantAndEndsWith2(String line, String message) {
    Hands hands = Hands.run(line.split(" "));
    assertThat(hands.exit()).isEqualTo(2);
    assertThat(hands.err().lines().findFirst()).get().asString().contains(message);
    assertThat(hands.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pub a 1", "sub a", "bench --url http://127.0.0.1:1"})
  void withoutTokenAndSecretItSaysWhereToGetOne(String line) {
    Hands hands = Hands.run(line.split(" "));
    assertThat(hands.exit()).isEqualTo(1);
    assertThat(hands.err())
        .startsWith("sluice: no token: give --token or SLUICE_TOKEN")
        .hasLineCount(1);
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
