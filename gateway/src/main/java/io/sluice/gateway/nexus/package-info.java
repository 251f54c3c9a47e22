/**
 * Joins Nexus and the core, over WebSocket and in responses that go on: a message becomes a command
 * of the connection's session, an event the session's answer, a publication the bytes of a frame
 * that every peer of the same form gets.
 *
 * <p>Owner: the event loop of the connection for everything but the endpoint and its forms, which
 * are shared by all.
 *
 * <p>May import: {@code model}, {@code core}, {@code protocol.nexus}, {@code gateway} and {@code
 * gateway.websocket}.
 *
 * <p>Start reading at {@link io.sluice.gateway.nexus.NexusDialog}.
 */
@NullMarked
package io.sluice.gateway.nexus;

import org.jspecify.annotations.NullMarked;
