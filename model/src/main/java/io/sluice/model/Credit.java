package io.sluice.model;

/**
 * An increment of credit. On the wire credit travels as increments; inside, limits are totals that
 * only rise.
 *
 * @param messages how many messages more, 0 to {@link #MAX}
 * @param bytes how many bytes more, 0 to {@link #MAX}
 */
public record Credit(long messages, long bytes) {
  /** The largest increment, and the largest balance: what a JavaScript number holds exactly. */
  public static final long MAX = (1L << 53) - 1;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if either is below 0 or above {@link #MAX}
   */
  public Credit {
    if (messages < 0 || messages > MAX || bytes < 0 || bytes > MAX) {
      throw new IllegalArgumentException("credit out of range");
    }
  }
}
