package io.sluice.model;

/**
 * One numbered entry of a channel's log.
 *
 * @param offset its number, from 1 to {@link Position#MAX_OFFSET}
 * @param epochMillis when it was appended, wall clock, in milliseconds since 1970 UTC
 * @param draft what was published
 */
public record Publication(long offset, long epochMillis, Draft draft) {
  /** Bytes of heap a publication costs beside its payload: records, array header, ring slot. */
  public static final int OVERHEAD_BYTES = 128;

  /** What it counts against its log's byte bound. */
  public int retainedBytes() {
    String key = draft.key();
    String from = draft.from();
    return OVERHEAD_BYTES
        + draft.payload().bytes().length
        + (key == null ? 0 : key.length())
        + (from == null ? 0 : from.length());
  }
}
