package io.sluice.services.graph;

/**
 * All limits of graphs by their names. What happens at each bound stands at its parameter.
 *
 * @param graphs at most so many graphs; beyond it {@code too_many_graphs}
 * @param nodes at most so many nodes in one graph; beyond it {@code graph_full}
 * @param edges at most so many edges in one graph; beyond it {@code graph_full}
 * @param nameCharacters a node's name has at most so many UTF-16 units; beyond it {@code
 *     name_too_long}
 * @param queuedCommands at most so many commands wait for one graph; beyond it {@code busy}
 * @param queuedRows at most so many nodes and edges wait in them, unless one command brings more
 *     and waits alone; beyond it {@code busy}
 * @param changeBytes one publication of changes has at most so many bytes; more become several
 * @param pieceBytes one piece of a structure that is told whole has at most so many bytes; more
 *     become several
 * @param view graphs that are printed whole
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
    int pieceBytes,
    View view,
    Burst burst) {
  /** The smallest bound of a piece or publication: the longest name must find room. */
  public static final int LEAST_CHANGE_BYTES = 2 << 10;

  /** 64 graphs of 100,000 nodes and 400,000 edges. */
  public static final GraphLimits DEFAULTS =
      new GraphLimits(
          64,
          100_000,
          400_000,
          128,
          1_000,
          500_000,
          32 << 10,
          256 << 10,
          View.DEFAULTS,
          Burst.DEFAULTS);

  /** Checks what must fit together. */
  public GraphLimits {
    int least = Math.max(LEAST_CHANGE_BYTES, 8 * nameCharacters);
    if (changeBytes < least || pieceBytes < least) {
      throw new IllegalArgumentException("changes and pieces must have room for a name");
    }
  }

  /**
   * Graphs that are printed whole, positions and all.
   *
   * @param bytes one has at most so many; beyond it {@code graph_too_large}
   * @param atOnce at most so many are being printed or sent; beyond it {@code busy}
   */
  public record View(int bytes, int atOnce) {
    /** 64 MiB, four at once. */
    public static final View DEFAULTS = new View(64 << 20, 4);
  }

  /**
   * Ticks that come before they are due, because much changed after a rest.
   *
   * @param nodes so many nodes changed by one command make the next tick come early
   * @param ticks so many may come early, one for each that was due before and not needed; what is
   *     more comes when it is due
   */
  public record Burst(int nodes, int ticks) {
    /** From 100 nodes on; 10 at most. */
    public static final Burst DEFAULTS = new Burst(100, 10);
  }
}
