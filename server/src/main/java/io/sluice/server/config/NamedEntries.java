package io.sluice.server.config;

import io.sluice.server.auth.TokenIssuer;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a setting that is a map of names that the operator chooses, each with keys of its own. */
final class NamedEntries {
  private static final int MAX = 1_000;

  private NamedEntries() {}

  /** What to do with one entry. */
  @FunctionalInterface
  interface Entry {
    /**
     * Asks for the entry's keys.
     *
     * @param origin where it stands, for messages
     */
    void read(String name, String origin, KeyReader keys) throws SettingsException;
  }

  static void read(Given given, Entry entry) throws SettingsException {
    String origin = given.origin();
    if (!(given instanceof Given.Node(String _, JsonNode node))
        || !(node instanceof ObjectNode object)
        || object.isEmpty()
        || object.size() > MAX) {
      throw new SettingsException(
          origin + ": not a map of 1 to " + MAX + " names, each with settings of its own");
    }
    for (Map.Entry<String, JsonNode> one : object.properties()) {
      String name = one.getKey();
      if (!TokenIssuer.isName(name)) {
        throw new SettingsException(
            origin + ": a name has 1 to 256 characters, none of them a control character");
      }
      String place = origin + "." + name;
      if (!(one.getValue() instanceof ObjectNode settings)) {
        throw new SettingsException(place + ": needs settings of its own, one `key: value` a line");
      }
      KeyReader keys =
          new KeyReader(Map.of(), new Environment(Map.of()), SettingsFile.of(place, settings));
      entry.read(name, place, keys);
      keys.refuseUnknown();
    }
  }
}
