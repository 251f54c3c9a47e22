package io.sluice.client;

import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * A subscription stands, at first or again.
 *
 * @param channel the channel, or the pattern
 * @param position where: the next publication is the one after it, of a pattern in its feed; null
 *     from a server that does not number
 * @param recovered whether everything since the place that was asked for will come
 * @param policy what happens when it cannot take more: {@link io.sluice.model.Policy#wireName}, or
 *     another word of a later server's
 * @param holds whether it slows the channel's publishers while it is slow
 */
public record Subscribed(
    String channel, @Nullable Position position, boolean recovered, String policy, boolean holds) {
  Subscribed withoutHold() {
    return new Subscribed(channel, position, recovered, policy, false);
  }
}
