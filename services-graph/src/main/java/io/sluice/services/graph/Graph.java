package io.sluice.services.graph;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One live graph. Owned by its mailbox, which does one thing after the other on the graphs'
 * executor; all its methods are for any thread.
 */
public final class Graph {
  private final GraphName name;
  private final int rate;
  private final GraphLimits limits;
  private final GraphPorts ports;
  private final GraphMeter meter;
  private final Mailbox mailbox;
  private final Admission admission;
  private final AtomicBoolean isTicking = new AtomicBoolean();

  // The mailbox's own.
  private final Nodes nodes;
  private final Edges edges = new Edges();
  private final CommandCheck check;
  private final ShortestPaths paths;
  private final Changes changes;
  private final Map<Integer, RateClass> classes = new TreeMap<>();

  // Written by the mailbox.
  private volatile boolean isClosed;
  private volatile int nodeCount;
  private volatile int edgeCount;
  private volatile int classCount;

  Graph(GraphName name, int rate, GraphLimits limits, GraphPorts ports, GraphMeter meter) {
    this.name = name;
    this.rate = rate;
    this.limits = limits;
    this.ports = ports;
    this.meter = meter;
    this.mailbox = new Mailbox(ports.graphs(), bug -> failed("doing as it was told", bug));
    this.admission = new Admission(limits);
    this.nodes = new Nodes(limits.nodes());
    this.check = new CommandCheck(limits, nodes, edges);
    this.paths =
        new ShortestPaths(
            ports, this::found, bug -> failed("finding paths", bug), meter, nodes, edges);
    this.changes = new Changes(ports, name.changes(), limits.changeBytes(), meter);
  }

  private void failed(String what, Throwable bug) {
    ports.mishaps().failed(name, what, bug);
  }

  /** Its name. */
  public GraphName name() {
    return name;
  }

  /** How often it ticks at most, in a second. */
  public int rate() {
    return rate;
  }

  /** How many nodes it has, as of a moment ago. */
  public int nodes() {
    return nodeCount;
  }

  /** How many edges it has, as of a moment ago. */
  public int edges() {
    return edgeCount;
  }

  /** At how many rates it is watched, as of a moment ago. */
  public int classes() {
    return classCount;
  }

  /** Tells it to do something, after all it was told before. */
  public void submit(GraphCommand command, Moment now, Answer answer) {
    int rows = command.rows();
    if (isClosed || !admission.enter(rows)) {
      meter.refused();
      answer.answered(isClosed ? gone() : busy());
      return;
    }
    mailbox.post(
        () -> {
          admission.leave(rows);
          answer.answered(judgeAndDo(command, now));
        });
  }

  private GraphFault gone() {
    return new GraphFault(GraphCode.UNKNOWN_GRAPH, "There is no graph " + name);
  }

  private static GraphFault busy() {
    return new GraphFault(GraphCode.GRAPH_BUSY, "Too much waits for the graph already");
  }

  private @Nullable GraphFault judgeAndDo(GraphCommand command, Moment now) {
    GraphFault fault = isClosed ? gone() : check.check(command);
    if (fault != null) {
      meter.refused();
      return fault;
    }
    apply(command, now);
    changes.publish(now);
    paths.search();
    nodeCount = nodes.count();
    edgeCount = edges.size();
    touched(command.rows() >= limits.burst().nodes(), now);
    return null;
  }

  /** Paths were looked for, elsewhere; what came of it is a letter. */
  private void found(Runnable letter) {
    mailbox.post(
        () -> {
          letter.run();
          touched(false, ports.clock().get());
        });
  }

  /** Whoever watches is told as soon as it may be, behind whatever else waits to be done. */
  private void touched(boolean isMuch, Moment now) {
    for (RateClass watched : classes.values()) {
      watched.touched();
      if (isMuch) {
        watched.hurry();
      }
    }
    tick(now);
  }

  private void apply(GraphCommand command, Moment now) {
    switch (command) {
      case GraphCommand.PutNodes put -> put(put, now);
      case GraphCommand.MoveNodes move -> move(move.nodes());
      case GraphCommand.RemoveNodes remove -> remove(remove, now);
      case GraphCommand.PutEdges put -> put(put.edges(), now);
      case GraphCommand.RemoveEdges remove -> remove(remove.edges(), now);
      case GraphCommand.SetSource set -> beginAt(set.id());
      case GraphCommand.Replace replace -> replace(replace, now);
      case GraphCommand.Hurry hurry -> classes.values().forEach(RateClass::hurry);
    }
  }

