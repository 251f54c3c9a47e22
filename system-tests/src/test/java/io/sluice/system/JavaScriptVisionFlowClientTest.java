package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client of VisionFlow, in Node, at the graphs and rooms of a real server. */
class JavaScriptVisionFlowClientTest {
  private static final int PATIENCE_SECONDS = 30;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "watches",
        "raw:watches",
        "framed:watches",
        "moves",
        "cut",
        "talks",
        "framed:talks"
      })
  void theClientSeesWhatTheServerHas(String scenario) throws Exception {
    try (TestServer server = TestServer.start(Map.of("visionflow.demo", "true"));
        Terminal script =
            Terminal.node(
                "javascript-visionflow.mjs",
                scenario,
                "ws://127.0.0.1:" + server.port() + "/ws/positions",
                server.token("ada"),
                server.token("bob"))) {
      script.await(scenario + ": well");
      assertThat(script.exitCode(PATIENCE_SECONDS)).as(() -> script.seen().toString()).isZero();
    }
  }
}
