package io.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * A publication before the log has numbered it.
 *
 * @param channel where it goes
 * @param kind who speaks: a client or the server
 * @param from the publishing user, from its token; null for the server's own
 * @param payload the data
 * @param key the publisher's key for conflation, if given; 1 to {@link #MAX_KEY_LENGTH} characters
 * @param idempotencyKey makes a repetition by the same {@code from} within the window append
 *     nothing, if given; 1 to {@link #MAX_KEY_LENGTH} characters
 * @param publisher the session that published it, where sessions do not want their own back; null
 *     if nobody asks
 */
public record Draft(
    ChannelName channel,
    Kind kind,
    @Nullable String from,
    Payload payload,
    @Nullable String key,
    @Nullable String idempotencyKey,
    @Nullable String publisher) {

  /** One that everybody gets who reads the channel. */
  public Draft(
      ChannelName channel,
      Kind kind,
      @Nullable String from,
      Payload payload,
      @Nullable String key,
      @Nullable String idempotencyKey) {
    this(channel, kind, from, payload, key, idempotencyKey, null);
  }

  /** The longest key of either kind, in characters. */
  public static final int MAX_KEY_LENGTH = 128;

  /** Who speaks. */
  public enum Kind {
    /** A client's publication, with {@code from}. */
    MESSAGE,
    /** The server's own. */
    BROADCAST,
    /** {@code from} has subscribed; of presence only, never in a channel's own log. */
    JOIN,
    /** {@code from} is subscribed no more; of presence only, never in a channel's own log. */
    LEAVE
  }
}
