package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** However a line of HAIP ends, it ends with one Close, its code, and nothing behind it. */
@Execution(ExecutionMode.CONCURRENT)
class HaipClosesTest {
  private static final String ALL =
      "\"HAI\",\"PING\",\"PONG\",\"ERROR\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\","
          + "\"REPLAY_REQUEST\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\"";

  private static final String HAI =
      "{\"haip_version\":\"1.1.2\",\"accept_major\":[%d],\"accept_events\":[" + ALL + "]%s}";

  private static TestServer server(Map<String, String> settings) throws Exception {
    return TestServer.start(settings);
  }

  private static RawClient connect(TestServer server) throws IOException {
    return RawClient.open(server.port(), "/haip/websocket?token=" + server.token("ada"));
  }

  private static String envelope(String session, long seq, String type, String payload) {
    return "{\"id\":\"%s\",\"session\":\"%s\",\"seq\":\"%d\",\"ts\":\"1\",\"channel\":\"SYSTEM\",\"type\":\"%s\",\"payload\":%s}"
        .formatted(UUID.randomUUID(), session, seq, type, payload);
  }

  private static RawClient greeted(TestServer server, String session) throws IOException {
    RawClient client = connect(server);
    client.send(envelope(session, 1, "HAI", HAI.formatted(1, "")));
    client.await("\"HAI\"");
    return client;
  }

  private static void endsWith(int code, RawClient client) throws IOException {
    assertThat(client.awaitClose()).isEqualTo(code);
    assertThatThrownBy(client::frame).isInstanceOf(EOFException.class);
  }

  @Test
  void tooManyViolations() throws Exception {
    try (TestServer server = server(Map.of());
        RawClient client = greeted(server, UUID.randomUUID().toString())) {
      // Many more than are too many, in one segment: none of them is answered behind the Close.
      for (int i = 0; i < 500; i++) {
        client.put("nonsense");
      }
      client.flush();
      endsWith(1008, client);
    }
  }

  @Test
  void noMajorInCommon() throws Exception {
    try (TestServer server = server(Map.of());
        RawClient client = connect(server)) {
      client.put(envelope(UUID.randomUUID().toString(), 1, "HAI", HAI.formatted(2, "")));
      client.put(envelope(UUID.randomUUID().toString(), 2, "PING", "{}"));
      client.flush();
      assertThat(client.text()).contains("VERSION_INCOMPATIBLE");
      endsWith(1008, client);
    }
  }

  @Test
  void aBadTokenInHai() throws Exception {
    try (TestServer server = server(Map.of());
        RawClient client = connect(server)) {
      String auth = ",\"auth\":\"nobody's\"";
      client.put(envelope(UUID.randomUUID().toString(), 1, "HAI", HAI.formatted(1, auth)));
      client.put(envelope(UUID.randomUUID().toString(), 2, "PING", "{}"));
      client.flush();
      assertThat(client.text()).contains("AUTHENTICATION_FAILED");
      endsWith(1008, client);
    }
  }

  @Test
  void takenOver() throws Exception {
    String session = UUID.randomUUID().toString();
    try (TestServer server = server(Map.of());
        RawClient first = greeted(server, session);
        RawClient second = greeted(server, session)) {
      endsWith(1008, first);
      second.send(envelope(session, 2, "PING", "{}"));
      second.await("\"PONG\"");
    }
  }

  @Test
  void silence() throws Exception {
    Map<String, String> soon =
        Map.of("haip.heartbeat.every", "100ms", "haip.heartbeat.answer", "100ms");
    try (TestServer server = server(soon);
        RawClient client = greeted(server, UUID.randomUUID().toString())) {
      client.await("\"PING\"");
      endsWith(1001, client);
    }
  }

  @Test
  void aMessageThatIsTooLarge() throws Exception {
    try (TestServer server = server(Map.of());
        RawClient client = greeted(server, UUID.randomUUID().toString())) {
      client.send("x".repeat((1 << 20) + 1));
      endsWith(1009, client);
    }
  }

  @Test
  void aServerThatStops() throws Exception {
    TestServer server = server(Map.of());
    try (server;
        RawClient client = greeted(server, UUID.randomUUID().toString())) {
      Thread stopping = Thread.ofVirtual().start(server::close);
      endsWith(1012, client);
      stopping.join();
    }
  }
}
