package io.sluice.services.graph;

import java.util.concurrent.atomic.LongAdder;

/** What graphs have done so far: adders, which any thread counts up and reads. */
final class GraphMeter {
  private final LongAdder ticks = new LongAdder();
  private final LongAdder nodesSent = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder pathRuns = new LongAdder();
  private final LongAdder pathNanos = new LongAdder();

  /** A tick with so many nodes is in its log. */
  void ticked(int nodes) {
    ticks.increment();
    nodesSent.add(nodes);
  }

  /** A publication of changes was made. */
  void changed() {
    changes.increment();
  }

  /** A publication could not be appended. */
  void lost() {
    lost.increment();
  }

  /** A command was refused. */
  void refused() {
    refused.increment();
  }

  /** Shortest paths were found once more. */
  void found(long nanos) {
    pathRuns.increment();
    pathNanos.add(nanos);
  }

  /** All of it, beside what there is now. */
  GraphFigures figures(int graphs, long nodes, long edges, int classes) {
    return new GraphFigures(
        graphs,
        nodes,
        edges,
        classes,
        new GraphFigures.Totals(
            ticks.sum(),
            nodesSent.sum(),
            changes.sum(),
            lost.sum(),
            refused.sum(),
            pathRuns.sum(),
            pathNanos.sum()));
  }
}
