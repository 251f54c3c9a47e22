package io.sluice.services.graph;

import io.sluice.model.Moment;
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
  private final CommandWork work;
  private final ShortestPaths paths;
  private final Changes changes;
  private final Map<Integer, RateClass> classes = new TreeMap<>();
  private final Structures structures;
  private final Farewells farewells = new Farewells();

  // Written by the mailbox.
  private volatile boolean isClosed;
  private volatile int classCount;
  private volatile GraphStanding standing;

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
    this.work = new CommandWork(nodes, edges, paths, changes, classes.values());
    this.standing = new GraphStanding(name, rate, 0, 0, 0, GraphCommand.NO_SOURCE);
    this.structures =
        new Structures(
            mailbox::post,
            ports.paths(),
            bug -> failed("printing its structure", bug),
            changes::revision,
            this::copy);
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

  /** How it stands, as of a moment ago; told by an answer, with what was asked for. */
  public GraphStanding standing() {
    return standing;
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
    return new GraphFault(GraphCode.BUSY, "Too much waits for the graph already");
  }

  private @Nullable GraphFault judgeAndDo(GraphCommand command, Moment now) {
    GraphFault fault = isClosed ? gone() : check.check(command);
    if (fault != null) {
      meter.refused();
      return fault;
    }
    work.apply(command, now);
    changes.publish(now);
    structures.changed();
    paths.search();
    standing =
        new GraphStanding(
            name, rate, nodes.count(), edges.size(), changes.revision(), paths.source());
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

  /**
   * Looks at its structure as it is now, or as it will be in a moment: never as it was before a
   * change that has been told. Who asks while nothing changes is answered inside the call and costs
   * the graph nothing.
   *
   * @param viewer told once; null if the graph is gone
   */
  public void look(Consumer<@Nullable Structure> viewer) {
    Structure known = structures.known();
    if (known != null) {
      viewer.accept(known);
      return;
    }
    mailbox.post(
        () -> {
          if (isClosed) {
            viewer.accept(null);
          } else {
            structures.ask(viewer);
          }
        });
  }

  private StructureText copy() {
    return StructureText.of(
        rate, changes.revision(), paths.source(), nodes, edges, limits.pieceBytes());
  }

  /**
   * Somebody wants to be told of its end, once, on any thread; until it leaves.
   *
   * @param removed something that equals nothing else
   */
  public void attend(Runnable removed) {
    farewells.add(removed);
  }

  /** It wants to be told no more. */
  public void leave(Runnable removed) {
    farewells.remove(removed);
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

  /**
   * Somebody watches it. Until it says {@link #unwatch}, ticks of this rate are published on {@link
   * GraphName#ticks}, and their state is kept.
   *
   * @param hz a rate that divides the graph's
   * @param answer told when there is a tick to begin with: from then on the channel may be read; if
   *     it is told a fault, nobody watches
   */
  public void watch(int hz, Moment now, Answer answer) {
    if (!Rates.divides(hz, rate)) {
      answer.answered(
          new GraphFault(
              GraphCode.INVALID_RATE,
              hz + " ticks a second cannot be had of a graph with " + rate));
      return;
    }
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

  /** Somebody who watched at this rate does so no more. */
  public void unwatch(int hz, Moment now) {
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
          if (isClosed) {
            ended.run();
            return;
          }
          end(now);
          try {
            ended.run();
          } finally {
            // Whoever hears of it may come back at once, and finds the name free.
            structures.close();
            farewells.tell();
          }
        });
  }

  private void end(Moment now) {
    isClosed = true;
    classes.forEach((hz, watched) -> end(hz, watched, now));
    classes.clear();
    classCount = 0;
    changes.closed();
    changes.publish(now);
    standing = new GraphStanding(name, rate, 0, 0, changes.revision(), GraphCommand.NO_SOURCE);
  }
}
