package io.sluice.services.graph;

import io.sluice.model.NodeBatch;
import java.util.Arrays;
import org.jgrapht.traverse.ClosestFirstIterator;

/**
 * One search for the shortest paths from the source, in a graph as it was at one moment. Owned by
 * the thread that runs it, which may take as long as it likes; what it searched is never written
 * again.
 */
final class PathSearch {
  private final int source;
  private final int[] births;
  private final int[] ids;
  private final PathGraph graph;

  private PathSearch(int source, int[] births, int[] ids, PathGraph graph) {
    this.source = source;
    this.births = births;
    this.ids = ids;
    this.graph = graph;
  }

  /**
   * What was found, by slot.
   *
   * @see Paths#applyTo
   */
  static final class Paths {
    private final int[] births;
    private final float[] distance;
    private final int[] parent;

    private Paths(int[] births) {
      this.births = births;
      this.distance = new float[births.length];
      this.parent = new int[births.length];
      Arrays.fill(distance, Float.POSITIVE_INFINITY);
      Arrays.fill(parent, NodeBatch.NO_PARENT);
    }

    /** Tells those nodes that are still the ones that were there then. */
    void applyTo(Nodes nodes) {
      int known = Math.min(births.length, nodes.high());
      for (int slot = 0; slot < known; slot++) {
        if (births[slot] != Nodes.UNBORN && nodes.birth(slot) == births[slot]) {
          nodes.setPath(slot, distance[slot], parent[slot]);
        }
      }
    }
  }

  /**
   * A search in the graph as it is now.
   *
   * @param source a node, or {@link GraphCommand#NO_SOURCE}
   */
  static PathSearch of(Nodes nodes, Edges edges, int source) {
    int high = nodes.high();
    int[] births = new int[high];
    int[] ids = new int[high];
    for (int slot = 0; slot < high; slot++) {
      births[slot] = nodes.birth(slot);
      ids[slot] = nodes.columns().id(slot);
    }
    int start = source == GraphCommand.NO_SOURCE ? Nodes.ABSENT : nodes.find(source);
    return new PathSearch(start, births, ids, graphOf(nodes, edges));
  }

  /** Edges sorted by where they begin, in two passes. */
  private static PathGraph graphOf(Nodes nodes, Edges edges) {
    int[] first = new int[nodes.high() + 1];
    for (int i = 0; i < edges.size(); i++) {
      first[nodes.find(edges.from(i)) + 1]++;
    }
    for (int slot = 0; slot < nodes.high(); slot++) {
      first[slot + 1] += first[slot];
    }
    int[] next = first.clone();
    int[] from = new int[edges.size()];
    int[] to = new int[edges.size()];
    float[] weight = new float[edges.size()];
    for (int i = 0; i < edges.size(); i++) {
      int start = nodes.find(edges.from(i));
      int at = next[start]++;
      from[at] = start;
      to[at] = nodes.find(edges.to(i));
      weight[at] = edges.weight(i);
    }
    return new PathGraph(first, from, to, weight);
  }

  /** Searches. */
  Paths run() {
    Paths found = new Paths(births);
    if (source != Nodes.ABSENT) {
      ClosestFirstIterator<Integer, Integer> closest = new ClosestFirstIterator<>(graph, source);
      while (closest.hasNext()) {
        int slot = closest.next();
        Integer edge = closest.getSpanningTreeEdge(slot);
        found.distance[slot] = finite(closest.getShortestPathLength(slot));
        found.parent[slot] = edge == null ? NodeBatch.NO_PARENT : ids[graph.getEdgeSource(edge)];
      }
    }
    return found;
  }

  /** A way that is longer than a float can say is still a way. */
  private static float finite(double length) {
    return (float) Math.min(length, Float.MAX_VALUE);
  }
}
