package io.sluice.services.graph;

import io.sluice.model.NodeBatch;
import org.jspecify.annotations.Nullable;

/**
 * Judges one change whole, against the graph as it is. Owned by the mailbox of its graph; for one
 * use.
 */
final class ChangeCheck {
  private final GraphLimits limits;
  private final Nodes nodes;
  private final Edges edges;
  private final LongIndex removed = new LongIndex();
  private final LongIndex put = new LongIndex();
  private final LongIndex cut = new LongIndex();

  ChangeCheck(GraphLimits limits, Nodes nodes, Edges edges) {
    this.limits = limits;
    this.nodes = nodes;
    this.edges = edges;
  }

  /** What is wrong with it; null if nothing is. */
  @Nullable GraphFault check(GraphCommand.Change change) {
    GraphFault fault = checkRemoved(change);
    fault = fault != null ? fault : checkPut(change.put(), change.removed().size());
    fault = fault != null ? fault : checkMoved(change.moved());
    fault = fault != null ? fault : checkCut(change.cut());
    fault = fault != null ? fault : checkLinked(change);
    fault = fault != null ? fault : CommandCheck.checkNames(change.names(), this::willBe, limits);
    return fault != null ? fault : checkSource(change.source());
  }

  private boolean is(int id) {
    return id >= 0 && nodes.find(id) != Nodes.ABSENT;
  }

  private boolean isRemoved(int id) {
    return removed.get(id) != LongIndex.ABSENT;
  }

  /** Whether there is such a node when all is done. */
  private boolean willBe(int id) {
    return id >= 0 && (put.get(id) != LongIndex.ABSENT || (is(id) && !isRemoved(id)));
  }

  private @Nullable GraphFault checkRemoved(GraphCommand.Change change) {
    for (int id : change.removed()) {
      if (!is(id)) {
        return CommandCheck.checkKnown(id, this::is);
      }
      if (removed.put(id, 0) != LongIndex.ABSENT) {
        return CommandCheck.duplicate(id);
      }
    }
    return null;
  }

  private @Nullable GraphFault checkPut(NodeBatch batch, int gone) {
    // What is more than any graph holds is not looked at.
    GraphFault fault = CommandCheck.checkCount(batch.size(), limits);
    fault = fault != null ? fault : CommandCheck.checkNodes(batch, put);
    if (fault != null) {
      return fault;
    }
    int added = 0;
    for (int i = 0; i < batch.size(); i++) {
      if (isRemoved(batch.id(i))) {
        return CommandCheck.duplicate(batch.id(i));
      }
      added += is(batch.id(i)) ? 0 : 1;
    }
    return CommandCheck.checkCount(nodes.count() - gone + added, limits);
  }

  private @Nullable GraphFault checkMoved(NodeBatch batch) {
    LongIndex seen = new LongIndex();
    for (int i = 0; i < batch.size(); i++) {
      int id = batch.id(i);
      if (!willBe(id)) {
        return CommandCheck.checkKnown(id, this::willBe);
      }
      if (put.get(id) != LongIndex.ABSENT || seen.put(id, i) != LongIndex.ABSENT) {
        return CommandCheck.duplicate(id);
      }
      if (!batch.isFinite(i)) {
        return CommandCheck.notFinite(id);
      }
    }
    return null;
  }

  private @Nullable GraphFault checkCut(EdgeBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      int from = batch.from(i);
      int to = batch.to(i);
      if (from < 0 || to < 0 || !edges.has(from, to) || isRemoved(from) || isRemoved(to)) {
        return new GraphFault(
            GraphCode.UNKNOWN_EDGE, "There is no edge from " + from + " to " + to);
      }
      if (cut.put(Edges.key(from, to), i) != LongIndex.ABSENT) {
        return CommandCheck.duplicateEdge(batch, i);
      }
    }
    return null;
  }

  private @Nullable GraphFault checkLinked(GraphCommand.Change change) {
    EdgeBatch batch = change.linked();
    GraphFault fault = CommandCheck.checkEdgeCount(batch.size(), limits);
    fault = fault != null ? fault : CommandCheck.checkEdges(batch, this::willBe);
    if (fault != null) {
      return fault;
    }
    int added = 0;
    for (int i = 0; i < batch.size(); i++) {
      long key = Edges.key(batch.from(i), batch.to(i));
      if (cut.get(key) != LongIndex.ABSENT) {
        return CommandCheck.duplicateEdge(batch, i);
      }
      added += edges.has(batch.from(i), batch.to(i)) ? 0 : 1;
    }
    int count = edges.size() - change.cut().size() + added;
    if (count > limits.edges() && !change.removed().isEmpty()) {
      // Only now is it worth a look at all of them.
      count -= edges.countAt(this::isRemoved);
    }
    return CommandCheck.checkEdgeCount(count, limits);
  }

  private @Nullable GraphFault checkSource(int source) {
    return source == GraphCommand.NO_SOURCE || source == GraphCommand.SAME_SOURCE
        ? null
        : CommandCheck.checkKnown(source, this::willBe);
  }
}
