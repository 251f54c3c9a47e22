package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Publishes every line of {@code docs/channels.md}, and listens through the filter beside it. */
class ChannelsPageTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```json (\\w+) ([^\n]+)\n(.*?)^```$");

  private record Block(String kind, String rest, List<String> lines) {}

  private static List<Block> blocks() throws Exception {
    String page =
        Files.readString(Path.of(System.getProperty("sluice.root"), "docs", "channels.md"));
    return BLOCK
        .matcher(page)
        .results()
        .map(found -> new Block(found.group(1), found.group(2), found.group(3).lines().toList()))
        .toList();
  }

  @Test
  void everyLineReachesWhoFiltersForIt() throws Exception {
    List<Block> publishes =
        blocks().stream().filter(block -> block.kind().equals("publish")).toList();
    assertThat(publishes).hasSizeGreaterThan(8);
    try (TestServer server = TestServer.start(Map.of());
        RawClient agent = RawClient.connect(server, "a7")) {
      for (Block block : publishes) {
        String channel = block.rest().split(" ", 2)[0];
        String filters = block.rest().split(" ", 2)[1];
        try (RawClient reader = RawClient.connect(server, "reader")) {
          reader.send(
              "{\"action\":\"subscribe\",\"channel\":\"%s\",\"filters\":%s}"
                  .formatted(channel, filters));
          assertThat(reader.await("\"type\":\"")).contains("\"subscribed\"", filters);
          // What the filter is not for must not come in between.
          publish(agent, channel, "{\"other\":true}");
          for (String line : block.lines()) {
            publish(agent, channel, line);
            assertThat(reader.text())
                .startsWith(
                    "{\"type\":\"message\",\"channel\":\"%s\",\"from\":\"a7\",\"data\":%s,"
                        .formatted(channel, line));
          }
        }
      }
    }
  }

  private static void publish(RawClient agent, String channel, String line) throws Exception {
    agent.send(
        "{\"action\":\"publish\",\"channel\":\"%s\",\"payload\":%s}".formatted(channel, line));
  }

  @Test
  void theServersOwnLinesComeAsThePageShowsThem() throws Exception {
    Block shown =
        blocks().stream().filter(block -> block.kind().equals("server")).findFirst().orElseThrow();
    Map<String, String> settings = Map.of("telemetry.enabled", "true", "telemetry.every", "1s");
    try (TestServer server = TestServer.start(settings);
        RawClient reader = RawClient.connect(server, "reader");
        RawClient filtered = RawClient.connect(server, "filtered")) {
      filtered.send(
          "{\"action\":\"subscribe\",\"channel\":\"telemetry\",\"filters\":{\"agent_id\":\"sluice\"}}");
      filtered.await("\"subscribed\"");
      reader.subscribe("telemetry");
      for (String line : shown.lines()) {
        String names = line.replaceAll(":[0-9.]+", ":N");
        String broadcast = reader.text();
        assertThat(broadcast).startsWith("{\"type\":\"broadcast\",\"channel\":\"telemetry\",");
        assertThat(broadcast.replaceAll("\"(value|cpu_usage)\":\\d+\\.\\d", "\"$1\":N"))
            .contains("\"data\":" + names + ",");
      }
      assertThat(filtered.text()).contains("\"data\":{\"agent_id\":\"sluice\",");
    }
  }

  @Test
  void itIsSwitchedOffByASetting() throws Exception {
    try (TestServer server = TestServer.start(Map.of("telemetry.enabled", "false"));
        RawClient reader = RawClient.connect(server, "reader")) {
      reader.subscribe("telemetry");
      publish(reader, "telemetry", "1");
      assertThat(reader.text()).contains("\"data\":1");
      assertThat(
              Thread.getAllStackTraces().keySet().stream()
                  .filter(thread -> thread.getName().equals("sluice-telemetry")))
          .isEmpty();
    }
  }
}
