package io.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * A peer's mistake, or the world's failure as a peer is told of it.
 *
 * @param code what kind, stable
 * @param message a sentence for a person; never contains a token or a payload
 * @param excess how far something is beyond its bound; null if it is not about that, or not known
 */
public record Fault(Code code, String message, @Nullable Excess excess) {
  /**
   * Something is larger than it may be.
   *
   * @param size in bytes
   * @param max how large it may be
   */
  public record Excess(long size, long max) {}

  /** A fault that says all in its message. */
  public Fault(Code code, String message) {
    this(code, message, null);
  }
}
