package io.sluice.services.graph;

import io.sluice.model.NodeBatch;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Judges commands whole, against the graph as it is, before anything of them is done. Owned by the
 * mailbox of its graph.
 */
final class CommandCheck {
  private final GraphLimits limits;
  private final Nodes nodes;
  private final Edges edges;

  CommandCheck(GraphLimits limits, Nodes nodes, Edges edges) {
    this.limits = limits;
    this.nodes = nodes;
    this.edges = edges;
  }

  /** What is wrong with a graph that is to begin so; null if nothing is. */
  static @Nullable GraphFault check(GraphCommand.Replace whole, GraphLimits limits) {
    return new CommandCheck(limits, new Nodes(0), new Edges()).check(whole);
  }

  /** What is wrong with it; null if nothing is. */
  @Nullable GraphFault check(GraphCommand command) {
    return switch (command) {
      case GraphCommand.PutNodes put -> check(put);
      case GraphCommand.MoveNodes move -> check(move);
      case GraphCommand.RemoveNodes remove -> check(remove);
      case GraphCommand.PutEdges put -> check(put);
      case GraphCommand.RemoveEdges remove -> check(remove);
      case GraphCommand.SetSource set ->
          set.id() == GraphCommand.NO_SOURCE ? null : checkKnown(set.id(), this::isThere);
      case GraphCommand.Replace replace -> check(replace);
      case GraphCommand.Change change -> new ChangeCheck(limits, nodes, edges).check(change);
    };
  }

  private boolean isThere(int id) {
    return id >= 0 && nodes.find(id) != Nodes.ABSENT;
  }

  private @Nullable GraphFault check(GraphCommand.PutNodes put) {
    LongIndex named = new LongIndex();
    GraphFault fault = checkCount(put.nodes().size());
    fault = fault != null ? fault : checkNodes(put.nodes(), named);
    if (fault != null) {
      return fault;
    }
    int added = 0;
    for (int i = 0; i < put.nodes().size(); i++) {
      added += isThere(put.nodes().id(i)) ? 0 : 1;
    }
    fault = checkCount(nodes.count() + added);
    return fault != null ? fault : checkNames(put.names(), named);
  }

  private @Nullable GraphFault checkNames(List<NodeName> names, LongIndex named) {
    return checkNames(names, id -> id >= 0 && named.get(id) != LongIndex.ABSENT, limits);
  }

  private @Nullable GraphFault checkCount(int count) {
    return checkCount(count, limits);
  }

  static @Nullable GraphFault checkCount(int count, GraphLimits limits) {
    return count <= limits.nodes()
        ? null
        : new GraphFault(GraphCode.GRAPH_FULL, "A graph has at most " + limits.nodes() + " nodes");
  }

  /** Judges nodes by themselves, and finds them by their numbers. */
  static @Nullable GraphFault checkNodes(NodeBatch batch, LongIndex named) {
    for (int i = 0; i < batch.size(); i++) {
      int id = batch.id(i);
      if (id < 0 || id > NodeBatch.MAX_ID) {
        return new GraphFault(GraphCode.INVALID_NODE, "No node may have the number " + id);
      }
      if (!batch.isFinite(i)) {
        return notFinite(id);
      }
      if (named.put(id, i) != LongIndex.ABSENT) {
        return duplicate(id);
      }
    }
    return null;
  }

  static GraphFault notFinite(int id) {
    return new GraphFault(GraphCode.NOT_FINITE, "Node " + id + " is nowhere");
  }

  static GraphFault duplicate(int id) {
    return new GraphFault(GraphCode.DUPLICATE_ID, "Node " + id + " is named twice");
  }

  static @Nullable GraphFault checkKnown(int id, IntPredicate isKnown) {
    return isKnown.test(id)
        ? null
        : new GraphFault(GraphCode.UNKNOWN_NODE, "There is no node " + id);
  }

