package io.sluice.services.graph;

import io.sluice.model.Moment;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Sees to it that every node knows its way from the source, sooner or later: one search at a time,
 * and after it another, in what the graph is then, if it has changed meanwhile. Owned by the
 * mailbox of its graph; a search runs elsewhere and comes back as a letter.
 */
final class ShortestPaths {
  private final GraphPorts ports;
  private final Consumer<Runnable> mailbox;
  private final Consumer<Throwable> bugs;
  private final GraphMeter meter;
  private final Nodes nodes;
  private final Edges edges;
  private boolean isStale;
  private boolean isRunning;
  private int source = GraphCommand.NO_SOURCE;

  ShortestPaths(
      GraphPorts ports,
      Consumer<Runnable> mailbox,
      Consumer<Throwable> bugs,
      GraphMeter meter,
      Nodes nodes,
      Edges edges) {
    this.ports = ports;
    this.mailbox = mailbox;
    this.bugs = bugs;
    this.meter = meter;
    this.nodes = nodes;
    this.edges = edges;
  }

  int source() {
    return source;
  }

  /** Paths begin here from now on; whether that is news. */
  boolean beginAt(int node) {
    boolean isNews = source != node;
    source = node;
    isStale |= isNews;
    return isNews;
  }

  /** Edges came or went, or nodes with edges: which says nothing where no paths begin. */
  void changed() {
    isStale |= source != GraphCommand.NO_SOURCE;
  }

  /** Begins a search if there is reason to, and none runs. */
  void search() {
    if (!isStale || isRunning) {
      return;
    }
    isStale = false;
    isRunning = true;
    PathSearch search = PathSearch.of(nodes, edges, source);
    try {
      ports.paths().execute(() -> run(search));
    } catch (RejectedExecutionException stopped) {
      // The server has stopped its threads: nobody will ask for paths any more.
      isRunning = false;
    }
  }

  /** On a thread of the searches. */
  private void run(PathSearch search) {
    Moment begun = ports.clock().get();
    PathSearch.Paths found;
    try {
      found = search.run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
      bugs.accept(bug);
      mailbox.accept(this::goOn);
      return;
    }
    meter.found(ports.clock().get().nanos() - begun.nanos());
    mailbox.accept(
        () -> {
          found.applyTo(nodes);
          goOn();
        });
  }

  private void goOn() {
    isRunning = false;
    search();
  }
}
