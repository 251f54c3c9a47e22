package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.model.NodeBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph as it was at one moment, whole. Immutable, for any thread.
 *
 * @param name of the graph
 * @param rate how often it ticks at most, in a second
 * @param revision the last change that is in it: who goes on with the changes passes over those up
 *     to this one
 * @param source where shortest paths begin; {@link GraphCommand#NO_SOURCE} for nowhere
 * @param nodes all nodes, with what is known of paths
 * @param names of those that have one
 * @param edges all edges
 */
public record GraphView(
    GraphName name,
    int rate,
    long revision,
    int source,
    NodeBatch nodes,
    List<NodeName> names,
    EdgeBatch edges) {
  /** Takes it all. */
  public GraphView {
    nodes.seal();
    names = List.copyOf(names);
    edges.seal();
  }

  static GraphView of(
      GraphName name, int rate, long revision, int source, Nodes nodes, Edges edges) {
    NodeBatch batch = new NodeBatch(nodes.count(), nodes.count());
    List<NodeName> names = new ArrayList<>();
    for (int slot = 0; slot < nodes.high(); slot++) {
      if (nodes.isAlive(slot)) {
        batch.add(nodes.columns(), slot);
        String called = nodes.name(slot);
        if (called != null) {
          names.add(new NodeName(nodes.columns().id(slot), called));
        }
      }
    }
    return new GraphView(name, rate, revision, source, batch, names, edges.copy());
  }

  /**
   * The same in JSON: its words are those of the changes.
   *
   * @param most it has at most so many bytes
   * @return null if it would have more
   */
  public byte @Nullable [] toJson(int most) {
    StringBuilder text = new StringBuilder(1 << 10);
    text.append("{\"graph\":");
    JsonText.quote(name.value(), text);
    text.append(",\"rate\":").append(rate).append(",\"revision\":").append(revision);
    JsonText.source(source, text.append(",\"source\":"));
    text.append(",\"nodes\":[");
    for (int i = 0; i < nodes.size() && text.length() <= most; i++) {
      nodes.print(i, comma(i, text));
    }
    text.append("],\"names\":{");
    for (int i = 0; i < names.size() && text.length() <= most; i++) {
      JsonText.name(names.get(i), comma(i, text));
    }
    text.append("},\"edges\":[");
    for (int i = 0; i < edges.size() && text.length() <= most; i++) {
      JsonText.edge(edges.from(i), edges.to(i), edges.weight(i), comma(i, text));
    }
    text.append("]}");
    return text.length() > most ? null : text.toString().getBytes(US_ASCII);
  }

  private static StringBuilder comma(int index, StringBuilder text) {
    return index == 0 ? text : text.append(',');
  }
}
