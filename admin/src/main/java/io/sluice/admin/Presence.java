package io.sluice.admin;

import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import org.jspecify.annotations.Nullable;

/** The port to who is subscribed. Any thread. */
@FunctionalInterface
public interface Presence {
  /** Who is subscribed to a channel; null if the server does not keep it. */
  Event.@Nullable Presence read(ChannelName channel);
}
