package io.sluice.services.graph;

/**
 * All limits of graphs by their names. What happens at each bound stands at its parameter.
 *
 * @param graphs at most so many graphs; beyond it {@code too_many_graphs}
 * @param nodes at most so many nodes in one graph; beyond it {@code too_many_nodes}
 * @param edges at most so many edges in one graph; beyond it {@code too_many_edges}
 * @param nameCharacters a node's name has at most so many UTF-16 units; beyond it {@code
 *     name_too_long}
 * @param queuedCommands at most so many commands wait for one graph; beyond it {@code graph_busy}
 * @param queuedRows at most so many nodes and edges wait in them, unless one command brings more
 *     and waits alone; beyond it {@code graph_busy}
 * @param changeBytes one publication of changes has at most so many bytes; more become several
 * @param burst ticks that come early
 */
public record GraphLimits(
    int graphs,
    int nodes,
    int edges,
    int nameCharacters,
    int queuedCommands,
    int queuedRows,
    int changeBytes,
    Burst burst) {
  /** The smallest bound of a publication of changes: the longest name must find room. */
  public static final int LEAST_CHANGE_BYTES = 2 << 10;

  /** 64 graphs of 100,000 nodes and 400,000 edges. */
  public static final GraphLimits DEFAULTS =
      new GraphLimits(64, 100_000, 400_000, 128, 1_000, 500_000, 32 << 10, Burst.DEFAULTS);

  /** Checks what must fit together. */
  public GraphLimits {
    if (changeBytes < Math.max(LEAST_CHANGE_BYTES, 8 * nameCharacters)) {
      throw new IllegalArgumentException("a change must have room for a name");
    }
  }

  /**
   * Ticks that come before they are due, because much changed or somebody asked.
   *
   * @param nodes so many nodes changed by one command make the next tick come early
   * @param ticks so many may come early in a row; what is more comes when it is due
   * @param perSecond and so many more may with each second that passes
   */
  public record Burst(int nodes, int ticks, double perSecond) {
    /** From 100 nodes on; 10 in a row, 2 more each second. */
    public static final Burst DEFAULTS = new Burst(100, 10, 2);
  }
}
