package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The founding document's own session, typed into wscat, against the server a person starts. */
class WscatTest {
  @Test
  void aPersonWithWscatSubscribesPublishesAndHearsHerself() throws Exception {
    try (Terminal sluice = Terminal.serve(Map.of(), "--port", "0");
        Terminal wscat = Terminal.wscat(urlToPaste(sluice))) {
      assertThat(wscat.await("\"connected\""))
          .contains("\"message\":\"Welcome to Nexus WebSocket\"", "\"userId\":\"developer\"");
      wscat.type("{\"action\":\"subscribe\",\"channel\":\"telemetry\"}");
      assertThat(wscat.await("\"subscribed\"")).contains("\"channel\":\"telemetry\"");
      wscat.type("{\"action\":\"publish\",\"channel\":\"telemetry\",\"payload\":{\"cpu\":45.20}}");
      assertThat(wscat.await("\"message\",\"channel\""))
          .contains("\"from\":\"developer\"", "\"data\":{\"cpu\":45.20}", "\"timestamp\":\"20");
      wscat.type("{\"action\":\"ping\"}");
      assertThat(wscat.await("\"pong\"")).containsPattern("\"timestamp\":\\d{13}");
      wscat.type("{\"action\":\"dance\"}");
      assertThat(wscat.await("\"error\"")).contains("Unknown action: dance");
      wscat.type("{oops");
      assertThat(wscat.await("Invalid JSON")).contains("\"message\":\"Invalid JSON format\"");
      wscat.type("{\"action\":\"unsubscribe\",\"channel\":\"telemetry\"}");
      assertThat(wscat.await("\"unsubscribed\"")).contains("\"channel\":\"telemetry\"");
    }
  }

  @Test
  void withoutATokenWscatIsToldTheStatus() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal bare = Terminal.wscat("ws://127.0.0.1:" + server.port() + "/ws");
        Terminal forged = Terminal.wscat("ws://127.0.0.1:" + server.port() + "/ws?token=a.b.c")) {
      assertThat(bare.await("error:")).contains("401");
      assertThat(forged.await("error:")).contains("403");
    }
  }

  /** What stands between the quotes of the line that the server prints for the purpose. */
  private static String urlToPaste(Terminal sluice) throws InterruptedException {
    return sluice.await("npx wscat -c '").split("'")[1];
  }
}
