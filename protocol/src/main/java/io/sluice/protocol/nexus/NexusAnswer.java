package io.sluice.protocol.nexus;

import io.sluice.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server's message says, as a client reads it. An {@code id} is the number the client gave
 * its request, or {@link #NO_ID}. Times are milliseconds since 1970 UTC.
 */
public sealed interface NexusAnswer {
  /** The id of an answer that has none, or one that this client never gave. */
  long NO_ID = 0;

  /** The offset of a publication that was not numbered. */
  long NO_OFFSET = 0;

  /**
   * The connection stands.
   *
   * @param connectionId the server's name for it; empty if it gave none
   * @param expiresAt when the token ends; 0 if never, or if the server does not say
   */
  record Connected(String userId, String connectionId, long expiresAt) implements NexusAnswer {}

  /**
   * A subscription is open.
   *
   * @param position where it stands; null in the seed's grammar
   * @param policy what happens when the subscriber cannot take more
   * @param holds whether it slows the channel's writers while it is slow
   */
  record Subscribed(
      long id,
      String channel,
      @Nullable Position position,
      boolean recovered,
      String policy,
      boolean holds)
      implements NexusAnswer {}

  /**
   * A subscription has ended.
   *
   * @param code why, if the server ended it of its own accord
   */
  record Unsubscribed(long id, String channel, @Nullable String code) implements NexusAnswer {}

  /** A publication was appended. */
  record Published(long id, String channel, Position position) implements NexusAnswer {}

  /**
   * A publication.
   *
   * @param from its publisher; null for the server's own
   * @param data JSON text, byte for byte what was published
   * @param offset its number in its channel, or {@link #NO_OFFSET}
   * @param broadcast whether it is the server's own
   * @param fed what a feed adds; null if it comes from its channel
   */
  record Delivered(
      String channel,
      @Nullable String from,
      String data,
      long timestamp,
      long offset,
      boolean broadcast,
      @Nullable Fed fed)
      implements NexusAnswer {}

  /**
   * What a publication that comes from a feed has beside its channel's.
   *
   * @param epoch the channel's, under which its offset was given
   * @param position its place in the feed, which is what a pattern's {@code since} takes
   * @param pattern what was subscribed to
   */
  record Fed(String epoch, Position position, String pattern) {}

  /** These publications were lost to the subscriber. */
  record Gap(String channel, String epoch, long first, long last, String reason)
      implements NexusAnswer {}

  /**
   * Everything up to here has been delivered, filtered out or conflated.
   *
   * @param conflated how many were left out for newer ones of the same key since it was last said
   */
  record At(String channel, Position position, long conflated) implements NexusAnswer {}

  /** The client's publications on this channel wait for slow readers. */
  record Held(String channel, long readers, long bytes) implements NexusAnswer {}

  /** They wait no longer. */
  record Released(String channel) implements NexusAnswer {}

  /** The answer to a ping. */
  record Pong(long id, long timestamp) implements NexusAnswer {}

  /** A request that was not done. */
  record Failed(long id, @Nullable String channel, String code, String message)
      implements NexusAnswer {}

  /**
   * What a channel's log still has.
   *
   * @param head the newest position
   * @param recovered whether nothing between {@code since} and the first one is missing
   * @param more whether later ones did not fit
   */
  record History(
      long id,
      String channel,
      Position head,
      boolean recovered,
      boolean more,
      List<Delivered> publications)
      implements NexusAnswer {}

  /**
   * Who is subscribed to a channel.
   *
   * @param total how many users, those not listed included
   */
  record Presence(long id, String channel, List<User> users, long total) implements NexusAnswer {}

  /** One user of a {@link Presence}, with the number of its connections. */
  record User(String userId, long connections) {}

  /** A user's first subscription to a channel. */
  record Joined(String channel, String userId, long timestamp) implements NexusAnswer {}

  /** A user's last subscription to a channel has ended. */
  record Left(String channel, String userId, long timestamp) implements NexusAnswer {}

  /** The connection has a new token; its end is 0 if it has none. */
  record Refreshed(long id, long expiresAt) implements NexusAnswer {}

  /** A good message of a type that means nothing here: to be passed over. */
  record Unknown(String type) implements NexusAnswer {}

  /**
   * Not a message of this protocol.
   *
   * @param why for a person; quotes nothing of it
   */
  record Garbage(String why) implements NexusAnswer {}
}
