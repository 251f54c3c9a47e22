package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator sees of HAIP, and what a person without a WebSocket is answered. */
class HaipOpsTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private Sluice sluice;

  @BeforeEach
  void start() throws Exception {
    start(Map.of());
  }

  private void start(Map<String, String> more) throws Exception {
    Map<String, String> flags = new HashMap<>(more);
    flags.putIfAbsent("telemetry.enabled", "false");
    flags.putIfAbsent("haip.agent", "echo");
    flags.putIfAbsent("lanes", "2");
    sluice = Sluice.start(Settings.load(flags, null, Map.of()).withPort(0));
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    sluice.close();
  }

  private String token(String user, String role) {
    TokenIssuer.Request request = new TokenIssuer.Request(user, role, null, null);
    return sluice.developer().issue(request, Duration.ofMinutes(5), System.currentTimeMillis());
  }

  private HaipPerson person(String user, String session) {
    return new HaipPerson(http, at(user), session);
  }

  private HaipPerson ada() {
    HaipPerson ada = person("ada", HaipPerson.id()).official(1_000, 1 << 20);
    ada.next("HAI");
    return ada;
  }

  private URI at(String user) {
    return URI.create(
        "ws://127.0.0.1:" + sluice.port() + "/haip/websocket?token=" + token(user, null));
  }

  private HttpRequest.Builder request(String path, String user, String role) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
        .header("Authorization", "Bearer " + token(user, role));
  }

  private HttpResponse<String> get(String path, String user, String role) throws Exception {
    return http.send(request(path, user, role).build(), BodyHandlers.ofString());
  }

  private JsonNode read(String path) throws Exception {
    return JSON.readTree(get(path, "ada", null).body());
  }

  private HttpResponse<String> post(String session, String user, String body) throws Exception {
    return http.send(
        request("/haip/message?session=" + session, user, null)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  // The server's pages

  @Test
  void healthSaysHowManyThereAreAndWere() throws Exception {
    JsonNode before = read("/health");
    assertThat(before.get("status").asString()).isEqualTo("ok");
    assertThat(before.get("activeConnections").asInt()).isZero();
    assertThat(before.get("totalConnections").asInt()).isZero();
    HaipPerson first = ada();
    HaipPerson second = ada();
    JsonNode among = read("/health");
    assertThat(among.get("activeConnections").asInt()).isEqualTo(2);
    first.cut();
    await().until(() -> read("/health").get("activeConnections").asInt() == 1);
    JsonNode after = read("/health");
    assertThat(after.get("totalConnections").asInt()).isEqualTo(2);
    assertThat(after.get("uptime").asDouble()).isGreaterThan(before.get("uptime").asDouble());
    second.cut();
  }

  @Test
  void statsCountMessagesTheirTimeAndWhatWasWrongWithThem() throws Exception {
    HaipPerson ada = ada();
    for (int i = 0; i < 8; i++) {
      ada.message("USER", "m" + i);
      ada.text();
    }
    ada.say("USER", "NO_SUCH_TYPE", "{}");
    ada.next("ERROR");
    await().until(() -> read("/stats").get("averageLatency").asDouble() > 0);
    JsonNode stats = read("/stats");
    assertThat(stats.get("activeConnections").asInt()).isEqualTo(1);
    assertThat(stats.get("totalConnections").asInt()).isEqualTo(1);
    assertThat(stats.get("totalMessages").asInt()).isEqualTo(10);
    assertThat(stats.get("messagesPerSecond").asDouble()).isPositive();
    assertThat(stats.get("averageLatency").asDouble()).isLessThan(10_000);
    assertThat(stats.get("errorRate").asDouble()).isEqualTo(0.1);
    assertThat(stats.get("uptime").asDouble()).isPositive();
    assertThat(stats.get("haip").get("sessions").asInt()).isEqualTo(1);
    assertThat(stats.get("haip").get("received").asInt()).isEqualTo(10);
    assertThat(stats.get("haip").get("errors").get("UNSUPPORTED_TYPE").asInt()).isEqualTo(1);
  }

  @Test
  void metricsHaveWhatPeopleDo() throws Exception {
    HaipPerson ada = ada();
    ada.message("USER", "hello");
    ada.text();
    long last = ada.lastSeq();
    ada.cut();
    await().until(() -> metric("sluice_haip_sessions_kept") == 1);
    assertThat(metric("sluice_haip_sessions")).isZero();
    HaipPerson again = new HaipPerson(http, at("ada"), ada.session, ada.said());
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + (last - 1) + "\"");
    again.text();
    assertThat(metric("sluice_haip_sessions")).isEqualTo(1);
    assertThat(metric("sluice_haip_resumes_total")).isEqualTo(1);
    assertThat(metric("sluice_haip_replays_total")).isEqualTo(1);
    assertThat(metric("sluice_haip_messages_total")).isEqualTo(3);
    assertThat(metric("sluice_haip_pressure_total")).isZero();
    assertThat(metric("sluice_haip_handling_seconds_count")).isEqualTo(1);
    assertThat(metric("sluice_haip_errors_total{code=\"FLOW_CONTROL_VIOLATION\"}")).isZero();
  }

  @Test
  void debtIsCounted() throws Exception {
    HaipPerson ada = person("ada", HaipPerson.id()).seed();
    ada.next("HAI");
    ada.message("USER", "x".repeat(1_500));
    await().until(() -> metric("sluice_haip_debts_total") == 1);
    assertThat(metric("sluice_haip_debt_units_total")).isGreaterThan(1_500);
    HaipPerson bob = person("bob", HaipPerson.id()).seed();
    bob.next("HAI");
    bob.message("USER", "x".repeat(100_000));
    await().until(() -> metric("sluice_haip_errors_total{code=\"FLOW_CONTROL_VIOLATION\"}") == 1);
  }

  private double metric(String name) throws Exception {
    return get("/metrics", "ada", null)
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  // Sessions

  @Test
  void aPersonSeesHowItsSessionStandsAndAnAdministratorEverybodys() throws Exception {
    HaipPerson ada = ada();
    HaipPerson bob = person("bob", HaipPerson.id()).official(1_000, 1 << 20);
    bob.next("HAI");
    ada.message("USER", "hello");
    ada.text();
    await().until(() -> channel(session(ada.session), "USER").get("unhandled").asInt() == 0);
    JsonNode own = session(ada.session);
    assertThat(own.get("user").asString()).isEqualTo("ada");
    assertThat(own.get("connected").asBoolean()).isTrue();
    assertThat(channel(own, "USER").get("received").asInt()).isEqualTo(1);
    assertThat(channel(own, "USER").get("latencyMicros").asInt()).isPositive();
    assertThat(channel(own, "AGENT").get("sent").asInt()).isEqualTo(1);
    assertThat(channel(own, "AGENT").get("credit").get("messages").asInt()).isEqualTo(999);
    assertThat(get(path(bob.session), "ada", null).statusCode()).isEqualTo(404);
    assertThat(get(path(bob.session), "root", "admin").statusCode()).isEqualTo(200);
    JsonNode page = read("/api/v1/haip/sessions");
    assertThat(page.get("sessions").size()).isEqualTo(1);
    JsonNode all = JSON.readTree(get("/api/v1/haip/sessions?limit=1", "root", "admin").body());
    assertThat(all.get("sessions").size()).isEqualTo(1);
    String next = all.get("next").asString();
    JsonNode rest =
        JSON.readTree(get("/api/v1/haip/sessions?after=" + next, "root", "admin").body());
    assertThat(rest.get("sessions").size()).isEqualTo(1);
    assertThat(rest.has("next")).isFalse();
  }

  private static String path(String session) {
    return "/api/v1/haip/sessions/" + session;
  }

  private JsonNode session(String session) throws Exception {
    return read(path(session));
  }

  private static JsonNode channel(JsonNode standing, String name) {
    return standing
        .get("channels")
        .valueStream()
        .filter(one -> one.get("channel").asString().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(standing));
  }

  @Test
  void aPageIsAsLargeAsTheServerWants() throws Exception {
    sluice.close();
    start(Map.of("haip.http.page", "1"));
    ada();
    ada();
    assertThat(read("/api/v1/haip/sessions").get("sessions").size()).isEqualTo(1);
    assertThat(get("/api/v1/haip/sessions?limit=2", "ada", null).statusCode()).isEqualTo(400);
  }

  // Requests of people's own

  private static String hai() {
    return "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
        + HaipPerson.ALL
        + "],\"capabilities\":{\"flow_control\":{\"initial_credit_messages\":99,\"initial_credit_bytes\":99999}}}";
  }

  private BufferedReader listen(String session, String user) throws Exception {
    HttpResponse<InputStream> events =
        http.send(
            request("/haip/sse?session=" + session, user, null).build(),
            BodyHandlers.ofInputStream());
    assertThat(events.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(events.body(), UTF_8));
  }

  @Test
  void whoListensFirstIsNotInTheOwnersWay() throws Exception {
    String session = HaipPerson.id();
    BufferedReader eve = listen(session, "eve");
    BufferedReader ada = listen(session, "ada");
    assertThat(
            post(session, "ada", HaipPerson.envelope(session, 1, "SYSTEM", "HAI", hai()))
                .statusCode())
        .isEqualTo(200);
    String line = ada.readLine();
    while (!line.contains("\"HAI\"")) {
      line = ada.readLine();
    }
    assertThat(line).contains(session);
    eve.close();
    ada.close();
  }

  @Test
  void whatIsWrongWithAMessageIsTheStatusOfItsRequest() throws Exception {
    String session = HaipPerson.id();
    BufferedReader told = listen(session, "ada");
    assertThat(post(session, "ada", HaipPerson.envelope(session, 1, "SYSTEM", "HAI", hai())).body())
        .isEqualTo("{\"status\":\"ok\"}");
    assertRefused(post(session, "ada", "{}"), 400, "PROTOCOL_VIOLATION");
    assertRefused(
        post(session, "ada", HaipPerson.envelope(session, 2, "USER", "NO_SUCH", "{}")),
        400,
        "UNSUPPORTED_TYPE");
    String large =
        "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(session, "x".repeat(200_000));
    String two =
        HaipPerson.envelope(session, 3, "USER", "MESSAGE_START", large)
            + "\n"
            + HaipPerson.envelope(session, 4, "USER", "MESSAGE_START", large);
    assertRefused(post(session, "ada", two), 429, "FLOW_CONTROL_VIOLATION");
    told.close();
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).get("error").get("code").asString()).isEqualTo(code);
  }

  // Credentials inside messages

  @Test
  void aBadTokenInATransactionIsAnErrorAndManyEndTheLine() {
    HaipPerson ada = ada();
    for (int i = 0; i < 3; i++) {
      ada.say(
          "AGENT", "TRANSACTION_START", "{\"toolName\":\"echo\",\"auth\":{\"token\":\"forged\"}}");
      assertThat(ada.next("ERROR").get("payload").get("code").asString())
          .isEqualTo("AUTHENTICATION_FAILED");
    }
    ada.roundTrip();
    ada.say("AGENT", "TRANSACTION_START", "{\"toolName\":\"echo\",\"auth\":\"forged\"}");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  // Fights

  @Test
  void twoLinesThatTakeASessionFromEachOtherCostWhatTheirConnectionsCost() throws Exception {
    HaipPerson had = ada();
    int rounds = 25;
    for (int i = 0; i < rounds; i++) {
      HaipPerson next = new HaipPerson(http, at("ada"), had.session, had.said());
      next.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + had.lastSeq() + "\"");
      next.next("HAI");
      assertThat(had.closeCode()).isEqualTo(1008);
      had = next;
    }
    had.message("USER", "still here");
    assertThat(had.text()).isEqualTo("still here");
    await().until(() -> metric("sluice_closed_total{reason=\"taken_over\"}") == rounds);
    assertThat(metric("sluice_upgrades_total")).isEqualTo(rounds + 1);
    assertThat(metric("sluice_haip_sessions")).isEqualTo(1);
    assertThat(metric("sluice_haip_sessions_kept")).isZero();
  }
}
