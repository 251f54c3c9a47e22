package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.Sluice;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server started with the shipped table of roles, and what each role may do there. */
class RolesTest {
  private static final List<String> CHANNELS =
      List.of("telemetry", "telemetry.east.a7", "tasks", "tasks.b", "events", "coordination");

  private static Sluice server;

  @BeforeAll
  static void start() throws Exception {
    Path file = Path.of(System.getProperty("sluice.root"), "examples", "nexus-roles.yaml");
    server =
        Sluice.start(
            Settings.load(Map.of("port", "0", "telemetry.enabled", "false"), file, Map.of()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String token(String role) {
    TokenIssuer issuer = Objects.requireNonNull(server.developer());
    TokenIssuer.Request request =
        new TokenIssuer.Request("somebody", role.equals("-") ? null : role, null, null);
    return issuer.issue(request, Duration.ofHours(1), System.currentTimeMillis());
  }

  /** One letter for each of the channels: what may be done there. */
  @ParameterizedTest
  @CsvSource({
    // role, publish, subscribe, broadcast
    "seedbringer, ++++++, ++++++, ++++++",
    "council,     ------, ++++++, ------",
    "agent,       ++----, --++--, ------",
    "observer,    ------, ++--+-, ------",
    "admin,       ++++++, ++++++, ++++++",
    "stranger,    ------, ------, ------",
    "-,           ------, ------, ------",
  })
  void eachRoleMayDoWhatTheTableSays(
      String role, String publish, String subscribe, String broadcast) throws Exception {
    StringBuilder published = new StringBuilder();
    StringBuilder subscribed = new StringBuilder();
    StringBuilder posted = new StringBuilder();
    StringBuilder broadcasted = new StringBuilder();
    try (RawClient client = RawClient.connect(server.port(), token(role), 0)) {
      for (String channel : CHANNELS) {
        published.append(
            mark(client, "{\"action\":\"publish\",\"payload\":1,\"ack\":true,", channel));
        subscribed.append(mark(client, "{\"action\":\"subscribe\",", channel));
        client.send("{\"action\":\"unsubscribe\",\"channel\":\"" + channel + "\"}");
        client.await("\"unsubscribed\"");
        posted.append(mark(post(role, "publish", channel)));
        broadcasted.append(mark(post(role, "broadcast", channel)));
      }
    }
    assertThat(published.toString()).as("publish").isEqualTo(publish);
    assertThat(posted.toString()).as("publish over HTTP").isEqualTo(publish);
    assertThat(subscribed.toString()).as("subscribe").isEqualTo(subscribe);
    assertThat(broadcasted.toString()).as("broadcast").isEqualTo(broadcast);
  }

  private static String mark(RawClient client, String action, String channel) throws Exception {
    client.send(action + "\"channel\":\"" + channel + "\"}");
    String answer = client.text();
    if (answer.contains("\"code\":\"forbidden\"")) {
      return "-";
    }
    assertThat(answer).containsPattern("\"type\":\"(published|subscribed)\"");
    return "+";
  }

  private static int post(String role, String call, String channel) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/" + call))
            .header("Authorization", "Bearer " + token(role))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"channel\":\"" + channel + "\",\"payload\":1}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  private static String mark(int status) {
    assertThat(status).isIn(200, 403);
    return status == 200 ? "+" : "-";
  }

  @ParameterizedTest
  @CsvSource({"seedbringer, 200", "council, 403", "agent, 403", "observer, 403", "admin, 200"})
  void connectionsOfOthersAreEndedByRightOnly(String role, int status) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/api/v1/disconnect"))
            .header("Authorization", "Bearer " + token(role))
            .POST(HttpRequest.BodyPublishers.ofString("{\"userId\":\"nobody\"}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(status);
    }
  }
}
