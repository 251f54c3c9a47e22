package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.runAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.server.auth.TokenIssuer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /sse}, and the door of both, through a whole server and its sockets. */
class EventsTest extends StreamHouse {
  @Test
  void anEventNamesItsPlaceAndTheNextRequestGoesOnThere() throws Exception {
    publish("a", 5);
    List<String> first =
        server
            .send(server.request("/sse?channel=a&messages=2&lastEventId=none:0").build())
            .body()
            .lines()
            .toList();
    assertThat(first.getFirst()).matches("retry: [123]\\d{3}");
    assertThat(offsets(first)).containsExactly(1L, 2L);
    List<String> ids = first.stream().filter(line -> line.startsWith("id: ")).toList();
    assertThat(ids).hasSize(3).last().asString().endsWith(":2");
    HttpRequest again =
        server
            .request("/sse?channel=a&messages=3")
            .header("Last-Event-ID", ids.getLast().substring("id: ".length()))
            .build();
    String second = server.send(again).body();
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
          server
              .send(
                  server.request("/sse?channel=a&messages=7").header("Last-Event-ID", last).build())
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
    String path = "/sse?channel=a&messages=1&lastEventId=none:0&token=" + server.token("ada");
    HttpRequest request = HttpRequest.newBuilder(server.at(path + "&filters=" + filters)).build();
    List<String> lines = server.send(request).body().lines().toList();
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
    HttpResponse<String> answer = server.send(server.request(path).build());
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void aChannelWithoutAGrantIsForbiddenBeforeAnythingIsSaid() throws Exception {
    String token =
        server
            .sluice()
            .developer()
            .issue(
                new TokenIssuer.Request("bob", null, null, List.of(new ChannelPattern("public.*"))),
                Duration.ofMinutes(1),
                System.currentTimeMillis());
    HttpRequest request =
        HttpRequest.newBuilder(server.at("/sse?channel=a&token=" + token)).build();
    HttpResponse<String> answer = server.send(request);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"forbidden\"");
  }

  @Test
  void theDoorIsTheSameAsAnUpgrades() throws Exception {
    for (String path : List.of("/sse?channel=a", "/stream")) {
      boolean posts = path.equals("/stream");
      HttpRequest none = ask(HttpRequest.newBuilder(server.at(path)), posts);
      assertThat(server.http.send(none, BodyHandlers.discarding()).statusCode()).isEqualTo(401);
      HttpRequest bad =
          ask(HttpRequest.newBuilder(server.at(path)).header("Authorization", "Bearer x"), posts);
      assertThat(server.http.send(bad, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
      HttpRequest foreign =
          ask(server.request(path).header("Origin", "https://evil.example"), posts);
      HttpResponse<String> refused = server.send(foreign);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("bad_origin");
      HttpRequest head = server.request(path).method("HEAD", BodyPublishers.noBody()).build();
      HttpResponse<Void> answer = server.http.send(head, BodyHandlers.discarding());
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
        HttpRequest.newBuilder(server.at("/stream"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .build();
    HttpResponse<Void> allowed = server.http.send(preflight, BodyHandlers.discarding());
    assertThat(allowed.statusCode()).isEqualTo(204);
    assertThat(allowed.headers().firstValue("access-control-allow-methods")).hasValue("POST");
    assertThat(allowed.headers().firstValue("access-control-allow-headers").orElse(""))
        .contains("Authorization", "Content-Type", "Last-Event-ID");
    for (String path : List.of("/stream", "/sse?channel=a b".replace(" ", "%20"))) {
      HttpRequest asked =
          ask(server.request(path).header("Origin", origin), path.equals("/stream"));
      HttpResponse<Void> answer = server.http.send(asked, BodyHandlers.discarding());
      assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue(origin);
    }
  }
}
