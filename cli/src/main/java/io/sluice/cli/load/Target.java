package io.sluice.cli.load;

import java.net.URI;
import java.util.function.IntFunction;

/**
 * The server under load.
 *
 * @param socket where its WebSocket is
 * @param tokens a token for each connection, by its number
 * @param samples what it costs
 * @param local whether it shares this machine's processors
 */
public record Target(
    URI socket, IntFunction<String> tokens, Sample.Source samples, boolean local) {}
