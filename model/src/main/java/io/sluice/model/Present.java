package io.sluice.model;

/**
 * A user who is subscribed to a channel.
 *
 * @param user who
 * @param connections over how many connections, 1 or more
 */
public record Present(String user, int connections) {}
