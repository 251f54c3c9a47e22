package io.sluice.services.agents;

import io.sluice.core.log.Broker;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.function.Supplier;

/**
 * What agents need of the house around them. Immutable, for any thread.
 *
 * @param broker where sessions are published and read
 * @param writer who the agents are as publishers: what may wait for slow readers
 * @param threads where user code runs
 * @param timer wakes who pauses
 * @param clock what time it is
 * @param ids fresh UUIDs
 * @param mishaps where failures of user code are noted
 * @param handled who is told how far agents have come
 * @param limits of conversations
 */
public record AgentPorts(
    Broker broker,
    Broker.Writer writer,
    Threads threads,
    Timer timer,
    Supplier<Moment> clock,
    Supplier<String> ids,
    Mishaps mishaps,
    Handled handled,
    HaipLimits limits) {}
