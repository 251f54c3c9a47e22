package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A reader that stops reading slows its writer over real sockets, and nobody else. */
class HoldTest {
  private static final String PADDING = "x".repeat(8_000);

  /** Sixteen megabytes: more than all socket buffers between the two can take. */
  private static final int TOO_MANY = 2_000;

  private static TestServer start(String patience) throws Exception {
    return TestServer.start(
        Map.of("lanes", "2"),
        """
        channels:
          - {pattern: slow, log: {bytes: 1MiB}, hold: {enabled: true, bytes: 64KiB, patience: %s}}
        """
            .formatted(patience));
  }

  @Test
  void readerWithoutCreditHoldsItsWriterAndNobodyElseUntilItGrantsSome() throws Exception {
    try (TestServer server = start("10m");
        RawClient reader = RawClient.connect(server, "reader");
        RawClient writer = RawClient.connect(server, "writer");
        RawClient bystander = RawClient.connect(server, "bystander")) {
      reader.send("{\"action\":\"subscribe\",\"channel\":\"slow\",\"credits\":{\"messages\":0}}");
      assertThat(reader.text()).contains("\"hold\":true");
      bystander.subscribe("free");
      int last = publishUntilHeld(writer);
      assertOthersGoOn(server, writer, bystander);
      reader.send("{\"action\":\"credit\",\"channel\":\"slow\",\"messages\":100}");
      for (int offset = 1; offset <= last; offset++) {
        assertThat(DeliveryTest.offset(reader.await("\"message\""))).isEqualTo(offset);
      }
      assertThat(writer.await("\"published\"")).contains("\"offset\":" + last);
      assertThat(writer.text()).isEqualTo("{\"type\":\"released\",\"channel\":\"slow\"}");
    }
  }

  @Test
  void readerThatStopsReadingHoldsItsWriterUntilPatienceEnds() throws Exception {
    try (TestServer server = start("1s");
        RawClient reader = RawClient.connect(server, "reader", 4 << 10);
        RawClient writer = RawClient.connect(server, "writer")) {
      reader.subscribe("slow");
      int held = 0;
      for (int i = 1; i <= TOO_MANY; i++) {
        writer.send(publish(",\"ack\":true"));
        held += publishedAndReleased(writer, i) ? 1 : 0;
      }
      assertThat(held).isPositive();
      assertThat(reader.await("\"hold_lost\"")).contains("\"type\":\"error\"");
    }
  }

  /** Reads up to the receipt, and to the release if it was held; whether it was. */
  private static boolean publishedAndReleased(RawClient writer, int offset) throws IOException {
    String answer = writer.text();
    boolean held = answer.contains("\"held\"");
    assertThat(held ? writer.text() : answer).contains("\"published\"", "\"offset\":" + offset);
    if (held) {
      assertThat(writer.text()).isEqualTo("{\"type\":\"released\",\"channel\":\"slow\"}");
    }
    return held;
  }

  @Test
  void writerOfTheSeedsGrammarIsHeldWithoutAWordAndRestIsToldToComeAgain() throws Exception {
    try (TestServer server = start("10m");
        RawClient reader = RawClient.connect(server, "reader");
        RawClient writer = RawClient.connect(server, "writer")) {
      reader.send("{\"action\":\"subscribe\",\"channel\":\"slow\",\"credits\":{\"messages\":0}}");
      reader.await("\"subscribed\"");
      for (int i = 0; i < 12; i++) {
        writer.send(publish(""));
      }
      writer.send("{\"action\":\"ping\"}");
      assertThat(writer.text()).startsWith("{\"type\":\"pong\"");
      HttpResponse<String> answer = publishOverRest(server);
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.body()).contains("\"hold_full\"");
      reader.send("{\"action\":\"credit\",\"channel\":\"slow\",\"messages\":100}");
      for (int offset = 1; offset <= 12; offset++) {
        assertThat(DeliveryTest.offset(reader.text())).isEqualTo(offset);
      }
      assertThat(publishOverRest(server).body()).contains("\"offset\":13");
    }
  }

  private static HttpResponse<String> publishOverRest(TestServer server) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + server.port() + "/api/v1/publish"))
              .header("Authorization", "Bearer " + server.token("page"))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"channel\":\"slow\",\"payload\":\"" + PADDING + "\"}"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static String publish(String more) {
    return "{\"action\":\"publish\",\"channel\":\"slow\",\"payload\":\""
        + PADDING
        + "\""
        + more
        + "}";
  }

  /** Publishes one at a time; the last of them, which is told here, waits. */
  private static int publishUntilHeld(RawClient writer) throws IOException {
    for (int i = 1; i <= 9; i++) {
      writer.send(publish(",\"id\":" + i + ",\"ack\":true"));
      String answer = writer.text();
      if (answer.contains("\"held\"")) {
        assertThat(answer).startsWith("{\"type\":\"held\",\"channel\":\"slow\",\"readers\":1,");
        return i;
      }
      assertThat(answer).contains("\"published\"", "\"offset\":" + i);
    }
    throw new AssertionError("the writer was not held");
  }

  /** The writer's socket is read on, and what it says elsewhere is done. */
  private static void assertOthersGoOn(TestServer server, RawClient writer, RawClient bystander)
      throws IOException {
    writer.send("{\"action\":\"ping\",\"id\":\"p\"}");
    assertThat(writer.text()).contains("\"pong\"");
    for (int i = 1; i <= 50; i++) {
      writer.send(
          "{\"action\":\"publish\",\"channel\":\"free\",\"payload\":" + i + ",\"ack\":true}");
      assertThat(writer.text()).contains("\"published\"", "\"channel\":\"free\"");
      assertThat(bystander.text()).contains("\"data\":" + i + ",");
    }
    try (RawClient other = RawClient.connect(server, "other")) {
      other.send("{\"action\":\"publish\",\"channel\":\"free\",\"payload\":0,\"ack\":true}");
      assertThat(other.text()).contains("\"published\"");
    }
  }
}
