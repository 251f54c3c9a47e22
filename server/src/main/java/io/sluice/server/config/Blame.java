package io.sluice.server.config;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Owner: whoever made it. A settings file out of which is taken what a message is about. A message
 * begins with where it was written: {@code file: key.key[2]: key: what is wrong}.
 */
final class Blame {
  private static final String API_KEYS = "api-keys.";

  /** A key without its secret would be a second mistake; no two have the same. */
  private static final String STAND_IN = "stands-in-for-a-secret-that-was-no-good-";

  private final String name;
  private final ObjectNode tree;
  private int standIns;

  Blame(String name, ObjectNode tree) {
    this.name = name;
    this.tree = tree;
  }

  /** What is left of the file. */
  SettingsFile read() {
    return SettingsFile.of(name, tree);
  }

  /** Whether the message is about this, and not about something whose name is longer. */
  static boolean begins(String message, String origin) {
    return message.startsWith(origin)
        && message.length() > origin.length()
        && " :.[".indexOf(message.charAt(origin.length())) >= 0;
  }

  /**
   * Takes away the smallest part the message names.
   *
   * @return its key, as far as the last list; null if the message is not about the file
   */
  @Nullable String takeAway(String message) {
    if (!begins(message, name)) {
      return null;
    }
    return descend(tree, "", message.substring(name.length() + 1).stripLeading());
  }

  private @Nullable String descend(ObjectNode node, String path, String rest) {
    String key = longest(node, rest);
    if (key == null) {
      return null;
    }
    String below = rest.substring(key.length());
    JsonNode value = node.get(key);
    String deeper = deeper(value, path + key, below);
    if (deeper != null) {
      if (value instanceof ObjectNode object && object.isEmpty()) {
        // That nothing is left of it is our doing.
        node.remove(key);
      }
      return deeper;
    }
    if (path.startsWith(API_KEYS) && key.equals("secret")) {
      node.put(key, STAND_IN + ++standIns);
    } else {
      node.remove(key);
    }
    return path + key;
  }

  private @Nullable String deeper(JsonNode value, String path, String rest) {
    if (value instanceof ObjectNode object) {
      return descend(object, path + ".", rest.replaceFirst("^(\\.|: )", ""));
    }
    boolean numbered = rest.matches("(?s)\\[\\d{1,6}].*");
    return value instanceof ArrayNode list && numbered ? entry(list, path, rest) : null;
  }

  private @Nullable String entry(ArrayNode list, String path, String rest) {
    int end = rest.indexOf(']');
    int index = Integer.parseInt(rest.substring(1, end));
    String below = rest.substring(end + 1).replaceFirst("^(\\.|: )", "");
    if (list.get(index) instanceof ObjectNode object) {
      String deeper = descend(object, path, below);
      if (deeper != null) {
        return deeper;
      }
    }
    ObjectNode good = goodEntry();
    if (good.equals(list.get(index))) {
      return null;
    }
    // Something has to stay there, so that the numbers of the others stay what they are.
    list.set(index, good);
    return path;
  }

  /** One for the only list whose entries have settings of their own. */
  private static ObjectNode goodEntry() {
    return JsonNodeFactory.instance.objectNode().put("pattern", "stand-in");
  }

  private static @Nullable String longest(ObjectNode node, String rest) {
    String longest = null;
    for (String key : node.propertyNames()) {
      if (begins(rest, key) && (longest == null || key.length() > longest.length())) {
        longest = key;
      }
    }
    return longest;
  }
}
