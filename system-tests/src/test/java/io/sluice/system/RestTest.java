package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API over real HTTP, beside real sockets. */
class RestTest {
  private static final String SECRET = "0123456789-api-key-0123456789-abc";
  private static final String YAML =
      """
      roles:
        default: {publish: [news], subscribe: [news]}
        speaker: {broadcast: [news]}
      api-keys:
        billing: {secret: %s}
        speaker: {secret: x%s, role: speaker}
      limits:
        http: {bodyBytes: 4KiB}
      """
          .formatted(SECRET, SECRET);

  private final HttpClient http = HttpClient.newHttpClient();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start(Map.of(), YAML);
  }

  @AfterEach
  void stop() {
    http.close();
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> post(String credential, String call, String body) throws Exception {
    return http.send(
        request("/api/v1/" + call)
            .header("Authorization", "Bearer " + credential)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String credential, String path) throws Exception {
    return http.send(
        request("/api/v1/" + path).header("Authorization", "Bearer " + credential).build(),
        BodyHandlers.ofString());
  }

  @Test
  void whatIsPostedReachesSubscribersByteForByte() throws Exception {
    try (RawClient reader = RawClient.connect(server, "reader")) {
      reader.subscribe("news");
      String payload = "{ \"b\":1.50,\"a\":[\"é😀\"] }";
      HttpResponse<String> answer =
          post(
              server.token("ada"), "publish", "{\"channel\":\"news\",\"payload\":" + payload + "}");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(answer.body()).startsWith("{\"channel\":\"news\",\"epoch\":\"");
      assertThat(reader.text())
          .startsWith(
              "{\"type\":\"message\",\"channel\":\"news\",\"from\":\"ada\",\"data\":" + payload);
      post(SECRET, "publish", "{\"channel\":\"news\",\"payload\":2}");
      assertThat(reader.text()).contains("\"from\":\"billing\",\"data\":2");
      post(SECRET, "broadcast", "{\"channels\":[\"news\",\"other\"],\"payload\":3}");
      assertThat(reader.text())
          .startsWith("{\"type\":\"broadcast\",\"channel\":\"news\",\"data\":3,");
    }
  }

  @Test
  void aSocketAndTheApiShareOneIdempotencyKeyOfAUser() throws Exception {
    try (RawClient ada = RawClient.connect(server, "ada")) {
      ada.send(
          "{\"action\":\"publish\",\"channel\":\"news\",\"payload\":1,\"ack\":true,"
              + "\"idempotencyKey\":\"i\"}");
      String receipt = ada.await("\"published\"");
      HttpResponse<String> answer =
          post(
              server.token("ada"),
              "publish",
              "{\"channel\":\"news\",\"payload\":1,\"idempotencyKey\":\"i\"}");
      assertThat(answer.body()).endsWith(",\"offset\":1}");
      assertThat(receipt).contains("\"offset\":1");
    }
  }

  @Test
  void oneForbiddenChannelStopsTheWholeBroadcast() throws Exception {
    try (RawClient reader = RawClient.connect(server, "reader")) {
      reader.subscribe("news");
      String body = "{\"channels\":[\"news\",\"alerts\"],\"payload\":1}";
      HttpResponse<String> answer = post("x" + SECRET, "broadcast", body);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body())
          .contains("\"code\":\"forbidden\"", "You may not broadcast on alerts");
      post("x" + SECRET, "broadcast", "{\"channel\":\"news\",\"payload\":\"allowed\"}");
      assertThat(reader.text()).contains("\"data\":\"allowed\"");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST | publish | {\"channel\":\"news\"} | 400 | missing_field",
        "POST | publish | nonsense | 400 | invalid_json",
        "POST | publish | {\"channel\":\"tasks\",\"payload\":1} | 403 | forbidden",
        "POST | broadcast | {\"channel\":\"news\",\"payload\":1} | 403 | forbidden",
        "POST | disconnect | {\"userId\":\"eve\"} | 403 | forbidden",
        "POST | disconnect | {} | 400 | missing_field",
        "GET | history?channel=tasks | | 403 | forbidden",
        "GET | history?channel=a%20b | | 400 | invalid_channel",
        "GET | history?channel=news&limit=0 | | 400 | invalid_field",
        "GET | presence | | 400 | missing_field",
        "GET | publish | | 405 | method",
        "DELETE | history?channel=news | | 405 | method",
        "GET | nothing | | 404 | not_found",
        "POST | ../publish | {} | 400 | bad_path",
      })
  void everyMistakeHasItsStatusAndCode(
      String method, String path, String body, int status, String code) throws Exception {
    HttpResponse<String> answer =
        http.send(
            request("/api/v1/" + path)
                .header("Authorization", "Bearer " + server.token("ada"))
                .header("X-Request-Id", "job-1")
                .method(method, BodyPublishers.ofString(Objects.requireNonNullElse(body, "")))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body())
        .startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":\"")
        .contains("\"details\":{\"kind\":\"")
        .endsWith(",\"request_id\":\"job-1\"}}");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedHoweverItComes() throws Exception {
    String large = "{\"channel\":\"news\",\"payload\":\"" + "x".repeat(4 << 10) + "\"}";
    assertThat(post(SECRET, "publish", large).statusCode()).isEqualTo(413);
    HttpResponse<String> chunked =
        http.send(
            request("/api/v1/publish")
                .header("X-API-Key", SECRET)
                .POST(
                    BodyPublishers.fromPublisher(
                        BodyPublishers.ofByteArrays(List.of(large.getBytes(), new byte[1]))))
                .build(),
            BodyHandlers.ofString());
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(chunked.body()).contains("\"code\":\"body_too_large\"");
  }

  @Test
  void whoDoesNotSayWhoItIsIsTold() throws Exception {
    HttpResponse<String> nobody =
        http.send(request("/api/v1/info").build(), BodyHandlers.ofString());
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(get("a.b.c", "info").statusCode()).isEqualTo(403);
    assertThat(get(SECRET.substring(1), "info").statusCode()).isEqualTo(403);
    HttpResponse<String> inAddress =
        http.send(
            request("/api/v1/info?token=" + server.token("ada")).build(), BodyHandlers.ofString());
    assertThat(inAddress.statusCode()).isEqualTo(401);
  }

  @Test
  void theDescriptionIsForEverybody() throws Exception {
    HttpResponse<String> answer =
        http.send(request("/api/v1/openapi.json").build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"openapi\": \"3.1.0\"");
  }

  @Test
  void anErrorLeavesTheConnectionForTheNextCall() throws Exception {
    try (var socket = new java.net.Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /api/v1/publish HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "X-API-Key: %s\r\n"
              + "Content-Length: %d\r\n\r\n"
              + "%s";
      String bad = "{}";
      String good = "{\"channel\":\"news\",\"payload\":1}";
      socket
          .getOutputStream()
          .write(
              (head.formatted(SECRET, bad.length(), bad)
                      + head.formatted(SECRET, good.length(), good))
                  .getBytes());
      StringBuilder read = new StringBuilder();
      while (!read.toString().endsWith(",\"offset\":1}")) {
        int next = socket.getInputStream().read();
        assertThat(next).as(read.toString()).isNotNegative();
        read.append((char) next);
      }
      assertThat(read.toString()).startsWith("HTTP/1.1 400 ").contains("HTTP/1.1 200 ");
    }
  }
}
