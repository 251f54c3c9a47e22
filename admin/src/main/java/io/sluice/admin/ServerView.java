package io.sluice.admin;

import java.util.function.LongSupplier;

/**
 * What the server shows of itself, each figure readable by any thread.
 *
 * @param version what was released
 * @param uptimeSeconds since it started
 * @param connections WebSockets that stand
 * @param subscriptions that are open
 * @param channels that have a log
 */
public record ServerView(
    String version,
    LongSupplier uptimeSeconds,
    LongSupplier connections,
    LongSupplier subscriptions,
    LongSupplier channels) {}
