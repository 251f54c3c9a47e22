package io.sluice.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything the core says to a connection, publications aside: those travel as {@link Frame}s. */
public sealed interface Event {
  /**
   * The connection stands.
   *
   * @param expiresAtMillis when its token ends, in milliseconds since 1970 UTC; {@link
   *     Long#MAX_VALUE} for never
   */
  record Connected(String user, String connectionId, long expiresAtMillis) implements Event {}

  /**
   * A subscription is open, or has grown.
   *
   * @param filter the entry the request gave; null if it gave none
   * @param position the cursor's: what comes next is the publication after it
   * @param recovered whether everything after the request's {@code since} will come; false without
   *     {@code since}
   * @param policy what happens when the subscriber cannot take more
   * @param holds whether it slows the channel's writers while it is slow
   */
  record Subscribed(
      @Nullable RequestId id,
      Subject subject,
      @Nullable Filter filter,
      Position position,
      boolean recovered,
      Policy policy,
      boolean holds)
      implements Event {}

  /**
   * A subscription, or one entry of it, is gone.
   *
   * @param why why the server ended it; null if the peer did
   */
  record Unsubscribed(@Nullable RequestId id, Subject subject, @Nullable Code why)
      implements Event {}

  /** A publication is in the log, at this position. */
  record Published(@Nullable RequestId id, ChannelName channel, Position position)
      implements Event {}

  /**
   * These publications were not examined for this subscriber and will not come.
   *
   * @param first the first offset lost
   * @param last the last offset lost
   */
  record Gap(Subject subject, String epoch, long first, long last, GapReason reason)
      implements Event {}

  /**
   * Everything up to here has been delivered, filtered out or conflated: store it as {@code since}.
   *
   * @param conflated how many publications that passed the filters were left out for newer ones of
   *     the same key, since this was last said
   */
  record At(Subject subject, Position position, long conflated) implements Event {}

  /**
   * The peer's publications on this channel wait for slow readers.
   *
   * @param readers how many hold it back now, at least one
   * @param bytes how much lies before the slowest of them
   */
  record Held(ChannelName channel, int readers, long bytes) implements Event {}

  /** None of the peer's publications on this channel waits any longer. */
  record Released(ChannelName channel) implements Event {}

  /**
   * Publications that the log still had.
   *
   * @param head the log's position when it was read
   * @param recovered whether the request had a {@code since}, and nothing is missing between it and
   *     the first of these
   * @param more whether there were later ones than these
   * @param publications oldest first
   */
  record History(
      @Nullable RequestId id,
      ChannelName channel,
      Position head,
      boolean recovered,
      boolean more,
      List<Publication> publications)
      implements Event {}

  /**
   * Who is subscribed.
   *
   * @param users in order of joining, as many as {@code limits.presence.users} lets be listed
   * @param total how many there are
   */
  record Presence(@Nullable RequestId id, ChannelName channel, List<Present> users, int total)
      implements Event {}

  /**
   * The connection has a new token.
   *
   * @param expiresAtMillis when it ends, in milliseconds since 1970 UTC; {@link Long#MAX_VALUE} for
   *     never
   */
  record Refreshed(@Nullable RequestId id, long expiresAtMillis) implements Event {}

  /** The answer to a ping, with the server's wall clock. */
  record Pong(@Nullable RequestId id, long epochMillis) implements Event {}

  /** A peer's mistake, said to it. */
  record Failed(@Nullable RequestId id, @Nullable Subject subject, Fault fault) implements Event {}
}
