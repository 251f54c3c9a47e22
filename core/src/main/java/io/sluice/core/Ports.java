package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.presence.Presence;
import io.sluice.model.Namespaces;

/**
 * What all lanes of a process share: everything the core asks of others, sockets apart. Each is
 * safe from any thread.
 *
 * @param broker order and history
 * @param presence who is subscribed
 * @param tokens checks the token of a refresh
 * @param namespaces how channels behave
 * @param meter counts
 */
public record Ports(
    Broker broker, Presence presence, Tokens tokens, Namespaces namespaces, Meter meter) {}
