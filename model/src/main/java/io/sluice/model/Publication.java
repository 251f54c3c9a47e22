package io.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * One numbered entry of a log: a channel's, or a namespace's feed.
 *
 * @param offset its number in the log that holds it, from 1 to {@link Position#MAX_OFFSET}
 * @param epochMillis when it was appended, wall clock, in milliseconds since 1970 UTC
 * @param draft what was published
 * @param origin where it stands in its channel, if a feed's log holds it; null in the channel's own
 */
public record Publication(long offset, long epochMillis, Draft draft, @Nullable Origin origin) {
  /** Bytes of heap a publication costs beside its payload: records, array header, ring slot. */
  public static final int OVERHEAD_BYTES = 128;

  /** A publication in its channel's own log. */
  public Publication(long offset, long epochMillis, Draft draft) {
    this(offset, epochMillis, draft, null);
  }

  /**
   * Where a feed's publication came from.
   *
   * @param channel its place in its channel's log
   * @param feedEpoch the epoch of the feed that numbered it here
   */
  public record Origin(Position channel, String feedEpoch) {}

  /** The same publication, which has this place in a channel, as a feed numbers it. */
  public Publication inFeed(String channelEpoch, String feedEpoch, long feedOffset) {
    Origin from = new Origin(new Position(channelEpoch, offset), feedEpoch);
    return new Publication(feedOffset, epochMillis, draft, from);
  }

  /** What it counts against its log's byte bound; the same in a feed, which may outlive the log. */
  public int retainedBytes() {
    return retainedBytes(draft);
  }

  /** The same, before it has a number. */
  public static int retainedBytes(Draft draft) {
    String key = draft.key();
    String from = draft.from();
    return OVERHEAD_BYTES
        + draft.payload().retainedBytes()
        + (key == null ? 0 : key.length())
        + (from == null ? 0 : from.length());
  }
}
