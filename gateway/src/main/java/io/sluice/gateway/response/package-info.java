/**
 * How messages stand in a body of HTTP: as lines or as events, in chunks or bare. Everything here
 * is immutable or stateless.
 *
 * <p>Imports the gateway's {@code Framing} and {@code websocket.FrameKind}; imported by the
 * protocols that are also spoken without a WebSocket, and by {@code loop}. Start reading at {@link
 * io.sluice.gateway.response.ResponseFraming}.
 */
@NullMarked
package io.sluice.gateway.response;

import org.jspecify.annotations.NullMarked;
