package io.sluice.client;

/**
 * Publications of this client wait at the server for slow readers of their channel.
 *
 * @param channel the channel
 * @param readers how many readers are behind
 * @param bytes how much they have not read
 */
public record Held(String channel, long readers, long bytes) {}
