package io.sluice.services.graph;

/**
 * What graphs there are and what they have done.
 *
 * @param graphs how many there are now
 * @param nodes in all of them
 * @param edges in all of them
 * @param classes that are watched
 * @param totals since the beginning
 */
public record GraphFigures(int graphs, long nodes, long edges, int classes, Totals totals) {
  /**
   * What only grows.
   *
   * @param ticks publications of nodes
   * @param nodesSent nodes in them
   * @param changes publications of changes
   * @param lost publications that could not be appended
   * @param refused commands that were refused
   * @param pathRuns how often shortest paths were found
   * @param pathNanos how long it took, in nanoseconds
   */
  public record Totals(
      long ticks,
      long nodesSent,
      long changes,
      long lost,
      long refused,
      long pathRuns,
      long pathNanos) {}
}
