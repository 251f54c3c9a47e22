package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Whom;
import io.sluice.model.CloseReason;
import java.io.BufferedReader;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code POST /stream}, through a whole server and its sockets. */
class StreamTest extends StreamHouse {
  private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]+)\"");

  // Lines

  @Test
  void everyCommandIsAnsweredAndTheResponseEndsByItself() throws Exception {
    List<String> lines =
        say(
            subscribe("a", credits(1)),
            publication("a", "{\"x\":1}"),
            "",
            "{\"action\":\"history\",\"id\":2,\"channel\":\"a\"}",
            "{\"action\":\"presence\",\"id\":3,\"channel\":\"a\"}",
            "{\"action\":\"ping\",\"id\":4}",
            "{\"action\":\"nonsense\",\"id\":5}\r",
            "no JSON");
    assertThat(lines.getFirst()).startsWith("{\"type\":\"connected\"").contains("\"ada\"");
    assertThat(lines.getLast())
        .isEqualTo("{\"type\":\"closed\",\"code\":1000,\"reason\":\"done\"}");
    assertThat(lines)
        .anyMatch(line -> line.contains("\"type\":\"subscribed\"") && line.contains("\"id\":7"))
        .anyMatch(line -> line.contains("\"type\":\"published\"") && line.contains("\"id\":1"))
        .anyMatch(line -> line.contains("\"type\":\"history\"") && line.contains("\"id\":2"))
        .anyMatch(line -> line.contains("\"type\":\"presence\"") && line.contains("\"id\":3"))
        .anyMatch(line -> line.contains("\"type\":\"pong\"") && line.contains("\"id\":4"))
        .anyMatch(line -> line.contains("unknown_action") && line.contains("\"id\":5"))
        .anyMatch(line -> line.contains("invalid_json"))
        .hasSize(10);
    assertThat(offsets(lines)).containsExactly(1L);
  }

  @Test
  void anEmptyRequestIsGreetedAndDone() throws Exception {
    assertThat(say()).hasSize(2).first().asString().contains("connected");
  }

  @Test
  void theHeadKeepsEverybodyOnTheWayFromWaiting() throws Exception {
    HttpResponse<String> answer = server.send(post());
    assertThat(answer.headers().map())
        .containsEntry("content-type", List.of("application/x-ndjson"))
        .containsEntry("cache-control", List.of("no-store"))
        .containsEntry("x-accel-buffering", List.of("no"))
        .containsEntry("transfer-encoding", List.of("chunked"));
  }

  @Test
  void aResponseEndsWithItsCreditAndTheNextOneGoesOnBehindIt() throws Exception {
    publish("a", 7);
    List<String> first =
        say(subscribe("a", credits(3) + ",\"since\":{\"epoch\":\"none\",\"offset\":0}"));
    assertThat(offsets(first)).containsExactly(1L, 2L, 3L);
    var epoch = EPOCH.matcher(first.get(1));
    assertThat(epoch.find()).isTrue();
    String since = ",\"since\":{\"epoch\":\"" + epoch.group(1) + "\",\"offset\":3}";
    assertThat(offsets(say(subscribe("a", credits(4) + since)))).containsExactly(4L, 5L, 6L, 7L);
  }

  @Test
  void creditThatIsSpentLiveEndsTheResponseAtOnce() throws Exception {
    BufferedReader reader =
        server.open(post(subscribe("a", credits(2)), subscribe("b", credits(0))));
    assertThat(next(reader)).contains("connected");
    assertThat(next(reader)).contains("subscribed");
    assertThat(next(reader)).contains("subscribed");
    publish("a", 1);
    publish("b", 1);
    assertThat(next(reader)).contains("\"channel\":\"a\"").contains("\"offset\":1");
    publish("a", 2);
    assertThat(next(reader)).contains("\"channel\":\"a\"").contains("\"offset\":2");
    assertThat(next(reader)).contains("done");
    assertThat(next(reader)).isNull();
  }

  @Test
  void aResponseThatIsOwedNothingBreathesAndIsNotIdle() throws Exception {
    BufferedReader reader = server.open(post(subscribe("a", "")));
    assertThat(next(reader)).contains("connected");
    assertThat(next(reader)).contains("subscribed");
    for (int heartbeats = 0; heartbeats < 4; heartbeats++) {
      assertThat(reader.readLine()).isEmpty();
    }
    publish("a", 1);
    assertThat(next(reader)).contains("\"offset\":1");
  }

  @Test
  void aLineBreakInAPayloadIsABlankInALine() throws Exception {
    String body = "{\"channel\":\"a\",\"payload\":{\n\"x\":\r\n1}}";
    HttpRequest publish =
        server
            .request("/api/v1/publish")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(server.http.send(publish, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    String since = ",\"since\":{\"epoch\":\"none\",\"offset\":0}";
    assertThat(say(subscribe("a", credits(1) + since)).get(2)).contains("{ \"x\":  1}");
  }

  @Test
  void whoClosesItsSideGetsItsAnswersAndNoSubscriptionGoesOn() throws Exception {
    String body = subscribe("a", "") + "\n" + publication("a", "1");
    try (Socket socket = server.connect()) {
      socket.getOutputStream().write(server.raw("POST /stream HTTP/1.1", body));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer)
          .contains("\"type\":\"published\"")
          .contains("\"reason\":\"done\"")
          .endsWith("\r\n0\r\n\r\n");
    }
  }

  @Test
  void whatComesBehindTheRequestIsNoSecondOne() throws Exception {
    String request =
        new String(server.raw("POST /stream HTTP/1.1", "{\"action\":\"ping\"}"), ISO_8859_1);
    String answer = server.exchange((request + request).getBytes(ISO_8859_1));
    assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(2);
    assertThat(answer.split("pong", -1)).hasSize(2);
  }

  @Test
  void aPeerOfHttp10GetsNoChunks() throws Exception {
    String answer = server.exchange(server.raw("POST /stream HTTP/1.0", "{\"action\":\"ping\"}"));
    assertThat(answer)
        .doesNotContain("chunked")
        .contains("\r\n\r\n{\"type\":\"connected\"")
        .endsWith("{\"type\":\"closed\",\"code\":1000,\"reason\":\"done\"}\n");
  }

  @Test
  void aReaderThatStallsIsParkedAndThenGetsEverythingInOrder() throws Exception {
    int count = 400;
    try (Socket socket = server.connect(4 << 10)) {
      socket
          .getOutputStream()
          .write(server.raw("POST /stream HTTP/1.1", subscribe("a", credits(count))));
      InputStream in = socket.getInputStream();
      StringBuilder read = new StringBuilder();
      while (!read.toString().contains("subscribed")) {
        read.append((char) in.read());
      }
      String large = "\"" + "x".repeat(2_000) + "\"";
      for (int i = 0; i < count; i += 20) {
        String[] twenty = new String[20];
        java.util.Arrays.fill(twenty, publication("a", large));
        assertThat(say(twenty)).hasSize(22);
      }
      read.append(new String(in.readAllBytes(), UTF_8));
      List<String> lines = read.toString().lines().toList();
      List<Long> expected = new ArrayList<>();
      for (long offset = 1; offset <= count; offset++) {
        expected.add(offset);
      }
      assertThat(offsets(lines)).isEqualTo(expected);
      assertThat(read).contains("\"done\"").endsWith("0\r\n\r\n");
    }
  }

  @Test
  void answersThatNobodyTakesKeepTheRestOfTheRequestWaiting() throws Exception {
    publish("a", 1);
    String large = "\"" + "x".repeat(60_000) + "\"";
    for (int i = 0; i < 8; i++) {
      assertThat(say(publication("big", large))).hasSize(3);
    }
    String[] histories = new String[40];
    for (int i = 0; i < histories.length; i++) {
      histories[i] = "{\"action\":\"history\",\"id\":%d,\"channel\":\"big\"}".formatted(i);
    }
    List<String> lines = say(histories);
    assertThat(lines).hasSize(42);
    assertThat(lines.stream().filter(line -> line.contains("\"type\":\"history\""))).hasSize(16);
    assertThat(lines.stream().filter(line -> line.contains("\"code\":\"busy\""))).hasSize(24);
  }

  // Why a response ends

  @Test
  void aTokenThatExpiresEndsItAndItSaysSo() throws Exception {
    HttpRequest brief =
        HttpRequest.newBuilder(server.at("/stream"))
            .header("Authorization", "Bearer " + server.token("eve", Duration.ofSeconds(2)))
            .POST(BodyPublishers.ofString(subscribe("a", "")))
            .build();
    List<String> lines = server.open(brief).lines().toList();
    assertThat(lines.getLast())
        .isEqualTo("{\"type\":\"closed\",\"code\":4401,\"reason\":\"expired\"}");
  }

  @Test
  void whoIsDisconnectedIsToldSo() throws Exception {
    BufferedReader reader = server.open(post(subscribe("a", "")));
    assertThat(next(reader)).contains("connected");
    assertThat(next(reader)).contains("subscribed");
    CompletableFuture<Integer> count = new CompletableFuture<>();
    server
        .switchboard()
        .disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED, count::complete);
    assertThat(count.join()).isEqualTo(1);
    assertThat(next(reader)).contains("4403").contains("disconnected");
    assertThat(next(reader)).isNull();
  }

  @Test
  void aServerThatStopsSaysSoToLinesAndEvents() throws Exception {
    BufferedReader lines = server.open(post(subscribe("a", "")));
    BufferedReader events = server.open(server.request("/sse?channel=a").build());
    assertThat(next(lines)).contains("connected");
    assertThat(next(lines)).contains("subscribed");
    assertThat(next(events)).startsWith("retry");
    assertThat(next(events)).isEqualTo("event: connected");
    assertThat(next(events)).startsWith("data");
    assertThat(next(events)).startsWith("id");
    assertThat(next(events)).isEqualTo("event: subscribed");
    runAsync(server.sluice()::close);
    assertThat(next(lines)).isEqualTo("{\"type\":\"closed\",\"code\":1012,\"reason\":\"restart\"}");
    assertThat(next(lines)).isNull();
    assertThat(events.lines())
        .containsSubsequence(
            "event: closed", "data: {\"type\":\"closed\",\"code\":1012,\"reason\":\"restart\"}");
  }

  @Test
  void aBodyOfTooManyLinesOrOfNoTextIsRefusedWhole() throws Exception {
    String one = publication("a", "1") + "\n";
    HttpRequest many =
        server.request("/stream").POST(BodyPublishers.ofString(one.repeat(51))).build();
    HttpResponse<String> refused = server.send(many);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).contains("body_too_large").contains("50 lines");
    HttpRequest bytes =
        server
            .request("/stream")
            .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xFF}))
            .build();
    HttpResponse<String> noText = server.send(bytes);
    assertThat(noText.statusCode()).isEqualTo(400);
    assertThat(noText.body()).contains("bad_request").contains("UTF-8");
    assertThat(say(publication("a", "1")).get(1)).contains("\"offset\":1");
  }

  @Test
  void aUserMayHoldSoManyStreamsAndNoMore() throws Exception {
    server.restart(Map.of("limits.connections.perUser", "1"));
    BufferedReader held = server.open(post(subscribe("a", "")));
    assertThat(next(held)).contains("connected");
    HttpResponse<String> refused = server.send(post());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("user_limit");
  }
}
