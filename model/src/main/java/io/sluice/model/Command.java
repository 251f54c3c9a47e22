package io.sluice.model;

import org.jspecify.annotations.Nullable;

/** Everything a connection can ask of the core. */
public sealed interface Command {
  /** The id to echo in the answers; null if the peer gave none. */
  @Nullable RequestId id();

  /**
   * Opens a subscription, or adds to one that is open.
   *
   * @param subject the channel, or the pattern of channels
   * @param filter one entry for the filter set; null is the default entry
   * @param credit on opening, meters the subscription from this balance, and null asks for no
   *     metering; later it adds to the balance of a subscription that is metered
   * @param policy what to do when the subscriber cannot take more; null is the channel's default
   * @param conflateBy what makes publications the same thing for {@link Policy#LATEST}: a top-level
   *     field of the data, or {@link ChannelSettings.Delivery#BY_KEY}; null is the channel's
   *     default
   * @param hold whether it wants to hold the channel's writers while it is slow; null is the
   *     channel's default
   * @param since where the subscriber left off; null is "from now on"
   * @param recoverable whether the subscriber keeps its position, so that it wants to be told of it
   * @param presence whether it wants to be told who is there, who joins and who leaves
   */
  record Subscribe(
      @Nullable RequestId id,
      Subject subject,
      @Nullable Filter filter,
      @Nullable Credit credit,
      @Nullable Policy policy,
      @Nullable String conflateBy,
      @Nullable Boolean hold,
      @Nullable Position since,
      boolean recoverable,
      boolean presence)
      implements Command {
    /** The longest name to conflate by, in characters. */
    public static final int MAX_CONFLATE_BY_LENGTH = 128;
  }

  /**
   * Removes one entry of the filter set, or ends the subscription.
   *
   * @param filter the entry to remove; null ends the subscription
   */
  record Unsubscribe(@Nullable RequestId id, Subject subject, @Nullable Filter filter)
      implements Command {}

  /**
   * Publishes.
   *
   * @param channel where to
   * @param payload the data
   * @param acknowledge whether the publisher wants to hear of success; failure is always said
   * @param key the key for conflation
   * @param idempotencyKey makes a repetition append nothing
   */
  record Publish(
      @Nullable RequestId id,
      ChannelName channel,
      Payload payload,
      boolean acknowledge,
      @Nullable String key,
      @Nullable String idempotencyKey)
      implements Command {}

  /**
   * Adds credit to a subscription.
   *
   * @param meters whether one that was opened without credit has no more than this from here on;
   *     else it stays unmetered, and the grant changes nothing
   */
  record Grant(@Nullable RequestId id, Subject subject, Credit credit, boolean meters)
      implements Command {
    /** For a subscription that stays as it was opened, metered or not. */
    public Grant(@Nullable RequestId id, Subject subject, Credit credit) {
      this(id, subject, credit, false);
    }
  }

  /**
   * Takes credit of a subscription that was spent elsewhere: over the line that it goes on from.
   *
   * @param messages 0 or more
   * @param bytes 0 or more; the balance may fall below zero
   */
  record Spend(@Nullable RequestId id, Subject subject, long messages, long bytes)
      implements Command {}

  /**
   * Stops a subscription where it stands, whatever its credit, or lets it go on.
   *
   * @param paused whether it stops; what it is already is no mistake
   */
  record Pause(@Nullable RequestId id, Subject subject, boolean paused) implements Command {}

  /** Asks for something about one channel that may be large. */
  sealed interface Inquiry extends Command {
    /** The channel. */
    ChannelName channel();
  }

  /**
   * Asks for publications that the log still has.
   *
   * @param since wants those after it, oldest first; null wants the newest
   * @param limit at most so many, 1 to {@link #MAX_LIMIT}
   */
  record History(@Nullable RequestId id, ChannelName channel, @Nullable Position since, int limit)
      implements Inquiry {
    /** The most publications that one request may ask for. */
    public static final int MAX_LIMIT = 1_000;

    /** How many come if the request does not say. */
    public static final int DEFAULT_LIMIT = 100;
  }

  /** Asks who is subscribed. */
  record Presence(@Nullable RequestId id, ChannelName channel) implements Inquiry {}

  /**
   * Replaces the connection's token.
   *
   * @param token a secret: this record does not print it
   */
  record Refresh(@Nullable RequestId id, String token) implements Command {
    @Override
    public String toString() {
      return "Refresh[id=" + id + "]";
    }
  }

  /** Asks for an answer. */
  record Ping(@Nullable RequestId id) implements Command {}
}
