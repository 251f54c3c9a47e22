package io.sluice.client.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.PositionEvent;
import java.time.Duration;
import java.util.Optional;

/**
 * A graph as its server has told it: nodes column by column, edges, names, and where each node is
 * to be drawn. Written by its client alone.
 *
 * <p>Any thread may read it at any time, in a listener or outside: each method looks at one moment
 * of it, under a lock that is held while numbers are copied and no longer, and under which nothing
 * of the program's runs. Whoever needs several things of the same moment copies them at once, by
 * {@link #copyInto}, {@link #sample} or {@link #predict}, into a batch of its own that it uses
 * again and again: nothing is allocated then.
 *
 * <p>While the line is down it stays as it was last told; {@link GraphClient#state} says so. A node
 * is in it from when it was added until it is removed, and is copied once its place has been told.
 *
 * <p>Positions are in units of the world, velocities in units a second, distances those of the
 * shortest way from {@link #source}: 0 for the source itself, +Infinity for who cannot be reached.
 */
public final class Scene {
  /** No node is the source of shortest ways. */
  public static final int NO_SOURCE = PositionEvent.GraphUpdate.NO_SOURCE;

  private final Object lock = new Object();
  private final SceneNodes nodes;
  private final SceneStructure structure;

  /**
   * An empty one.
   *
   * @param intervalNanos as often as it is told at first
   */
  Scene(int maxNodes, int maxEdges, long intervalNanos) {
    nodes = new SceneNodes(maxNodes, intervalNanos);
    structure = new SceneStructure(nodes, maxEdges);
  }

  // What the program asks for.

  /** How many nodes there are, those among them whose place has not been told. */
  public int size() {
    synchronized (lock) {
      return nodes.size();
    }
  }

  /** Whether there is such a node. */
  public boolean contains(int id) {
    synchronized (lock) {
      return nodes.isThere(id);
    }
  }

  /** What a node stands for; empty if there is none, or nothing has been told of it. */
  public Optional<NodeKind> kind(int id) {
    synchronized (lock) {
      return Optional.ofNullable(nodes.kind(id));
    }
  }

  /** What a node is called; empty if it has no name. */
  public Optional<String> name(int id) {
    synchronized (lock) {
      return Optional.ofNullable(structure.name(id));
    }
  }

  /** Where the shortest ways begin; {@link #NO_SOURCE}. */
  public int source() {
    synchronized (lock) {
      return structure.source();
    }
  }

  /** The number of the last change that is in it; −1 before the first. */
  public long revision() {
    synchronized (lock) {
      return structure.revision();
    }
  }

  /** How many edges there are. */
  public int edgeCount() {
    synchronized (lock) {
      return structure.edges().size();
    }
  }

  /** A copy of all edges. */
  public PositionEvent.Edges edges() {
    synchronized (lock) {
      return structure.edges().copy();
    }
  }

  /** A batch that has room for whatever is in it, to be used again and again. */
  public NodeBatch newBatch() {
    return new NodeBatch(nodes.limit());
  }

  /**
   * How long a node takes from where it is drawn to where it was last told to be, in nanoseconds:
   * the time between two messages as it has been lately, from a sixtieth of a second to a second.
   */
  public long delayNanos() {
    synchronized (lock) {
      return nodes.interval();
    }
  }

  /**
   * Copies the nodes as they were last told.
   *
   * @param into emptied first; of {@link #newBatch}, or as large
   * @throws IllegalArgumentException if there is no room for them
   */
  public void copyInto(NodeBatch into) {
    synchronized (lock) {
      nodes.copy(into);
    }
  }

  /**
   * Copies the nodes as they are to be drawn: one interval in the past. When a message comes, each
   * node it names begins where it is drawn at that moment, goes in a straight line and evenly to
   * where the message says it is, arrives after {@link #delayNanos}, and stays there.
   *
   * @param into as {@link #copyInto} says
   * @param nanos now, by {@link GraphClient#nanos}
   */
  public void sample(NodeBatch into, long nanos) {
    synchronized (lock) {
      nodes.sample(into, nanos);
    }
  }

  /**
   * Copies the nodes as they would be by now if each had gone on with the velocity it was last told
   * to have.
   *
   * @param into as {@link #copyInto} says
   * @param nanos now, by {@link GraphClient#nanos}
   * @param atMost nobody goes on for longer than this behind what was told
   */
  public void predict(NodeBatch into, long nanos, Duration atMost) {
    synchronized (lock) {
      nodes.predict(into, nanos, atMost.toNanos());
    }
  }

  // What the client tells it.

  /** Nodes have moved, as a message says that came at this moment. */
  void moved(NodeBatch message, long nanos) {
    synchronized (lock) {
      nodes.moved(message, nanos);
    }
  }

  /** Shortest ways have changed, and nothing else. */
  void paths(NodeBatch message) {
    synchronized (lock) {
      nodes.paths(message);
    }
  }

  /**
   * The structure has changed.
   *
   * @param revision the number of the change, as it will be
   * @return whether there was room for all of it
   */
  boolean changed(PositionEvent.GraphUpdate update, long revision) {
    synchronized (lock) {
      return structure.take(update, revision);
    }
  }

  /** Lets go of what was told before that moment of nodes that are not there. */
  void forget(long nanos) {
    synchronized (lock) {
      nodes.forget(nanos);
    }
  }

  /** It will be told so often. */
  void paced(long intervalNanos) {
    synchronized (lock) {
      nodes.paced(intervalNanos);
    }
  }
}
