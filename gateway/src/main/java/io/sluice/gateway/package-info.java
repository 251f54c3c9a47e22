/**
 * Owns sockets and event loops: bytes become commands on the way in, decisions become bytes on the
 * way out.
 *
 * <pre>
 *   gateway.http       the door: HTTP, tokens, origins, the upgrade, the head of a stream
 *        │ hands over a channel
 *   gateway.loop       one Worker per event loop: its Lane, its Wire, its clock
 *        │  SocketHandler: a WebSocket's way in       gateway.wire   the way out, the only writer
 *        │  ResponseHandler: a stream's, the lines of its request
 *   gateway.websocket  frames and deflate, pure
 *   gateway.nexus      an Endpoint: joins the protocol's conversation and the core's session
 * </pre>
 *
 * <p>This package holds the ports between them: what a protocol implements to be spoken at a path
 * ({@link io.sluice.gateway.Endpoint}, {@link io.sluice.gateway.StreamEndpoint}, {@link
 * io.sluice.gateway.Dialog}, {@link io.sluice.gateway.Framing}), and what it is given. All of it
 * lives on event loops, but for the {@link io.sluice.gateway.GatewayMeter}, which any thread may
 * count on.
 *
 * <p>Imports {@code core}, {@code protocol}, {@code model}, Netty and SLF4J. Start reading at
 * {@link io.sluice.gateway.Endpoint}, then {@code loop.GatewayServer} and {@code loop.Worker}.
 */
@NullMarked
package io.sluice.gateway;

import org.jspecify.annotations.NullMarked;
