package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns, policies and hold, as the JavaScript client in Node sees them of a real server. */
class JavaScriptClientReadersTest {
  private static final int PATIENCE_SECONDS = 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pattern",
        "latest",
        "dropOldest",
        "disconnect",
        "hold",
        "stream:pattern",
        "stream:hold"
      })
  void theClientReadsWhatTheServerGivesToThoseWhoLagOrReadManyChannels(String scenario)
      throws Exception {
    try (TestServer server = TestServer.start(Map.of(), JavaClientReadersTest.CHANNELS);
        Terminal script =
            Terminal.node(
                "javascript-readers.mjs",
                scenario,
                "ws://127.0.0.1:" + server.port() + "/ws",
                server.token("ada"),
                server.token("bob"))) {
      script.await(scenario + ": well");
      assertThat(script.exitCode(PATIENCE_SECONDS)).as(() -> script.seen().toString()).isZero();
    }
  }
}
