package io.sluice.services.graph;

import java.util.concurrent.atomic.AtomicInteger;

/** How much waits for one graph: two atomic numbers, for any thread. */
final class Admission {
  private final GraphLimits limits;
  private final AtomicInteger commands = new AtomicInteger();
  private final AtomicInteger rows = new AtomicInteger();

  Admission(GraphLimits limits) {
    this.limits = limits;
  }

  /**
   * Lets a command in that brings so many rows; it is given back with {@link #leave}.
   *
   * @return false, and nothing is counted, if there is no room
   */
  boolean enter(int brought) {
    int allRows = rows.addAndGet(brought);
    boolean hasRoom =
        commands.incrementAndGet() <= limits.queuedCommands()
            && (allRows <= limits.queuedRows() || allRows == brought);
    if (!hasRoom) {
      leave(brought);
    }
    return hasRoom;
  }

  void leave(int brought) {
    commands.decrementAndGet();
    rows.addAndGet(-brought);
  }
}
