package io.sluice.model;

import java.util.List;

/**
 * What a token, a role or an API key lets its bearer do.
 *
 * @param publish the channels it may publish to
 * @param subscribe the channels it may subscribe to, and whose history and presence it may read
 * @param broadcast the channels it may speak on in the server's own name
 * @param disconnect whether it may end the connections of others
 */
public record Grants(
    List<ChannelPattern> publish,
    List<ChannelPattern> subscribe,
    List<ChannelPattern> broadcast,
    boolean disconnect) {
  private static final List<ChannelPattern> EVERYWHERE = List.of(ChannelPattern.ALL);

  /** What a client may do where nothing restricts it. */
  public static final Grants ALL = new Grants(EVERYWHERE, EVERYWHERE);

  /** Everything there is. */
  public static final Grants ADMIN = new Grants(EVERYWHERE, EVERYWHERE, EVERYWHERE, true);

  /** Nothing at all. */
  public static final Grants NONE = new Grants(List.of(), List.of());

  public Grants {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
    broadcast = List.copyOf(broadcast);
  }

  /** A client's: it speaks in its own name only. */
  public Grants(List<ChannelPattern> publish, List<ChannelPattern> subscribe) {
    this(publish, subscribe, List.of(), false);
  }

  /** Whether a publication to the channel is allowed. */
  public boolean mayPublish(ChannelName channel) {
    return covers(publish, channel);
  }

  /** Whether a subscription to the channel is allowed. */
  public boolean maySubscribe(ChannelName channel) {
    return covers(subscribe, channel);
  }

  /** Whether a subscription to every channel of the pattern is allowed, by one grant. */
  public boolean maySubscribe(ChannelPattern pattern) {
    return subscribe.stream().anyMatch(grant -> grant.covers(pattern));
  }

  /** Whether a broadcast on the channel is allowed. */
  public boolean mayBroadcast(ChannelName channel) {
    return covers(broadcast, channel);
  }

  private static boolean covers(List<ChannelPattern> patterns, ChannelName channel) {
    for (ChannelPattern pattern : patterns) {
      if (pattern.covers(channel)) {
        return true;
      }
    }
    return false;
  }
}
