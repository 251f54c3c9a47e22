package io.sluice.gateway.haip;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of one session's channels on the hub: {@code haip.<session>.<CHANNEL>}. Immutable.
 *
 * @param session its id
 */
record SessionChannels(String session) {
  private static final String PREFIX = "haip.";

  /** The channel of the hub that carries this one. */
  ChannelName onHub(String channel) {
    return new ChannelName(PREFIX + session + "." + channel);
  }

  /** All of them. */
  ChannelPattern all() {
    return new ChannelPattern(PREFIX + session + ".>");
  }

  /** What the session calls a channel of its own. */
  String nameIn(ChannelName channel) {
    return channel.value().substring(PREFIX.length() + session.length() + 1);
  }

  /** Whose channel it would be; null if it has not the form of any session's. */
  static @Nullable SessionChannels around(ChannelName channel) {
    String name = channel.value();
    int end = name.lastIndexOf('.');
    return name.startsWith(PREFIX) && end > PREFIX.length()
        ? new SessionChannels(name.substring(PREFIX.length(), end))
        : null;
  }
}
