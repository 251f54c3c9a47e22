package io.sluice.services.graph;

import java.util.Set;

/** How often a graph may tick, and a class of it: so many times a second. */
public final class Rates {
  /** The rate of graphs of which nothing else is said. */
  public static final int STEADY = 5;

  /** The fastest. */
  public static final int FASTEST = 60;

  private static final Set<Integer> ALL = Set.of(1, 2, 5, 10, 20, 30, FASTEST);

  private Rates() {}

  /** Whether a graph may tick so often. */
  public static boolean isRate(int hz) {
    return ALL.contains(hz);
  }

  /** Whether those who watch a graph of one rate may have the other. */
  public static boolean divides(int hz, int rate) {
    return isRate(hz) && rate % hz == 0;
  }
}
