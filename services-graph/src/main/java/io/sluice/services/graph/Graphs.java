package io.sluice.services.graph;

import io.sluice.model.Moment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

  /**
   * Puts a graph in the place of all that the graph of this name holds; makes it where there is
   * none.
   *
   * @param rate as for {@link #create}; null for the one it has, or the usual. A graph that there
   *     is keeps its own: another is refused
   * @param mayMake if not, {@link GraphCode#UNKNOWN_GRAPH} where there is none
   * @return whether it was made
   */
  public boolean put(
      String name,
      @Nullable Integer rate,
      GraphCommand.Replace whole,
      boolean mayMake,
      Moment now,
      Answer answer) {
    GraphFault fault = CommandCheck.check(whole, limits);
    if (fault != null) {
      meter.refused();
      answer.answered(fault);
      return false;
    }
    Graph graph = find(name);
    boolean isMade = false;
    if (graph == null) {
      fault = mayMake ? create(name, rate == null ? Rates.STEADY : rate) : unknown();
      isMade = fault == null;
    } else if (rate != null && rate != graph.rate()) {
      fault =
          new GraphFault(GraphCode.INVALID_RATE, "The graph ticks at a rate of " + graph.rate());
    }
    if (fault == null) {
      submit(name, whole, now, answer);
    } else {
      meter.refused();
      answer.answered(fault);
    }
    return isMade;
  }

  /**
   * Tells a graph to do something, after all it was told before, now.
   *
   * @return done with null when it was done, else with why nothing of it was; perhaps on the
   *     graphs' thread, where nothing may wait
   */
  public CompletionStage<@Nullable GraphFault> submit(String name, GraphCommand command) {
    CompletableFuture<@Nullable GraphFault> answer = new CompletableFuture<>();
    submit(name, command, ports.clock().get(), answer::complete);
    return answer;
  }

  /** The same at this moment. */
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

  /** Somebody watches a graph, as {@link Graph#watch} says. */
  public void watch(String name, int hz, Moment now, Answer answer) {
    Graph graph = find(name);
    if (graph == null) {
      answer.answered(unknown());
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
    return meter.figures(
        graphs.size(),
        sum(graph -> graph.standing().nodes()),
        sum(graph -> graph.standing().edges()),
        sum(Graph::classes));
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