  static @Nullable GraphFault checkNames(
      List<NodeName> names, IntPredicate isNamed, GraphLimits limits) {
    LongIndex seen = new LongIndex();
    for (NodeName name : names) {
      int id = name.id();
      if (!isNamed.test(id)) {
        return new GraphFault(
            GraphCode.UNKNOWN_NODE, "Node " + id + " has a name and is not there");
      }
      if (seen.put(id, 0) != LongIndex.ABSENT) {
        return duplicate(id);
      }
      if (name.name().length() > limits.nameCharacters()) {
        return new GraphFault(
            GraphCode.NAME_TOO_LONG, "A name has at most " + limits.nameCharacters() + " units");
      }
      if (!isName(name.name())) {
        return new GraphFault(GraphCode.INVALID_NAME, "Node " + id + " cannot be called so");
      }
    }
    return null;
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  /** The command that comes most often: nothing is allocated. */
  private @Nullable GraphFault check(GraphCommand.MoveNodes move) {
    NodeBatch batch = move.nodes();
    nodes.beginSeeing();
    for (int i = 0; i < batch.size(); i++) {
      int id = batch.id(i);
      if (!isThere(id)) {
        return checkKnown(id, this::isThere);
      }
      int slot = nodes.find(id);
      if (!nodes.see(slot)) {
        return duplicate(id);
      }
      if (!batch.isFinite(i)) {
        return notFinite(id);
      }
      if (batch.kinds()[i] != nodes.columns().kinds()[slot]) {
        return new GraphFault(
            GraphCode.WRONG_KIND, "Node " + id + " is " + nodes.columns().kind(slot).text());
      }
    }
    return null;
  }

  private @Nullable GraphFault check(GraphCommand.RemoveNodes remove) {
    nodes.beginSeeing();
    for (int id : remove.ids()) {
      if (!isThere(id)) {
        return checkKnown(id, this::isThere);
      }
      if (!nodes.see(nodes.find(id))) {
        return duplicate(id);
      }
    }
    return null;
  }

  private @Nullable GraphFault check(GraphCommand.PutEdges put) {
    GraphFault fault = checkEdgeCount(put.edges().size());
    fault = fault != null ? fault : checkEdges(put.edges(), this::isThere);
    if (fault != null) {
      return fault;
    }
    int added = 0;
    for (int i = 0; i < put.edges().size(); i++) {
      added += edges.has(put.edges().from(i), put.edges().to(i)) ? 0 : 1;
    }
    return checkEdgeCount(edges.size() + added);
  }

  private @Nullable GraphFault checkEdgeCount(int count) {
    return checkEdgeCount(count, limits);
  }

  static @Nullable GraphFault checkEdgeCount(int count, GraphLimits limits) {
    return count <= limits.edges()
        ? null
        : new GraphFault(GraphCode.GRAPH_FULL, "A graph has at most " + limits.edges() + " edges");
  }

  static @Nullable GraphFault checkEdges(EdgeBatch batch, IntPredicate isKnown) {
    LongIndex seen = new LongIndex();
    for (int i = 0; i < batch.size(); i++) {
      GraphFault fault = checkEdge(batch, i, isKnown);
      if (fault != null) {
        return fault;
      }
      if (seen.put(Edges.key(batch.from(i), batch.to(i)), i) != LongIndex.ABSENT) {
        return duplicateEdge(batch, i);
      }
    }
    return null;
  }

  private static @Nullable GraphFault checkEdge(EdgeBatch batch, int i, IntPredicate isKnown) {
    GraphFault fault = checkKnown(batch.from(i), isKnown);
    fault = fault != null ? fault : checkKnown(batch.to(i), isKnown);
    if (fault == null && batch.from(i) == batch.to(i)) {
      fault = new GraphFault(GraphCode.INVALID_EDGE, "Node " + batch.from(i) + " meets itself");
    }
    float weight = batch.weight(i);
    if (fault == null && !(weight >= 0 && Float.isFinite(weight))) {
      fault = new GraphFault(GraphCode.INVALID_WEIGHT, "No edge is as long as " + weight);
    }
    return fault;
  }

  static GraphFault duplicateEdge(EdgeBatch batch, int i) {
    return new GraphFault(
        GraphCode.DUPLICATE_EDGE,
        "The edge from " + batch.from(i) + " to " + batch.to(i) + " is named twice");
  }

  private @Nullable GraphFault check(GraphCommand.RemoveEdges remove) {
    LongIndex seen = new LongIndex();
    EdgeBatch batch = remove.edges();
    for (int i = 0; i < batch.size(); i++) {
      int from = batch.from(i);
      int to = batch.to(i);
      if (from < 0 || to < 0 || !edges.has(from, to)) {
        return new GraphFault(
            GraphCode.UNKNOWN_EDGE, "There is no edge from " + from + " to " + to);
      }
      if (seen.put(Edges.key(from, to), i) != LongIndex.ABSENT) {
        return duplicateEdge(batch, i);
      }
    }
    return null;
  }

  private @Nullable GraphFault check(GraphCommand.Replace replace) {
    LongIndex named = new LongIndex();
    IntPredicate isPut = id -> id >= 0 && named.get(id) != LongIndex.ABSENT;
    GraphFault fault = checkCount(replace.nodes().size());
    fault = fault != null ? fault : checkNodes(replace.nodes(), named);
    fault = fault != null ? fault : checkNames(replace.names(), named);
    fault = fault != null ? fault : checkEdgeCount(replace.edges().size());
    fault = fault != null ? fault : checkEdges(replace.edges(), isPut);
    if (fault == null && replace.source() != GraphCommand.NO_SOURCE) {
      fault = checkKnown(replace.source(), isPut);
    }
    return fault;
  }
}
