package io.sluice.bench;

import io.sluice.core.log.MemoryBroker;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.services.graph.Answer;
import io.sluice.services.graph.GraphFigures;
import io.sluice.services.graph.GraphLimits;
import io.sluice.services.graph.GraphPorts;
import io.sluice.services.graph.Graphs;
import io.sluice.services.graph.demo.DemoGraph;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What the demo's graph costs the server before anybody is sent it: layout, commands, paths and
 * ticks, all on one thread and in a time that is made up, so that only the processor's time counts
 * and the machine's load does not matter much. A program of its own.
 */
public final class DemoGraphCost {
  private static final int RATE = 30;
  private static final int WARM = 60 * RATE;
  private static final int MEASURED = 120 * RATE;

  private Moment now = new Moment(0, 0);

  private DemoGraphCost() {}

  /** Prints one line for each size. */
  public static void main(String[] arguments) {
    for (int nodes : new int[] {1_000, DemoGraph.NODES, 10_000}) {
      new DemoGraphCost().measure(nodes);
    }
  }

  private void measure(int nodes) {
    MemoryBroker broker =
        new MemoryBroker(
            Limits.defaults(1 << 28).hub(), Namespaces.of(Limits.Log.DEFAULTS), () -> "epoch");
    GraphPorts ports =
        new GraphPorts(
            broker,
            broker,
            Runnable::run,
            Runnable::run,
            () -> new Moment(System.nanoTime(), 0),
            (graph, what, why) -> {
              throw new IllegalStateException(what, why);
            });
    try (Graphs graphs = new Graphs(ports, GraphLimits.DEFAULTS)) {
      DemoGraph demo = new DemoGraph(graphs, "demo", 1, nodes, 2 * nodes, RATE);
      if (demo.begin(now) != null) {
        throw new IllegalStateException("no graph");
      }
      graphs.watch("demo", RATE, now, Answer.NOBODY);
      run(demo, graphs, WARM);
      GraphFigures before = graphs.figures();
      long begun = processorNanos();
      run(demo, graphs, MEASURED);
      print(nodes, processorNanos() - begun, before, graphs.figures());
    }
  }

  private void run(DemoGraph demo, Graphs graphs, int steps) {
    for (int i = 0; i < steps; i++) {
      now = new Moment(now.nanos() + 1_000_000_000 / RATE, now.epochMillis() + 1_000 / RATE);
      demo.tick(now);
      graphs.tick(now);
    }
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void print(int nodes, long nanos, GraphFigures before, GraphFigures after) {
    GraphFigures.Totals was = before.totals();
    GraphFigures.Totals is = after.totals();
    System.out.printf(
        Locale.ROOT,
        "%,6d nodes: %.2f ms a step, %.1f %% of a core at %d Hz; %.0f nodes a tick;"
            + " a search %.2f ms%n",
        nodes,
        nanos / 1e6 / MEASURED,
        nanos / 1e9 / MEASURED * RATE * 100,
        RATE,
        (double) (is.nodesSent() - was.nodesSent()) / Math.max(1, is.ticks() - was.ticks()),
        (is.pathNanos() - was.pathNanos()) / 1e6 / Math.max(1, is.pathRuns() - was.pathRuns()));
  }
}
