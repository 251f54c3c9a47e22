package io.sluice.model;

/**
 * A place in a channel's log.
 *
 * @param epoch the log's epoch: random text, 1 to 64 characters, new whenever numbering restarts
 * @param offset how much has been seen: the offset of a publication, or 0 for "nothing yet"; at
 *     most {@link #MAX_OFFSET}
 */
public record Position(String epoch, long offset) {
  /** The largest offset: what a JavaScript number holds exactly. */
  public static final long MAX_OFFSET = (1L << 53) - 1;

  /** The longest epoch, in characters. */
  public static final int MAX_EPOCH_LENGTH = 64;
}
