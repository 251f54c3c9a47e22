package io.sluice.services.graph;

import io.sluice.core.log.Broker;
import io.sluice.core.log.StateKeeper;
import io.sluice.model.Moment;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What graphs need of the house around them. Immutable, for any thread.
 *
 * @param broker where ticks and changes are published
 * @param keeper is told which class knows the state of which channel
 * @param graphs where graphs do what they are told, each one thing at a time; never an event loop
 * @param paths where shortest paths are found and structures printed, which may take long: at most
 *     as many at once as it has threads
 * @param clock what time it is, when something is answered later
 * @param mishaps where bugs are noted
 */
public record GraphPorts(
    Broker broker,
    StateKeeper keeper,
    Executor graphs,
    Executor paths,
    Supplier<Moment> clock,
    Mishaps mishaps) {}
