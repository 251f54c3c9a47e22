package io.sluice.client.visionflow;

import io.sluice.protocol.visionflow.PositionEvent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Owner: its scene, under the scene's lock. What of a graph does not fit into a node's record. */
final class SceneStructure {
  private static final long NOTHING = -1;

  private final SceneNodes nodes;
  private final SceneEdges edges;
  private final Map<Integer, String> names = new HashMap<>();
  private int source = Scene.NO_SOURCE;
  private long revision = NOTHING;

  SceneStructure(SceneNodes nodes, int maxEdges) {
    this.nodes = nodes;
    this.edges = new SceneEdges(maxEdges);
  }

  SceneEdges edges() {
    return edges;
  }

  @Nullable String name(int id) {
    return names.get(id);
  }

  int source() {
    return source;
  }

  long revision() {
    return revision;
  }

  /**
   * Takes a change, part by part as the protocol orders them.
   *
   * @return whether there was room for all of it; what there is none for is left out
   */
  boolean take(PositionEvent.GraphUpdate update, long newRevision) {
    if (update.whole()) {
      nodes.none();
      edges.clear();
      names.clear();
      source = Scene.NO_SOURCE;
    }
    remove(update.removed());
    boolean fits = add(update.added());
    fits &= link(update);
    name(update.names());
    if (update.source() != PositionEvent.GraphUpdate.SAME_SOURCE) {
      source = update.source();
    }
    revision = newRevision;
    return fits;
  }

  private void remove(int[] ids) {
    for (int id : ids) {
      nodes.remove(id);
      names.remove(id);
    }
    if (ids.length > 0) {
      edges.removeOf(id -> !nodes.isThere(id));
    }
  }

  private boolean add(int[] ids) {
    boolean fits = true;
    for (int id : ids) {
      names.remove(id);
      fits &= nodes.add(id);
    }
    return fits;
  }

  private boolean link(PositionEvent.GraphUpdate update) {
    boolean fits = true;
    PositionEvent.Edges linked = update.linked();
    for (int i = 0; i < linked.size(); i++) {
      fits &= edges.put(linked.from()[i], linked.to()[i], linked.weights()[i]);
    }
    PositionEvent.Edges cut = update.cut();
    for (int i = 0; i < cut.size(); i++) {
      edges.remove(cut.from()[i], cut.to()[i]);
    }
    return fits;
  }

  /** Names of who is not there are passed over, so that there are never more than nodes. */
  private void name(PositionEvent.Names told) {
    for (int i = 0; i < told.size(); i++) {
      if (nodes.isThere(told.ids()[i])) {
        names.put(told.ids()[i], told.texts()[i]);
      }
    }
  }
}
