package io.sluice.services.graph;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import java.util.Collection;
import java.util.List;

/** Does to a graph what a command says that has been judged. Owned by the mailbox of its graph. */
final class CommandWork {
  private final Nodes nodes;
  private final Edges edges;
  private final ShortestPaths paths;
  private final Changes changes;

  /** Those who watch, as they come and go. */
  private final Collection<RateClass> classes;

  CommandWork(
      Nodes nodes,
      Edges edges,
      ShortestPaths paths,
      Changes changes,
      Collection<RateClass> classes) {
    this.nodes = nodes;
    this.edges = edges;
    this.paths = paths;
    this.changes = changes;
    this.classes = classes;
  }

  /** Does it, and says what changes. */
  void apply(GraphCommand command, Moment now) {
    switch (command) {
      case GraphCommand.PutNodes put -> {
        put(put.nodes(), put.names(), now);
        name(put.names(), now);
      }
      case GraphCommand.MoveNodes move -> move(move.nodes());
      case GraphCommand.RemoveNodes remove -> {
        if (remove(remove.ids(), now)) {
          beginAt(GraphCommand.NO_SOURCE);
        }
      }
      case GraphCommand.PutEdges put -> put(put.edges(), now);
      case GraphCommand.RemoveEdges remove -> remove(remove.edges(), now);
      case GraphCommand.SetSource set -> beginAt(set.id());
      case GraphCommand.Replace replace -> replace(replace, now);
      case GraphCommand.Change change -> change(change, now);
    }
  }

  private void put(NodeBatch batch, List<NodeName> names, Moment now) {
    LongIndex named = new LongIndex();
    for (int i = 0; i < names.size(); i++) {
      named.put(names.get(i).id(), i);
    }
    for (int i = 0; i < batch.size(); i++) {
      int at = named.get(batch.id(i));
      String called = at == LongIndex.ABSENT ? null : names.get(at).name();
      changes.added(nodes.columns(), nodes.put(batch, i, called), now);
    }
  }

  private void name(List<NodeName> names, Moment now) {
    for (NodeName called : names) {
      nodes.rename(nodes.find(called.id()), called.name());
      changes.name(called, now);
    }
  }

  private void move(NodeBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      nodes.move(nodes.find(batch.id(i)), batch, i);
    }
  }

  /** Whether the source was among them, so that there is another to be said. */
  private boolean remove(List<Integer> ids, Moment now) {
    boolean hadSource = false;
    for (int id : ids) {
      int slot = nodes.find(id);
      classes.forEach(watched -> watched.forget(slot));
      nodes.remove(slot);
      changes.removed(id, now);
      hadSource |= id == paths.source();
    }
    if (edges.removeLoose(nodes)) {
      paths.changed();
    }
    return hadSource;
  }

  private void change(GraphCommand.Change change, Moment now) {
    boolean hadSource = !change.removed().isEmpty() && remove(change.removed(), now);
    put(change.put(), change.names(), now);
    move(change.moved());
    remove(change.cut(), now);
    put(change.linked(), now);
    name(change.names(), now);
    if (change.source() != GraphCommand.SAME_SOURCE) {
      beginAt(change.source());
    } else if (hadSource) {
      beginAt(GraphCommand.NO_SOURCE);
    }
  }

  private void put(EdgeBatch batch, Moment now) {
    for (int i = 0; i < batch.size(); i++) {
      edges.put(batch.from(i), batch.to(i), batch.weight(i));
      changes.edge(batch.from(i), batch.to(i), batch.weight(i), now);
    }
    if (batch.size() > 0) {
      paths.changed();
    }
  }

  private void remove(EdgeBatch batch, Moment now) {
    for (int i = 0; i < batch.size(); i++) {
      edges.remove(batch.from(i), batch.to(i));
      changes.noEdge(batch.from(i), batch.to(i), now);
    }
    if (batch.size() > 0) {
      paths.changed();
    }
  }

  private void beginAt(int source) {
    if (paths.beginAt(source)) {
      changes.source(source);
    }
  }

  private void replace(GraphCommand.Replace replace, Moment now) {
    for (int slot = 0; slot < nodes.high(); slot++) {
      if (nodes.isAlive(slot)) {
        changes.removed(nodes.columns().id(slot), now);
      }
    }
    classes.forEach(RateClass::forgetAll);
    nodes.clear();
    edges.clear();
    paths.changed();
    put(replace.nodes(), replace.names(), now);
    put(replace.edges(), now);
    name(replace.names(), now);
    beginAt(replace.source());
  }
}
