package io.sluice.server.metrics;

import java.util.function.LongSupplier;

/**
 * What goes in and out over connections that last, each to be read by any thread.
 *
 * @param standing WebSockets that stand, and responses that go on
 * @param messages that have come over them
 * @param errors failures that they were told of, but for those of HAIP, which counts its own
 */
public record Traffic(LongSupplier standing, LongSupplier messages, LongSupplier errors) {}
