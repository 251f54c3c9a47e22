package io.sluice.services.graph;

import org.jspecify.annotations.Nullable;

/** Who asked a graph for something. */
@FunctionalInterface
public interface Answer {
  /** Whoever does not ask how it went. */
  Answer NOBODY = fault -> {};

  /**
   * It was done, or nothing of it was. Called once, perhaps inside the call that asked, else on the
   * graph's executor; nothing may wait here.
   *
   * @param fault why not; null if it was done
   */
  void answered(@Nullable GraphFault fault);
}
