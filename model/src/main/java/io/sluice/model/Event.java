package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** Everything the core says to a connection, publications aside: those travel as {@link Frame}s. */
public sealed interface Event {
  /** The connection stands. */
  record Connected(String user, String connectionId) implements Event {}

  /**
   * A subscription is open, or has grown.
   *
   * @param filter the entry the request gave; null if it gave none
   * @param position the cursor's: what comes next is the publication after it
   * @param recovered whether everything after the request's {@code since} will come; false without
   *     {@code since}
   */
  record Subscribed(
      @Nullable RequestId id,
      ChannelName channel,
      @Nullable Filter filter,
      Position position,
      boolean recovered)
      implements Event {}

  /** A subscription, or one entry of it, is gone. */
  record Unsubscribed(@Nullable RequestId id, ChannelName channel) implements Event {}

  /** A publication is in the log, at this position. */
  record Published(@Nullable RequestId id, ChannelName channel, Position position)
      implements Event {}

  /**
   * These publications were not examined for this subscriber and will not come.
   *
   * @param first the first offset lost
   * @param last the last offset lost
   */
  record Gap(ChannelName channel, String epoch, long first, long last, GapReason reason)
      implements Event {}

  /** Everything up to here has been delivered or filtered out: store it as {@code since}. */
  record At(ChannelName channel, Position position) implements Event {}

  /** The answer to a ping, with the server's wall clock. */
  record Pong(@Nullable RequestId id, long epochMillis) implements Event {}

  /** A peer's mistake, said to it. */
  record Failed(@Nullable RequestId id, @Nullable ChannelName channel, Fault fault)
      implements Event {}
}
