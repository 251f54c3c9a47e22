package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.SluiceException;
import io.sluice.client.haip.HaipClient;
import io.sluice.client.haip.HaipListener;
import io.sluice.client.haip.HaipMessage;
import io.sluice.client.haip.HaipOptions;
import io.sluice.client.haip.HaipOptions.Flow;
import io.sluice.client.haip.HaipTool;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipMetrics;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both clients of HAIP ask agents of a real server for their tools, and end what they say. */
@Timeout(60)
class HaipToolsTest {
  private static final int PATIENCE_SECONDS = 30;

  private final BlockingQueue<HaipMessage> texts = new LinkedBlockingQueue<>();

  private HaipClient client(TestServer server, Flow flow) {
    HaipListener ears =
        new HaipListener() {
          @Override
          public void onText(HaipMessage message) {
            texts.add(message);
          }
        };
    return HaipClient.builder("ws://127.0.0.1:" + server.port() + "/haip/websocket")
        .token(server.token("ada"))
        .options(HaipOptions.DEFAULTS.withFlow(flow))
        .listener(ears)
        .build();
  }

  @ParameterizedTest
  @EnumSource(
      value = Flow.class,
      names = {"AUTO", "SEED"})
  void toolsOfTheAgentAreToldWhoAsks(Flow flow) throws Exception {
    try (TestServer server = TestServer.start(Map.of("haip.agent", "demo"));
        HaipClient client = client(server, flow)) {
      client.connect().join();
      assertThat(client.tools("USER").join())
          .extracting(HaipTool::name)
          .containsExactly("add", "clock", "echo");
      assertThat(client.schema("USER", "add").join()).startsWith("{\"type\":\"object\"");
      assertThatThrownBy(() -> client.schema("USER", "sing").join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              SluiceException.class, e -> assertThat(e.code()).isEqualTo("tool_not_found"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Flow.class,
      names = {"AUTO", "SEED"})
  void whatIsSaidEndsInBothDialects(Flow flow) throws Exception {
    try (TestServer server = TestServer.start(Map.of("haip.agent", "echo"));
        HaipClient client = client(server, flow)) {
      client.connect().join();
      client.send("USER", "Hello").sent().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(next().text()).isEqualTo("Hello");
      assertThat(next().type()).isEqualTo(HaipEvent.MESSAGE_END);
      HaipMetrics user = client.channel("USER").orElseThrow();
      assertThat(user.sent()).isEqualTo(2);
      assertThat(user.creditUnits()).isPositive();
    }
  }

  private HaipMessage next() throws InterruptedException {
    HaipMessage message = texts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(message).as("a message").isNotNull();
    return message;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tools", "seed:tools", "sse:tools"})
  void theJavaScriptClientAsksForToolsToo(String scenario) throws Exception {
    play(scenario, "demo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ends", "seed:ends", "sse:ends", "figures", "seed:figures", "sse:burst"})
  void theJavaScriptClientEndsWhatItSaysAndSaysItTogether(String scenario) throws Exception {
    play(scenario, "echo");
  }

  private static void play(String scenario, String agent) throws Exception {
    try (TestServer server = TestServer.start(Map.of("haip.agent", agent));
        Terminal script =
            Terminal.node(
                "javascript-haip-tools.mjs",
                scenario,
                "ws://127.0.0.1:" + server.port() + "/haip/websocket",
                server.token("ada"))) {
      script.await(scenario + ": well");
      assertThat(script.exitCode(PATIENCE_SECONDS)).as(() -> script.seen().toString()).isZero();
    }
  }
}
