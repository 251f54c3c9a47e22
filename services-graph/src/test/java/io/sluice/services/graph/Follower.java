package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The structure as who follows the changes knows it. Owned by its test. */
final class Follower {
  private static final JsonMapper JSON = new JsonMapper();

  final Set<Integer> nodes = new TreeSet<>();
  final Map<Integer, String> names = new TreeMap<>();
  final Map<String, Float> edges = new TreeMap<>();
  Integer source;

  void take(JsonNode change) {
    for (JsonNode id : change.path("removed")) {
      forget(id.intValue());
    }
    for (JsonNode id : change.path("added")) {
      nodes.add(id.intValue());
      names.remove(id.intValue());
    }
    for (JsonNode edge : change.path("edges").path("removed")) {
      edges.remove(key(edge));
    }
    for (JsonNode edge : change.path("edges").path("added")) {
      edges.put(key(edge), (float) edge.get(2).doubleValue());
    }
    change
        .path("names")
        .properties()
        .forEach(name -> names.put(Integer.valueOf(name.getKey()), name.getValue().stringValue()));
    if (change.has("source")) {
      source = change.get("source").isNull() ? null : change.get("source").intValue();
    }
  }

  private static String key(JsonNode edge) {
    return edge.get(0).intValue() + ">" + edge.get(1).intValue();
  }

  private void forget(int id) {
    nodes.remove(id);
    names.remove(id);
    edges.keySet().removeIf(key -> key.startsWith(id + ">") || key.endsWith(">" + id));
  }

  void compare(Follower whole) {
    assertThat(nodes).isEqualTo(whole.nodes);
    assertThat(names).isEqualTo(whole.names);
    assertThat(edges).isEqualTo(whole.edges);
    assertThat(source).isEqualTo(whole.source);
  }

  static JsonNode read(byte[] change) {
    return JSON.readTree(change);
  }

  /** Who has taken a structure, whole. */
  static Follower of(Structure structure) {
    Follower follower = new Follower();
    structure.pieces().forEach(piece -> follower.take(JSON.readTree(piece)));
    return follower;
  }
}
