package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Whom;
import io.sluice.model.ChannelPattern;
import io.sluice.model.CloseReason;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code POST /stream} and {@code GET /sse}, through a whole server and its sockets. */
class StreamTest {
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)}$");
  private static final Pattern EPOCH = Pattern.compile("\"epoch\":\"([^\"]+)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private Sluice sluice;

  @BeforeEach
  void start() throws Exception {
    start(
        Map.of(
            "telemetry.enabled",
            "false",
            "limits.http.streamLines",
            "50",
            "limits.session.heartbeat",
            "1s"));
  }

  private void start(Map<String, String> flags) throws Exception {
    sluice = Sluice.start(Settings.load(flags, null, Map.of()).withPort(0));
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    sluice.close();
  }

  private String token(String user, Duration life) {
    return sluice.developer().issue(TokenIssuer.Request.of(user), life, System.currentTimeMillis());
  }

  private String token() {
    return token("ada", Duration.ofMinutes(5));
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + sluice.port() + path);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer " + token());
  }

  private HttpRequest post(String... lines) {
    return request("/stream").POST(BodyPublishers.ofString(String.join("\n", lines))).build();
  }

  /** All lines of a response that ends by itself. */
  private List<String> say(String... lines) throws Exception {
    HttpResponse<String> answer = http.send(post(lines), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  private void publish(String channel, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(say(publication(channel, Integer.toString(i)))).hasSize(3);
    }
  }

  private static String publication(String channel, String payload) {
    return "{\"action\":\"publish\",\"id\":1,\"ack\":true,\"channel\":\"%s\",\"payload\":%s}"
        .formatted(channel, payload);
  }

  private static String subscribe(String channel, String more) {
    return "{\"action\":\"subscribe\",\"id\":7,\"channel\":\"%s\"%s}".formatted(channel, more);
  }

  private static String credits(long messages) {
    return ",\"credits\":{\"messages\":" + messages + "}";
  }

  /** A response that goes on. */
  private BufferedReader open(HttpRequest request) throws Exception {
    HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
  }

  /** The next line that says something. */
  private static String next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && (line.isEmpty() || line.equals(":"))) {
      line = lines.readLine();
    }
    return line;
  }

  private static List<Long> offsets(List<String> lines) {
    return lines.stream()
        .filter(line -> line.contains("\"type\":\"message\""))
        .map(OFFSET::matcher)
        .filter(java.util.regex.Matcher::find)
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }

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
    HttpResponse<String> answer = http.send(post(), BodyHandlers.ofString());
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
    BufferedReader reader = open(post(subscribe("a", credits(2)), subscribe("b", credits(0))));
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
    BufferedReader reader = open(post(subscribe("a", "")));
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
        request("/api/v1/publish")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(publish, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    String since = ",\"since\":{\"epoch\":\"none\",\"offset\":0}";
    assertThat(say(subscribe("a", credits(1) + since)).get(2)).contains("{ \"x\":  1}");
  }

  @Test
  void whoClosesItsSideGetsItsAnswersAndNoSubscriptionGoesOn() throws Exception {
    String body = subscribe("a", "") + "\n" + publication("a", "1");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", sluice.port()));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(raw("POST /stream HTTP/1.1", body));
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
    String request = new String(raw("POST /stream HTTP/1.1", "{\"action\":\"ping\"}"), ISO_8859_1);
    String answer = exchange((request + request).getBytes(ISO_8859_1));
    assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(2);
    assertThat(answer.split("pong", -1)).hasSize(2);
  }

  @Test
  void aPeerOfHttp10GetsNoChunks() throws Exception {
    String answer = exchange(raw("POST /stream HTTP/1.0", "{\"action\":\"ping\"}"));
    assertThat(answer)
        .doesNotContain("chunked")
        .contains("\r\n\r\n{\"type\":\"connected\"")
        .endsWith("{\"type\":\"closed\",\"code\":1000,\"reason\":\"done\"}\n");
  }

  private byte[] raw(String line, String body) {
    return """
    %s\r
    Host: 127.0.0.1\r
    Authorization: Bearer %s\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(line, token(), body.length(), body)
        .getBytes(UTF_8);
  }

  private String exchange(byte[] request) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", sluice.port()));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void aReaderThatStallsIsParkedAndThenGetsEverythingInOrder() throws Exception {
    int count = 400;
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4 << 10);
      socket.connect(new InetSocketAddress("127.0.0.1", sluice.port()));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(raw("POST /stream HTTP/1.1", subscribe("a", credits(count))));
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
        HttpRequest.newBuilder(at("/stream"))
            .header("Authorization", "Bearer " + token("eve", Duration.ofSeconds(2)))
            .POST(BodyPublishers.ofString(subscribe("a", "")))
            .build();
    List<String> lines = open(brief).lines().toList();
    assertThat(lines.getLast())
        .isEqualTo("{\"type\":\"closed\",\"code\":4401,\"reason\":\"expired\"}");
  }

  @Test
  void whoIsDisconnectedIsToldSo() throws Exception {
    BufferedReader reader = open(post(subscribe("a", "")));
    assertThat(next(reader)).contains("connected");
    assertThat(next(reader)).contains("subscribed");
    CompletableFuture<Integer> count = new CompletableFuture<>();
    sluice
        .switchboard()
        .disconnect(new Whom.User("ada"), CloseReason.DISCONNECTED, count::complete);
    assertThat(count.join()).isEqualTo(1);
    assertThat(next(reader)).contains("4403").contains("disconnected");
    assertThat(next(reader)).isNull();
  }

  @Test
  void aServerThatStopsSaysSoToLinesAndEvents() throws Exception {
    BufferedReader lines = open(post(subscribe("a", "")));
    BufferedReader events = open(request("/sse?channel=a").build());
    assertThat(next(lines)).contains("connected");
    assertThat(next(lines)).contains("subscribed");
    assertThat(next(events)).startsWith("retry");
    assertThat(next(events)).isEqualTo("event: connected");
    assertThat(next(events)).startsWith("data");
    assertThat(next(events)).startsWith("id");
    assertThat(next(events)).isEqualTo("event: subscribed");
    runAsync(sluice::close);
    assertThat(next(lines)).isEqualTo("{\"type\":\"closed\",\"code\":1012,\"reason\":\"restart\"}");
    assertThat(next(lines)).isNull();
    assertThat(events.lines())
        .containsSubsequence(
            "event: closed", "data: {\"type\":\"closed\",\"code\":1012,\"reason\":\"restart\"}");
  }

  // Events

  @Test
  void anEventNamesItsPlaceAndTheNextRequestGoesOnThere() throws Exception {
    publish("a", 5);
    List<String> first =
        http.send(
                request("/sse?channel=a&messages=2&lastEventId=none:0").build(),
                BodyHandlers.ofString())
            .body()
            .lines()
            .toList();
    assertThat(first.getFirst()).matches("retry: [123]\\d{3}");
    assertThat(offsets(first)).containsExactly(1L, 2L);
    List<String> ids = first.stream().filter(line -> line.startsWith("id: ")).toList();
    assertThat(ids).hasSize(3).last().asString().endsWith(":2");
    HttpRequest again =
        request("/sse?channel=a&messages=3")
            .header("Last-Event-ID", ids.getLast().substring("id: ".length()))
            .build();
    String second = http.send(again, BodyHandlers.ofString()).body();
    assertThat(offsets(second.lines().toList())).containsExactly(3L, 4L, 5L);
    assertThat(second).contains("\"recovered\":true").contains("event: closed\ndata: {");
  }

  /** A reader of one message at a time, as a browser's would come back, misses nothing. */
  @Test
  void whoComesBackWhileOthersPublishGetsEachMessageOnce() throws Exception {
    int count = 120;
    CompletableFuture<Void> publishing =
        runAsync(
            () -> {
              try {
                for (int i = 0; i < count; i += 4) {
                  String one = publication("a", "1");
                  assertThat(say(one, one, one, one)).hasSize(6);
                }
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    List<Long> seen = new ArrayList<>();
    String last = "none:0";
    while (seen.size() < count) {
      List<String> lines =
          http.send(
                  request("/sse?channel=a&messages=7").header("Last-Event-ID", last).build(),
                  BodyHandlers.ofString())
              .body()
              .lines()
              .toList();
      seen.addAll(offsets(lines));
      last = lines.stream().filter(line -> line.startsWith("id: ")).toList().getLast().substring(4);
      if (count - seen.size() < 7) {
        publishing.join();
        publish("a", 7);
      }
    }
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i)).isEqualTo(i + 1L);
    }
  }

  @Test
  void filtersHoldAndAPositionThatMovesHasAnId() throws Exception {
    String filters = URLEncoder.encode("{\"kind\": [\"b\"]}", UTF_8);
    say(publication("a", "{\"kind\":\"a\"}"), publication("a", "{\"kind\":\"b\"}"));
    String path = "/sse?channel=a&messages=1&lastEventId=none:0&token=" + token();
    HttpRequest request = HttpRequest.newBuilder(at(path + "&filters=" + filters)).build();
    List<String> lines = http.send(request, BodyHandlers.ofString()).body().lines().toList();
    assertThat(offsets(lines)).containsExactly(2L);
  }

  @ParameterizedTest
  @CsvSource({
    "/sse, 400, missing_field",
    "/sse?channel=a&channel=b, 400, invalid_field",
    "/sse?channel=a%20b, 400, invalid_channel",
    "/sse?channel=a&lastEventId=nonsense, 400, invalid_position",
    "/sse?channel=a&lastEventId=e:-1, 400, invalid_position",
    "/sse?channel=a&lastEventId=e:9007199254740992, 400, invalid_position",
    "/sse?channel=a&messages=-1, 400, invalid_credit",
    "/sse?channel=a&bytes=many, 400, invalid_credit",
    "/sse?channel=a&policy=best, 403, policy_not_allowed",
    "/sse?channel=a&filters=1, 400, invalid_filter",
    "/sse?channel=a&filters=%7B, 400, invalid_filter",
    "'/sse?channel=a&filters=%7B%7D,%22presence%22:true', 400, invalid_filter",
    "/stream, 405, method",
  })
  void aBadRequestHasItsCode(String path, int status, String code) throws Exception {
    HttpResponse<String> answer = http.send(request(path).build(), BodyHandlers.ofString());
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void aChannelWithoutAGrantIsForbiddenBeforeAnythingIsSaid() throws Exception {
    String token =
        sluice
            .developer()
            .issue(
                new TokenIssuer.Request("bob", null, null, List.of(new ChannelPattern("public.*"))),
                Duration.ofMinutes(1),
                System.currentTimeMillis());
    HttpRequest request = HttpRequest.newBuilder(at("/sse?channel=a&token=" + token)).build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"forbidden\"");
  }

  @Test
  void theDoorIsTheSameAsAnUpgrades() throws Exception {
    for (String path : List.of("/sse?channel=a", "/stream")) {
      boolean posts = path.equals("/stream");
      HttpRequest none = ask(HttpRequest.newBuilder(at(path)), posts);
      assertThat(http.send(none, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
      HttpRequest bad =
          ask(HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer x"), posts);
      assertThat(http.send(bad, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
      HttpRequest foreign = ask(request(path).header("Origin", "https://evil.example"), posts);
      HttpResponse<String> refused = http.send(foreign, BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("bad_origin");
      HttpRequest head = request(path).method("HEAD", BodyPublishers.noBody()).build();
      HttpResponse<Void> answer = http.send(head, BodyHandlers.discarding());
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("allow")).hasValue(posts ? "POST" : "GET");
    }
  }

  private static HttpRequest ask(HttpRequest.Builder request, boolean posts) {
    return posts ? request.POST(BodyPublishers.noBody()).build() : request.build();
  }

  @Test
  void aPageOfAnOriginThatMayConnectMayAskAndRead() throws Exception {
    String origin = "http://localhost:3000";
    HttpRequest preflight =
        HttpRequest.newBuilder(at("/stream"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .build();
    HttpResponse<Void> allowed = http.send(preflight, BodyHandlers.discarding());
    assertThat(allowed.statusCode()).isEqualTo(204);
    assertThat(allowed.headers().firstValue("access-control-allow-methods")).hasValue("POST");
    assertThat(allowed.headers().firstValue("access-control-allow-headers").orElse(""))
        .contains("Authorization", "Content-Type", "Last-Event-ID");
    for (String path : List.of("/stream", "/sse?channel=a b".replace(" ", "%20"))) {
      HttpRequest asked = ask(request(path).header("Origin", origin), path.equals("/stream"));
      HttpResponse<Void> answer = http.send(asked, BodyHandlers.discarding());
      assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue(origin);
    }
  }

  @Test
  void aBodyOfTooManyLinesOrOfNoTextIsRefusedWhole() throws Exception {
    String one = publication("a", "1") + "\n";
    HttpRequest many = request("/stream").POST(BodyPublishers.ofString(one.repeat(51))).build();
    HttpResponse<String> refused = http.send(many, BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).contains("body_too_large").contains("50 lines");
    HttpRequest bytes =
        request("/stream").POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xFF})).build();
    HttpResponse<String> noText = http.send(bytes, BodyHandlers.ofString());
    assertThat(noText.statusCode()).isEqualTo(400);
    assertThat(noText.body()).contains("bad_request").contains("UTF-8");
    assertThat(say(publication("a", "1")).get(1)).contains("\"offset\":1");
  }

  @Test
  void aUserMayHoldSoManyStreamsAndNoMore() throws Exception {
    sluice.close();
    start(Map.of("limits.connections.perUser", "1"));
    BufferedReader held = open(post(subscribe("a", "")));
    assertThat(next(held)).contains("connected");
    HttpResponse<String> refused = http.send(post(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("user_limit");
  }
}
