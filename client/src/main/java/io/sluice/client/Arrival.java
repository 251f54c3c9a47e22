package io.sluice.client;

import java.time.Instant;

/**
 * A user has joined a channel or left it: first subscription, or end of the last.
 *
 * @param channel the channel
 * @param userId who
 * @param timestamp when, by the server's clock
 */
public record Arrival(String channel, String userId, Instant timestamp) {}
