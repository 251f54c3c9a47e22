package io.sluice.services.graph;

import io.sluice.model.NodeBatch;
import java.util.List;

/**
 * What may be done to a graph. Each is judged whole before anything of it is done. Batches are
 * sealed by the command that brings them.
 */
public sealed interface GraphCommand {
  /** Names no node: a graph without a source. */
  int NO_SOURCE = -1;

  /** Names no node: the source is what it was. */
  int SAME_SOURCE = -2;

  /** How many nodes and edges it brings. */
  int rows();

  /**
   * Puts nodes whole: those there are already are replaced, kind, position, velocity and name. What
   * the batch says of paths is left alone: the graph finds them.
   *
   * @param names of nodes of this batch; who is not among them has none
   */
  record PutNodes(NodeBatch nodes, List<NodeName> names) implements GraphCommand {
    /** Copies the names. */
    public PutNodes {
      nodes.seal();
      names = List.copyOf(names);
    }

    @Override
    public int rows() {
      return nodes.size();
    }
  }

  /**
   * Moves nodes that there are: position and velocity of each, nothing else. Each must be of the
   * kind that it is said to be.
   */
  record MoveNodes(NodeBatch nodes) implements GraphCommand {
    /** Seals the batch. */
    public MoveNodes {
      nodes.seal();
    }

    @Override
    public int rows() {
      return nodes.size();
    }
  }

  /** Removes nodes, and with each the edges from and to it. */
  record RemoveNodes(List<Integer> ids) implements GraphCommand {
    /** Copies the numbers. */
    public RemoveNodes {
      ids = List.copyOf(ids);
    }

    @Override
    public int rows() {
      return ids.size();
    }
  }

  /** Puts edges; one that there is gets the new weight. */
  record PutEdges(EdgeBatch edges) implements GraphCommand {
    /** Seals the batch. */
    public PutEdges {
      edges.seal();
    }

    @Override
    public int rows() {
      return edges.size();
    }
  }

  /** Removes edges; weights are not looked at. */
  record RemoveEdges(EdgeBatch edges) implements GraphCommand {
    /** Seals the batch. */
    public RemoveEdges {
      edges.seal();
    }

    @Override
    public int rows() {
      return edges.size();
    }
  }

  /**
   * Says where shortest paths begin.
   *
   * @param id a node, or {@link #NO_SOURCE}
   */
  record SetSource(int id) implements GraphCommand {
    @Override
    public int rows() {
      return 1;
    }
  }

  /**
   * Puts another graph in the place of all there is.
   *
   * @param names of nodes of this batch
   * @param edges between nodes of this batch
   * @param source one of them, or {@link #NO_SOURCE}
   */
  record Replace(NodeBatch nodes, List<NodeName> names, EdgeBatch edges, int source)
      implements GraphCommand {
    /** Copies the names. */
    public Replace {
      nodes.seal();
      names = List.copyOf(names);
      edges.seal();
    }

    @Override
    public int rows() {
      return nodes.size() + edges.size();
    }
  }

  /**
   * Changes some of it, in this order; a node or an edge is named by one of the parts at most, but
   * for names.
   *
   * @param removed nodes, and with each the edges from and to it
   * @param put nodes that are put whole, without a name unless it is among the names
   * @param moved nodes that get another position and velocity; what the batch says of their kinds
   *     is left alone
   * @param cut edges that are removed; weights are not looked at
   * @param linked edges that are put
   * @param names of nodes that there are then
   * @param source one of those, {@link #NO_SOURCE}, or {@link #SAME_SOURCE}
   */
  record Change(
      List<Integer> removed,
      NodeBatch put,
      NodeBatch moved,
      EdgeBatch cut,
      EdgeBatch linked,
      List<NodeName> names,
      int source)
      implements GraphCommand {
    /** Copies the lists and seals the batches. */
    public Change {
      removed = List.copyOf(removed);
      put.seal();
      moved.seal();
      cut.seal();
      linked.seal();
      names = List.copyOf(names);
    }

    @Override
    public int rows() {
      return removed.size() + put.size() + moved.size() + cut.size() + linked.size() + names.size();
    }
  }
}
