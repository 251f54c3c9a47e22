package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the list {@code channels}. */
final class ChannelRules {
  private static final int MAX = 1_000;

  private ChannelRules() {}

  static ChannelLogs read(KeyReader keys, Limits.Log fallback) throws SettingsException {
    Given given =
        keys.tree(
            "channels",
            "a list of `{pattern: …, log: {messages: …, bytes: …, age: …}}`",
            "logs that keep more or less than `limits.log`; the first pattern that covers a"
                + " channel counts");
    List<ChannelLogs.Rule> rules = new ArrayList<>();
    if (given instanceof Given.Node(String origin, JsonNode list)) {
      if (!list.isArray() || list.size() > MAX) {
        throw new SettingsException(origin + ": not a list of at most " + MAX + " rules");
      }
      for (int i = 0; i < list.size(); i++) {
        rules.add(rule(origin + "[" + i + "]", list.get(i), fallback));
      }
    }
    return new ChannelLogs(rules, fallback);
  }

  private static ChannelLogs.Rule rule(String origin, JsonNode node, Limits.Log fallback)
      throws SettingsException {
    if (!(node instanceof ObjectNode object)) {
      throw new SettingsException(origin + ": not a rule {pattern: …, log: {…}}");
    }
    KeyReader keys =
        new KeyReader(Map.of(), new Environment(Map.of()), SettingsFile.of(origin, object));
    String pattern = keys.text("pattern", "a pattern", "none", "");
    Limits.Log log = LogBounds.read(keys, "log.", fallback);
    keys.refuseUnknown();
    if (pattern == null || !ChannelPattern.isValid(pattern)) {
      throw new SettingsException(
          origin + ": pattern is not a channel pattern such as news, news.* or news.>");
    }
    return new ChannelLogs.Rule(new ChannelPattern(pattern), log);
  }
}
