package io.sluice.client;

import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * A subscription stands, at first or again.
 *
 * @param channel the channel
 * @param position where: the next publication is the one after it; null from a server that does not
 *     number
 * @param recovered whether everything since the place that was asked for will come
 */
public record Subscribed(String channel, @Nullable Position position, boolean recovered) {}
