package io.sluice.services.graph;

import io.sluice.core.log.StateKeeper;
import io.sluice.core.log.StateSource;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.NodesPayload;
import io.sluice.model.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/** Graphs with everything around them faked: nothing happens before it is told to. */
public final class Rig {
  static final long MILLI = 1_000_000;

  final FakeBroker broker = new FakeBroker();
  final Map<ChannelName, StateSource> kept = new HashMap<>();
  final List<Throwable> bugs = new ArrayList<>();
  final Queue<Runnable> graphWork = new ArrayDeque<>();
  final Queue<Runnable> pathWork = new ArrayDeque<>();
  public final Graphs graphs;
  boolean refusesPaths;
  boolean refusesChannels;

  /** Near the end of what the clock can say, so that comparisons must be differences. */
  private long nanos = Long.MAX_VALUE - 2_000 * MILLI;

  public Rig() {
    this(GraphLimits.DEFAULTS);
  }

  Rig(GraphLimits limits) {
    this.graphs =
        new Graphs(
            new GraphPorts(
                broker,
                new Keeper(),
                graphWork::add,
                this::search,
                this::now,
                (graph, what, why) -> bugs.add(why)),
            limits);
  }

  private final class Keeper implements StateKeeper {
    @Override
    public boolean keep(ChannelName channel, StateSource source, Moment now) {
      boolean hasRoom = !refusesChannels;
      if (hasRoom && kept.putIfAbsent(channel, source) != null) {
        throw new IllegalStateException("kept already");
      }
      return hasRoom;
    }

    @Override
    public void keepNoMore(ChannelName channel, Moment now) {
      kept.remove(channel);
    }
  }

  private void search(Runnable work) {
    if (refusesPaths) {
      throw new RejectedExecutionException();
    }
    pathWork.add(work);
  }

  public Moment now() {
    return new Moment(nanos, 1_700_000_000_000L + nanos / MILLI);
  }

  public void pass(long millis) {
    nanos += millis * MILLI;
  }

  void passNanos(long more) {
    nanos += more;
  }

  /** Lets the graphs do what waits, but no search. */
  void work() {
    while (!graphWork.isEmpty()) {
      graphWork.remove().run();
    }
  }

  /** Lets everything be done. */
  public void settle() {
    work();
    while (!pathWork.isEmpty()) {
      pathWork.remove().run();
      work();
    }
    if (!bugs.isEmpty()) {
      throw new AssertionError(bugs.getFirst());
    }
  }

  /** Time passes, and graphs are told. */
  public void tick(long millis) {
    pass(millis);
    graphs.tick(now());
    settle();
  }

  /** Tells the graph; what it answered. */
  GraphFault told(String graph, GraphCommand command) {
    List<GraphFault> answers = new ArrayList<>();
    graphs.submit(graph, command, now(), answers::add);
    work();
    if (answers.size() != 1) {
      throw new AssertionError(answers.size() + " answers");
    }
    return answers.getFirst();
  }

  /** Tells the graph, which must take it. */
  public void tell(String graph, GraphCommand command) {
    GraphFault fault = told(graph, command);
    if (fault != null) {
      throw new AssertionError(fault);
    }
  }

  /** Watches the graph; what it answered. */
  public GraphFault watched(String graph, int hz) {
    List<GraphFault> answers = new ArrayList<>();
    graphs.watch(graph, hz, now(), answers::add);
    work();
    if (answers.size() != 1) {
      throw new AssertionError(answers.size() + " answers");
    }
    return answers.getFirst();
  }

  GraphView view(String graph) {
    List<GraphView> views = new ArrayList<>();
    graphs.find(graph).view(views::add);
    work();
    return views.getFirst();
  }

  /** The structure as it is told to who joins now. */
  Structure structure(String graph) {
    List<Structure> structures = new ArrayList<>();
    graphs.find(graph).look(structures::add);
    settle();
    return structures.getFirst();
  }

  List<Publication> ticks(String graph, int hz) {
    return broker.of(new GraphName(graph).ticks(hz));
  }

  StateSource source(String graph, int hz) {
    return kept.get(new GraphName(graph).ticks(hz));
  }

  static NodeBatch nodes(Publication publication) {
    return ((NodesPayload) publication.draft().payload()).nodes();
  }

  static List<Integer> ids(NodeBatch batch) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      ids.add(batch.id(i));
    }
    return ids;
  }

  /** Nodes at rest, at (number, 0, 0). */
  static NodeBatch batch(int... ids) {
    NodeBatch batch = new NodeBatch(Integer.MAX_VALUE);
    for (int id : ids) {
      batch.setPosition(batch.add(id, NodeKind.PLAIN), id, 0, 0);
    }
    return batch;
  }

  static GraphCommand.PutNodes put(int... ids) {
    return new GraphCommand.PutNodes(batch(ids), List.of());
  }

  /** One node somewhere, at rest. */
  static GraphCommand.MoveNodes move(int id, float x, float y, float z) {
    NodeBatch batch = batch(id);
    batch.setPosition(0, x, y, z);
    return new GraphCommand.MoveNodes(batch);
  }

  static GraphCommand.PutEdges edge(int from, int to, float weight) {
    return new GraphCommand.PutEdges(new EdgeBatch().add(from, to, weight));
  }
}