  private void put(GraphCommand.PutNodes put, Moment now) {
    NodeBatch batch = put.nodes();
    LongIndex named = new LongIndex();
    for (int i = 0; i < put.names().size(); i++) {
      named.put(put.names().get(i).id(), i);
    }
    for (int i = 0; i < batch.size(); i++) {
      int at = named.get(batch.id(i));
      String called = at == LongIndex.ABSENT ? null : put.names().get(at).name();
      changes.added(nodes.columns(), nodes.put(batch, i, called), now);
    }
    for (NodeName called : put.names()) {
      changes.name(called, now);
    }
  }

  private void move(NodeBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      nodes.move(nodes.find(batch.id(i)), batch, i);
    }
  }

  private void remove(GraphCommand.RemoveNodes remove, Moment now) {
    boolean hadSource = false;
    for (int id : remove.ids()) {
      int slot = nodes.find(id);
      classes.values().forEach(watched -> watched.forget(slot));
      nodes.remove(slot);
      changes.removed(id, now);
      hadSource |= id == paths.source();
    }
    if (edges.removeLoose(nodes)) {
      paths.changed();
    }
    if (hadSource) {
      beginAt(GraphCommand.NO_SOURCE);
    }
  }

  private void put(EdgeBatch batch, Moment now) {
    for (int i = 0; i < batch.size(); i++) {
      edges.put(batch.from(i), batch.to(i), batch.weight(i));
      changes.edge(batch.from(i), batch.to(i), batch.weight(i), now);
    }
    paths.changed();
  }

  private void remove(EdgeBatch batch, Moment now) {
    for (int i = 0; i < batch.size(); i++) {
      edges.remove(batch.from(i), batch.to(i));
      changes.noEdge(batch.from(i), batch.to(i), now);
    }
    paths.changed();
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
    classes.values().forEach(RateClass::forgetAll);
    nodes.clear();
    edges.clear();
    put(new GraphCommand.PutNodes(replace.nodes(), replace.names()), now);
    put(replace.edges(), now);
    beginAt(replace.source());
  }

  /** Has a look at it as it is after all it was told before; null if it is gone by then. */
  public void view(Consumer<@Nullable GraphView> viewer) {
    mailbox.post(() -> viewer.accept(isClosed ? null : view()));
  }

  private GraphView view() {
    return GraphView.of(name, rate, changes.revision(), paths.source(), nodes, edges);
  }

  /** Says what time it is; what comes while it has not heard the last is not said again. */
  void tick(Moment now) {
    if (classCount > 0 && isTicking.compareAndSet(false, true)) {
      mailbox.post(
          () -> {
            isTicking.set(false);
            classes.values().forEach(watched -> watched.tick(now));
          });
    }
  }

  /** Somebody watches at this rate, which divides the graph's. */
  void watch(int hz, Moment now, Answer answer) {
    mailbox.post(
        () -> {
          if (isClosed) {
            answer.answered(gone());
            return;
          }
          RateClass watched = classes.get(hz);
          watched = watched == null ? open(hz, now) : watched;
          if (watched == null) {
            answer.answered(
                new GraphFault(GraphCode.CHANNEL_LIMIT, "There is no room for another channel"));
          } else {
            watched.watch(answer);
            watched.tick(now);
          }
        });
  }

  private @Nullable RateClass open(int hz, Moment now) {
    RateClass opened =
        new RateClass(name.ticks(hz), hz, limits, ports, meter, mailbox::post, nodes);
    if (!ports.keeper().keep(name.ticks(hz), opened, now)) {
      return null;
    }
    opened.begin();
    classes.put(hz, opened);
    classCount = classes.size();
    return opened;
  }

  /** Somebody who watched does so no more. */
  void unwatch(int hz, Moment now) {
    mailbox.post(
        () -> {
          RateClass watched = classes.get(hz);
          if (watched != null && watched.unwatch()) {
            classes.remove(hz);
            classCount = classes.size();
            end(hz, watched, now);
          }
        });
  }

  private void end(int hz, RateClass watched, Moment now) {
    ports.keeper().keepNoMore(name.ticks(hz), now);
    watched.close();
  }

  /** Ends it after all it was told before; then the other is run. */
  void close(Moment now, Runnable ended) {
    mailbox.post(
        () -> {
          if (!isClosed) {
            end(now);
          }
          ended.run();
        });
  }

  private void end(Moment now) {
    isClosed = true;
    classes.forEach((hz, watched) -> end(hz, watched, now));
    classes.clear();
    classCount = 0;
    nodeCount = 0;
    edgeCount = 0;
    changes.closed();
    changes.publish(now);
  }
}
