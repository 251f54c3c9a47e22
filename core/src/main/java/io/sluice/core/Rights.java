package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Identity;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import org.jspecify.annotations.Nullable;

/** Whose one session is, and what that lets it do. Owned by its session's lane. */
final class Rights {
  private final Namespaces namespaces;
  private Identity identity;

  /** Its own channels, where the rights of roles do not count; null if it has none. */
  private @Nullable ChannelPattern own;

  Rights(Identity identity, Namespaces namespaces) {
    this.identity = identity;
    this.namespaces = namespaces;
  }

  Identity identity() {
    return identity;
  }

  /** From here on this is what its token says. */
  void renew(Identity renewed) {
    identity = renewed;
  }

  /** These channels are its own from here on; null for none. */
  void own(@Nullable ChannelPattern channels) {
    own = channels;
  }

  /** Whether it is a channel of its own. */
  boolean owns(Subject subject) {
    return own != null && subject instanceof ChannelName channel && own.covers(channel);
  }

  /** Whether its token and the channel's rights let it publish there. */
  boolean mayPublish(ChannelName channel) {
    return owns(channel)
        ? identity.grants().mayPublish(channel)
        : namespaces.mayPublish(identity.grants(), identity.role(), channel);
  }

  /** Whether its token and the channel's rights, or its namespace's, let it read there. */
  boolean mayRead(Subject subject) {
    return switch (subject) {
      case ChannelName channel ->
          owns(channel)
              ? identity.grants().maySubscribe(channel)
              : namespaces.maySubscribe(identity.grants(), identity.role(), channel);
      case ChannelPattern pattern ->
          namespaces.maySubscribe(identity.grants(), identity.role(), pattern);
    };
  }
}
