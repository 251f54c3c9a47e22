package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client, in Node, against a real server; the scenarios are in the script. */
class JavaScriptClientTest {
  private static final Path CLIENT =
      Path.of(System.getProperty("sluice.root"), "client-js/client.js");
  private static final int PATIENCE_SECONDS = 30;

  private static String url(TestServer server) {
    return "ws://127.0.0.1:" + server.port() + "/ws";
  }

  private static Terminal run(String scenario, TestServer server, String... tokens)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("javascript-client.mjs", scenario, url(server)));
    command.addAll(List.of(tokens));
    return Terminal.node(command.toArray(String[]::new));
  }

  private static void assertWell(String scenario, Terminal script) throws Exception {
    script.await(scenario + ": well");
    assertThat(script.exitCode(PATIENCE_SECONDS)).as(() -> script.seen().toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "basics",
        "credit",
        "filters",
        "cuts",
        "blackHole",
        "refused",
        "history",
        "presence",
        "readme",
        "blocked",
        "stream:basics",
        "stream:credit",
        "stream:filters",
        "stream:history",
        "stream:presence"
      })
  void theClientServesAPersonWell(String scenario) throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal script = run(scenario, server, server.token("ada"), server.token("bob"))) {
      assertWell(scenario, script);
    }
  }

  @Test
  void aTokenThatEndsIsFollowedByAFreshOne() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal script = run("expiry", server)) {
      script.await("a token, please");
      script.type(server.token("ada", Duration.ofSeconds(4)));
      script.await("a token, please");
      script.type(server.token("ada"));
      assertWell("expiry", script);
    }
  }

  @Test
  void aTokenIsReplacedBeforeItEnds() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal script = run("refresh", server)) {
      script.await("a token, please");
      script.type(server.token("ada", Duration.ofSeconds(5)));
      script.await("a token, please");
      script.type(server.token("ada"));
      assertWell("refresh", script);
    }
  }

  @Test
  void aServerThatForgotEverythingIsComeBackTo() throws Exception {
    TestServer first = TestServer.start(Map.of());
    try (Terminal script = run("restart", first, first.token("ada"))) {
      script.await("ready");
      int port = first.port();
      first.close();
      try (TestServer second = TestServer.start(Map.of("port", String.valueOf(port)))) {
        script.type(second.token("ada"));
        assertWell("restart", script);
      }
    } finally {
      first.close();
    }
  }

  @Test
  void whatIsServedIsWhatIsTested() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        HttpClient http = HttpClient.newHttpClient()) {
      URI page = URI.create("http://127.0.0.1:" + server.port() + "/client.js");
      HttpResponse<byte[]> answer =
          http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofByteArray());
      assertThat(answer.body()).isEqualTo(Files.readAllBytes(CLIENT));
      assertThat(answer.headers().firstValue("content-type"))
          .hasValue("text/javascript; charset=utf-8");
      assertThat(answer.headers().firstValue("content-security-policy"))
          .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'"));
    }
  }
}
