/**
 * Turns a client's bytes into WebSocket messages and messages into a server's frames: RFC 6455 and
 * RFC 7692 (permessage-deflate) as pure state machines, without a socket, a thread or a clock.
 *
 * <p>Owner: the event loop of the connection. A {@link io.sluice.gateway.websocket.FrameDecoder}
 * belongs to one connection, a {@link io.sluice.gateway.websocket.MessageInflater} and a {@link
 * io.sluice.gateway.websocket.MessageDeflater} to one event loop, which all of its connections
 * share.
 *
 * <p>May import: the JDK, Netty's buffer package and JSpecify. Of ours {@code model}, for its
 * limits; nothing of Netty's channels.
 *
 * <p>Start reading at {@link io.sluice.gateway.websocket.FrameDecoder#feed}; what a peer may do
 * wrong is listed in {@link io.sluice.gateway.websocket.Violation}; what is agreed about
 * compression stands in {@code docs/protocols/websocket.md}, whose table the tests run.
 */
@NullMarked
package io.sluice.gateway.websocket;

import org.jspecify.annotations.NullMarked;
