package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs every command of {@code docs/rest.md}, and compares its answer with the page's. */
class RestPageTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");

  /** What is another at every run. */
  private static final Set<String> MASKED =
      Set.of("epoch", "timestamp", "version", "uptimeSeconds", "connections", "channels");

  private record Block(String kind, String text) {}

  private static List<Block> blocks() throws Exception {
    String page = Files.readString(Path.of(System.getProperty("sluice.root"), "docs", "rest.md"));
    return BLOCK
        .matcher(page)
        .results()
        .map(found -> new Block(found.group(1), found.group(2)))
        .toList();
  }

  @Test
  void everyCommandIsAnsweredAsThePageSays() throws Exception {
    List<Block> blocks = blocks();
    String yaml = blocks.getFirst().text();
    Matcher secret = Pattern.compile("secret: (\\w+)").matcher(yaml);
    assertThat(secret.find()).isTrue();
    int commands = 0;
    try (TestServer server = TestServer.start(Map.of(), yaml);
        RawClient ada = RawClient.open(server.port(), "/ws?token=" + server.token("ada"))) {
      String connection = field(ada.text(), "connectionId");
      ada.subscribe("news");
      String epoch = "";
      for (int i = 1; i < blocks.size(); i += 2) {
        assertThat(blocks.get(i).kind()).isEqualTo("sh");
        assertThat(blocks.get(i + 1).kind()).isEqualTo("json");
        Map<String, String> variables =
            Map.of(
                "TOKEN",
                server.token("ada"),
                "API_KEY",
                secret.group(1),
                "CONNECTION_ID",
                connection,
                "EPOCH",
                epoch);
        List<JsonNode> answers = run(blocks.get(i).text(), server.port(), variables);
        if (epoch.isEmpty()) {
          epoch = answers.getFirst().path("epoch").asString();
        }
        assertThat(answers.stream().map(answer -> mask(answer).toString()).toList())
            .as(blocks.get(i).text())
            .isEqualTo(parse(blocks.get(i + 1).text()).stream().map(RestPageTest::plain).toList());
        commands += answers.size();
      }
      assertThat(ada.awaitClose()).isEqualTo(4403);
    }
    assertThat(commands).isGreaterThan(10);
  }

  private static String field(String json, String name) {
    return JSON.readTree(json).path(name).asString();
  }

  /** Runs a block as a person would paste it. */
  private static List<JsonNode> run(String commands, int port, Map<String, String> variables)
      throws Exception {
    String here = commands.replace("http://127.0.0.1:8080/", "http://127.0.0.1:" + port + "/");
    // Between two answers of one block stands nothing, because curl writes none.
    ProcessBuilder shell = new ProcessBuilder("bash", "-euc", here);
    shell.environment().putAll(variables);
    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return parse(output.replace("}{", "}\n{"));
  }

  private static List<JsonNode> parse(String lines) {
    return lines.lines().map(line -> JSON.readTree(line)).toList();
  }

  private static String plain(JsonNode node) {
    return mask(node).toString();
  }

  private static JsonNode mask(JsonNode node) {
    if (node instanceof ArrayNode array) {
      array.forEach(RestPageTest::mask);
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
        boolean madeUp =
            member.getKey().equals("request_id")
                && member.getValue().asString().matches("[0-9a-f]{16}");
        if (madeUp || (MASKED.contains(member.getKey()) && member.getValue().isValueNode())) {
          object.put(member.getKey(), "…");
        } else {
          mask(member.getValue());
        }
      }
    }
    return node;
  }

  @Test
  void thePageNamesEveryCall() throws Exception {
    List<String> called = new ArrayList<>();
    for (Block block : blocks()) {
      Pattern.compile("/api/v1/(\\w+)")
          .matcher(block.text())
          .results()
          .map(MatchResult::group)
          .forEach(called::add);
    }
    assertThat(called)
        .contains(
            "/api/v1/publish",
            "/api/v1/broadcast",
            "/api/v1/disconnect",
            "/api/v1/history",
            "/api/v1/presence",
            "/api/v1/graphs",
            "/api/v1/info");
  }
}
