package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is done to HAIP where there is no WebSocket, over real sockets. */
class HaipStreamAttackTest extends HaipAttack {
  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  private HttpResponse<String> post(String user, String path, String body) throws Exception {
    return server.send(server.request(user, path).POST(BodyPublishers.ofString(body)).build());
  }

  @ParameterizedTest
  @CsvSource({
    "/haip/message?session=00000000-0000-4000-8000-000000000000, 404",
    "/haip/handshake?session=00000000-0000-4000-8000-000000000000, 404",
    "/haip/message, 400",
    "/haip/message?session=, 400",
    "/haip/message?session=1-1-1-1-1, 400",
    "/haip/message?session=..%2F..%2F, 400",
    "/haip/stream?session=x, 400",
    "/haip/nothing, 404",
    "/haip/sse, 405",
  })
  void aBadRequestHasItsStatus(String path, int status) throws Exception {
    assertThat(post("ada", path, "{}").statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/haip/sse", "/haip/connect", "/haip/message", "/haip/stream"})
  void whoHasNoTokenOrABadOneIsRefused(String path) throws Exception {
    boolean reads = path.endsWith("sse") || path.endsWith("connect");
    for (String token : new String[] {null, "x"}) {
      HttpRequest.Builder request = HttpRequest.newBuilder(server.at(path));
      if (token != null) {
        request.header("Authorization", "Bearer " + token);
      }
      if (!reads) {
        request.POST(BodyPublishers.ofString("{}"));
      }
      assertThat(server.send(request.build()).statusCode()).isEqualTo(token == null ? 401 : 403);
    }
  }

  @Test
  void nobodySpeaksInAnothersSession() throws Exception {
    try (HaipEvents ada = new HaipEvents(server)) {
      String path = "/haip/message?session=" + ada.session;
      String hai = HaipPerson.envelope(ada.session, 1, "SYSTEM", "HAI", HaipEvents.HAI);
      assertThat(post("eve", path, hai).statusCode()).isEqualTo(404);
      ada.begin();
      String message =
          HaipPerson.envelope(ada.session, 2, "USER", "MESSAGE_START", "{\"text\":\"eve's\"}");
      assertThat(post("eve", path, message).statusCode()).isEqualTo(404);
      echo(ada);
    }
  }

  private static void echo(HaipEvents ada) throws Exception {
    String text = "are you there, " + HaipPerson.id();
    ada.message(text);
    assertThat(ada.next("MESSAGE_START").get("payload").get("text").asString()).isEqualTo(text);
  }

  @Test
  void anothersEventsDoNotHideASession() throws Exception {
    try (HaipEvents ada = new HaipEvents(server).begin()) {
      HttpRequest eve = server.request("eve", "/haip/sse?session=" + ada.session).build();
      BufferedReader lines = server.open(eve);
      echo(ada);
      lines.close();
      echo(ada);
    }
  }

  @Test
  void aBodyThatIsTooLargeOrNoTextIsRefusedWhole() throws Exception {
    try (HaipEvents ada = new HaipEvents(server).begin()) {
      assertThat(ada.post(" ".repeat((1 << 20) + 1)).statusCode()).isEqualTo(413);
      assertThat(ada.post("{}\n".repeat(8_193)).statusCode()).isEqualTo(413);
      HttpRequest bytes =
          server
              .request("/haip/message?session=" + ada.session)
              .POST(BodyPublishers.ofByteArray(new byte[] {'{', (byte) 0xC3, '}'}))
              .build();
      assertThat(server.send(bytes).statusCode()).isEqualTo(400);
      echo(ada);
    }
  }

  @Test
  void aBodyOfNonsenseIsOneErrorForEachLineAndElevenAreTooMany() throws Exception {
    try (HaipEvents ada = new HaipEvents(server).begin()) {
      ada.post("nonsense\n\n".repeat(10));
      for (int i = 0; i < 10; i++) {
        JsonNode error = ada.next("ERROR").get("payload");
        assertThat(error.get("code").asString()).isEqualTo("PROTOCOL_VIOLATION");
      }
      echo(ada);
      ada.post("nonsense\n".repeat(100));
      ada.next("ERROR");
      assertThat(ada.end())
          .isEqualTo("{\"type\":\"closed\",\"code\":1008,\"reason\":\"PROTOCOL_VIOLATION\"}");
      assertThat(ada.post("{}").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aBodyThatNeverEndsIsGivenUp() throws Exception {
    restart(Map.of("limits.connections.handshake", "200ms"));
    try (HaipNeighbour eve = neighbour();
        Socket socket = server.connect()) {
      String head =
          new String(server.raw("POST /haip/message?session=" + NOBODY + " HTTP/1.1", "{}"), UTF_8);
      socket.getOutputStream().write(head.substring(0, head.length() - 1).getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 408 ");
      eve.hears(5);
    }
  }

  /** Whoever speaks to it is held, and nobody else; and all is there when it reads again. */
  @Test
  void aReaderThatNeverReadsHoldsItsAgentAndNobodyElse() throws Exception {
    String session = HaipPerson.id();
    String hai = HaipPerson.envelope(session, 1, "SYSTEM", "HAI", HaipEvents.HAI);
    try (HaipNeighbour eve = neighbour();
        Socket socket = server.connect(4 << 10)) {
      socket.getOutputStream().write(server.raw("POST /haip/stream HTTP/1.1", hai));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      while (!lines.readLine().contains("\"HAI\"")) {
        // Its head.
      }
      List<String> taken = new ArrayList<>();
      String large = "x".repeat(20_000);
      for (int i = 0; i < 1_000 && taken.size() == i; i++) {
        String text = i + " " + large;
        answer(session, "AGENT", "\"" + text + "\"")
            .thenAccept(position -> taken.add(text))
            .exceptionally(refused -> null);
      }
      assertThat(taken.size()).isBetween(3, 999);
      eve.hears(5);
      for (String text : taken) {
        String line = lines.readLine();
        while (!line.contains("MESSAGE_START")) {
          line = lines.readLine();
        }
        assertThat(JSON.readTree(line).get("payload").get("text").asString()).isEqualTo(text);
      }
    }
  }

  @Test
  void whoComesAgainForItsEventsTakesThemOver() throws Exception {
    try (HaipEvents ada = new HaipEvents(server).begin()) {
      echo(ada);
      HaipPerson line = person("ada", ada.session);
      line.official(1_000, 1 << 20, ",\"last_rx_seq\":\"1\"");
      line.next("HAI");
      assertThat(ada.end()).contains("closed");
      line.message("USER", "it is mine");
      while (!line.text().equals("it is mine")) {
        // What was said before it came.
      }
    }
  }

  @Test
  void aFloodOfRequestsHarmsNobody() throws Exception {
    try (HaipNeighbour eve = neighbour();
        HaipEvents ada = new HaipEvents(server).begin()) {
      for (int i = 0; i < 300; i++) {
        ada.say("SYSTEM", "PING", "{\"nonce\":\"%d\"}".formatted(i));
        post("eve", "/haip/message?session=" + ada.session, "{}");
      }
      eve.hears(5);
      echo(ada);
    }
  }
}
