package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client of HAIP, in Node, talks with the agents of a real server. */
class JavaScriptHaipClientTest {
  private static final int PATIENCE_SECONDS = 30;

  @ParameterizedTest
  @ValueSource(strings = {"echo", "seed:echo", "sse:echo", "parts", "seed:parts", "sse:parts"})
  void whatIsSaidToTheEchoAgentComesBackInOrder(String scenario) throws Exception {
    play(scenario, "echo");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "seed:demo",
        "sse:demo",
        "slow",
        "seed:slow",
        "sse:slow",
        "pause",
        "seed:pause",
        "sse:pause",
        "tools",
        "seed:tools",
        "sse:tools"
      })
  void theDemoAgentsAnswerStreamsAtThePersonsPace(String scenario) throws Exception {
    play(scenario, "demo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "seed:cut", "sse:cut"})
  void aLineCutInTheMiddleOfAnAnswerCostsNoWord(String scenario) throws Exception {
    play(scenario, "demo");
  }

  private static void play(String scenario, String agent) throws Exception {
    try (TestServer server = TestServer.start(Map.of("haip.agent", agent));
        Terminal script =
            Terminal.node(
                "javascript-haip.mjs",
                scenario,
                "ws://127.0.0.1:" + server.port() + "/haip/websocket",
                server.token("ada"))) {
      script.await(scenario + ": well");
      assertThat(script.exitCode(PATIENCE_SECONDS)).as(() -> script.seen().toString()).isZero();
    }
  }
}
