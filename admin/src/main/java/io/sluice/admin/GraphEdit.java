package io.sluice.admin;

import io.sluice.model.NodeBatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants of a graph. Nothing of it has been judged but its form.
 *
 * @param removed numbers of nodes
 * @param put nodes, whole
 * @param moved nodes, of which position and velocity count
 * @param cut edges, of which the weights mean nothing
 * @param linked edges
 * @param names of nodes
 * @param source what is said of the source; null for nothing
 */
public record GraphEdit(
    List<Integer> removed,
    NodeBatch put,
    NodeBatch moved,
    List<Link> cut,
    List<Link> linked,
    List<Named> names,
    @Nullable Source source) {
  /** Copies the lists. */
  public GraphEdit {
    removed = List.copyOf(removed);
    cut = List.copyOf(cut);
    linked = List.copyOf(linked);
    names = List.copyOf(names);
  }

  /** An edge. */
  public record Link(int from, int to, float weight) {}

  /** What a node is called. */
  public record Named(int id, String name) {}

  /**
   * Where shortest paths begin.
   *
   * @param id null for nowhere
   */
  public record Source(@Nullable Integer id) {}
}
