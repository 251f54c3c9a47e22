package io.sluice.model;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the channels of one namespace behave.
 *
 * @param log the bounds of each channel's log
 * @param delivery what happens to a subscriber that cannot take more
 * @param hold how a slow reader slows its writer; null if it does not
 * @param feed the bounds of the log to which every publication of the namespace is also appended,
 *     for those who subscribe by pattern; null if there is none
 * @param presence whether it may be asked who is there
 * @param rights who may publish and subscribe, beside what tokens grant
 * @param clients what one client may do
 * @param priority whose data goes first on a connection that cannot take everything
 */
public record ChannelSettings(
    Limits.Log log,
    Delivery delivery,
    @Nullable Hold hold,
    Limits.@Nullable Log feed,
    boolean presence,
    Rights rights,
    Clients clients,
    Priority priority) {

  /** What holds where nothing is configured but the log. */
  public static ChannelSettings of(Limits.Log log) {
    return new ChannelSettings(
        log,
        Delivery.DEFAULTS,
        null,
        null,
        true,
        Rights.EVERYBODY,
        Clients.DEFAULTS,
        Priority.MEDIUM);
  }

  /**
   * How the namespace's feed behaves: its log's bounds are the feed's, and nobody holds or is
   * present there.
   *
   * @throws IllegalStateException if the namespace has no feed
   */
  public ChannelSettings ofFeed() {
    if (feed == null) {
      throw new IllegalStateException("no feed");
    }
    return new ChannelSettings(feed, delivery, null, null, false, rights, clients, priority);
  }

  /**
   * What happens to a subscriber that cannot take more.
   *
   * @param policy of a subscription that asks for none
   * @param allowed what a subscription may ask for; the default is among them
   * @param conflateBy of a {@link Policy#LATEST} subscription that does not say: a top-level field
   *     of the data, or {@link #BY_KEY}
   * @param latestKeys a {@link Policy#LATEST} subscriber resumes with at most so many keys; a gap
   *     says what lies before them
   * @param dropOldestMessages a {@link Policy#DROP_OLDEST} subscriber resumes at most so many
   *     publications behind the head; a gap says what lies before them
   * @param disconnectMessages a {@link Policy#DISCONNECT} subscriber is closed once it is so many
   *     publications behind the head
   */
  public record Delivery(
      Policy policy,
      Set<Policy> allowed,
      String conflateBy,
      int latestKeys,
      int dropOldestMessages,
      int disconnectMessages) {
    /** The name that stands for the publication's own key. */
    public static final String BY_KEY = "$key";

    /** Lossless, and each may choose for itself. */
    public static final Delivery DEFAULTS =
        new Delivery(Policy.LOSSLESS, Set.of(Policy.values()), BY_KEY, 1_000, 64, 512);

    public Delivery {
      allowed = Set.copyOf(allowed);
    }

    /** The same with another policy for who asks for none. */
    public Delivery with(Policy other) {
      return new Delivery(
          other, allowed, conflateBy, latestKeys, dropOldestMessages, disconnectMessages);
    }
  }

  /**
   * A slow reader slows its writer.
   *
   * @param bytes a publication enters while not more than so many bytes lie before the slowest
   *     holding reader; one alone always enters
   * @param readers at most so many readers of a channel hold it; others just read. Whose own the
   *     channel is holds beside them
   * @param patience a reader that has not moved for so long, though there was something to read,
   *     loses its hold
   */
  public record Hold(long bytes, int readers, Duration patience) {
    /** 256 KiB, 64 readers, 30 seconds. */
    public static final Hold DEFAULTS = new Hold(256 << 10, 64, Duration.ofSeconds(30));
  }

  /**
   * Which roles may do what. A token must grant it too.
   *
   * @param publish the roles that may publish; null for any and none
   * @param subscribe the roles that may subscribe and read history and presence; null for any and
   *     none
   */
  public record Rights(@Nullable Set<String> publish, @Nullable Set<String> subscribe) {
    /** Whoever a token lets. */
    public static final Rights EVERYBODY = new Rights(null, null);

    /** Whether this role may publish. */
    public boolean mayPublish(@Nullable String role) {
      return may(publish, role);
    }

    /** Whether this role may subscribe. */
    public boolean maySubscribe(@Nullable String role) {
      return may(subscribe, role);
    }

    private static boolean may(@Nullable Set<String> roles, @Nullable String role) {
      return roles == null || (role != null && roles.contains(role));
    }
  }

  /**
   * What one client may do.
   *
   * @param payloadBytes the largest payload; beyond it {@code too_large}
   * @param subscribers at most so many subscriptions to one channel on one node, and as many to the
   *     feed; beyond it {@code channel_full}. Whose own the channel is always finds room
   */
  public record Clients(int payloadBytes, int subscribers) {
    /** Nothing beside what holds everywhere. */
    public static final Clients DEFAULTS = new Clients(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }
}
