package io.sluice.services.graph;

import io.sluice.model.Moment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All graphs, by name. Any thread: a concurrent map, and an atomic number that keeps it bounded.
 *
 * <p>Somebody says what time it is ({@link #tick}), at least as often as the fastest rate that is
 * watched; nothing here has a thread or a clock of its own.
 */
public final class Graphs implements AutoCloseable {
  private final GraphPorts ports;
  private final GraphLimits limits;
  private final GraphMeter meter = new GraphMeter();
  private final Map<GraphName, Graph> graphs = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean isClosed;

  /** No graphs yet. */
  public Graphs(GraphPorts ports, GraphLimits limits) {
    this.ports = ports;
    this.limits = limits;
  }

  /** The limits. */
  public GraphLimits limits() {
    return limits;
  }

  /**
   * Makes an empty graph.
   *
   * @param name 1 to 64 of {@code [A-Za-z0-9_:-]}
   * @param rate how often it ticks at most, in a second: {@link Rates#STEADY} unless more is asked
   *     for
   * @return why not; null if there is one now
   */
  public @Nullable GraphFault create(String name, int rate) {
    if (!GraphName.isValid(name)) {
      return new GraphFault(GraphCode.INVALID_GRAPH_NAME, "No graph can be called so");
    }
    if (!Rates.isRate(rate)) {
      return new GraphFault(GraphCode.INVALID_RATE, "No graph ticks " + rate + " times a second");
    }
    if (count.incrementAndGet() > limits.graphs() || isClosed) {
      count.decrementAndGet();
      return tooMany();
    }
    GraphName called = new GraphName(name);
    if (graphs.putIfAbsent(called, new Graph(called, rate, limits, ports, meter)) != null) {
      count.decrementAndGet();
      return new GraphFault(GraphCode.GRAPH_EXISTS, "There is a graph " + name);
    }
    return null;
  }

  private GraphFault tooMany() {
    return new GraphFault(
        GraphCode.TOO_MANY_GRAPHS, "The server holds " + limits.graphs() + " graphs");
  }

  /** The graph of this name; null if there is none. */
  public @Nullable Graph find(String name) {
    return GraphName.isValid(name) ? graphs.get(new GraphName(name)) : null;
  }

  private static GraphFault unknown() {
    return new GraphFault(GraphCode.UNKNOWN_GRAPH, "There is no graph of this name");
  }

  /** The names of all graphs. */
  public List<GraphName> names() {
    return List.copyOf(graphs.keySet());
  }

  /** Tells a graph to do something, after all it was told before. */
  public void submit(String name, GraphCommand command, Moment now, Answer answer) {
    Graph graph = find(name);
    if (graph == null) {
      meter.refused();
      answer.answered(unknown());
    } else {
      graph.submit(command, now, answer);
    }
  }

  /** Removes a graph, after all it was told before; its name is free when this is answered. */
  public void remove(String name, Moment now, Answer answer) {
    Graph graph = find(name);
    if (graph == null) {
      answer.answered(unknown());
    } else {
      graph.close(now, () -> answer.answered(forget(graph) ? null : unknown()));
    }
  }

  private boolean forget(Graph graph) {
    boolean was = graphs.remove(graph.name(), graph);
    if (was) {
      count.decrementAndGet();
    }
    return was;
  }

  /**
   * Somebody watches a graph. Until it says {@link #unwatch}, ticks of this rate are published on
   * {@link GraphName#ticks}, and their state is kept.
   *
   * @param hz a rate that divides the graph's
   * @param answer told when there is a tick to begin with: from then on the channel may be read; if
   *     it is told a fault, nobody watches
   */
  public void watch(String name, int hz, Moment now, Answer answer) {
    Graph graph = find(name);
    if (graph == null) {
      answer.answered(unknown());
    } else if (!Rates.divides(hz, graph.rate())) {
      answer.answered(
          new GraphFault(
              GraphCode.INVALID_RATE,
              hz + " ticks a second cannot be had of a graph with " + graph.rate()));
    } else {
      graph.watch(hz, now, answer);
    }
  }

  /** Somebody who watched at this rate does so no more. */
  public void unwatch(String name, int hz, Moment now) {
    Graph graph = find(name);
    if (graph != null) {
      graph.unwatch(hz, now);
    }
  }

  /** Says what time it is. */
  public void tick(Moment now) {
    for (Graph graph : graphs.values()) {
      graph.tick(now);
    }
  }

  /** What there is, and what was done. */
  public GraphFigures figures() {
    return meter.figures(graphs.size(), sum(Graph::nodes), sum(Graph::edges), sum(Graph::classes));
  }

  private int sum(ToIntFunction<Graph> figure) {
    return graphs.values().stream().mapToInt(figure).sum();
  }

  /** Ends every graph, after all it was told before; there will be no others. */
  @Override
  public void close() {
    isClosed = true;
    Moment now = ports.clock().get();
    for (Graph graph : graphs.values()) {
      graph.close(
          now,
          () -> {
            var _ = forget(graph);
          });
    }
  }
}
