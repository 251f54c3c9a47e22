package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The founding document's two sample clients, overspending and all, against a real server: nothing
 * stalls and nothing is lost.
 */
@Execution(ExecutionMode.CONCURRENT)
class SampleClientsTest {
  private static final int PATIENCE_SECONDS = 120;

  @ParameterizedTest
  @CsvSource({
    "bursts, plain, usual",
    "bursts, plain, example",
    "bursts, adaptive, usual",
    "bursts, adaptive, example",
    "waiting, plain, usual",
    "waiting, plain, example",
    "waiting, adaptive, usual",
    "waiting, adaptive, example",
    "flood, plain, usual",
    "flood, adaptive, example",
    "pauses, plain, usual",
    "pauses, adaptive, example",
    "large, plain, example",
    "large, adaptive, example",
  })
  void everyMessageComesBackOnceAndInOrder(String scenario, String client, String config)
      throws Exception {
    play(Map.of("haip.agent", "echo"), scenario, client, config);
  }

  /** Back pressure that is soon felt: each answers with a PAUSE that it never takes back. */
  @ParameterizedTest
  @CsvSource({"plain, usual", "plain, example", "adaptive, usual", "adaptive, example"})
  void whoObeysBackPressureForEverIsLetGo(String client, String config) throws Exception {
    play(
        Map.of("haip.agent", "echo", "haip.pressure.unhandledBytes", "16KiB"),
        "pressed",
        client,
        config);
  }

  private static void play(
      Map<String, String> settings, String scenario, String client, String config)
      throws Exception {
    String seed = Integer.toString(ThreadLocalRandom.current().nextInt(1_000_000));
    try (TestServer server = TestServer.start(settings);
        Terminal program =
            Terminal.node(
                "sample-scenarios.mjs",
                scenario,
                "ws://127.0.0.1:" + server.port() + "/haip/websocket",
                server.token("ada"),
                client,
                config,
                seed)) {
      assertThat(program.exitCode(PATIENCE_SECONDS)).as(() -> program.seen().toString()).isZero();
    }
  }
}
