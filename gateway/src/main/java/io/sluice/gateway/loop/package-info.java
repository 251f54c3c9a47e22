/**
 * Event loops and what lives on each: a {@link io.sluice.gateway.loop.Worker} owns one loop's lane,
 * wire and clock; a {@link io.sluice.gateway.loop.SocketHandler} is one WebSocket's way in, a
 * {@link io.sluice.gateway.loop.ResponseHandler} one response's that goes on; the {@link
 * io.sluice.gateway.loop.GatewayServer} listens and gives each connection to a worker.
 *
 * <p>Everything read in one pass of a loop is answered and fanned out in one turn behind it: {@link
 * io.sluice.gateway.loop.Worker#scheduleTurn} is what all who have something to do call.
 *
 * <p>Imports its sibling packages {@code http}, {@code wire} and {@code websocket}, {@code core}
 * and Netty; no sibling imports it. Start reading at {@link io.sluice.gateway.loop.Worker}.
 */
@NullMarked
package io.sluice.gateway.loop;

import org.jspecify.annotations.NullMarked;
