package io.sluice.server.metrics;

import io.sluice.core.Meter;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import java.util.function.IntSupplier;

/**
 * Everything that can be read, each by any thread.
 *
 * @param gateway what was refused and closed
 * @param core what was done and not done
 * @param broker the logs
 * @param connections how many connections there are, HTTP among them
 */
public record Figures(
    GatewayMeter gateway, Meter core, MemoryBroker broker, IntSupplier connections) {}
