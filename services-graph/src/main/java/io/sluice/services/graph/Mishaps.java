package io.sluice.services.graph;

/** Where it is noted that something failed that should not: the server's log. Any thread. */
@FunctionalInterface
public interface Mishaps {
  /**
   * Something failed; the graph goes on.
   *
   * @param what what it was doing
   */
  void failed(GraphName graph, String what, Throwable why);
}
