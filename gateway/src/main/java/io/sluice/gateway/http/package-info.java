/**
 * The door: every connection begins here as HTTP/1.1 and is answered, refused, or upgraded and
 * handed to its worker as a WebSocket.
 *
 * <p>Owner: each connection's event loop; {@link io.sluice.gateway.http.Gatehouse} and {@link
 * io.sluice.gateway.http.Census} are shared by all of them and safe from any thread.
 *
 * <p>May import: {@code model}, the gateway's public interfaces, {@code gateway.websocket} for the
 * negotiation of compression, {@code protocol.json} for the one form of errors, and Netty. The
 * parsing is Netty's; what is stricter here than there stands in {@link
 * io.sluice.gateway.http.HeadGuard}.
 *
 * <p>Start reading at {@link io.sluice.gateway.http.Doorman#decide}: the order of all checks.
 * {@link io.sluice.gateway.http.DoorHandler} carries its decisions out, {@link
 * io.sluice.gateway.http.Answers} writes them. Whoever adds a page needs {@link
 * io.sluice.gateway.http.HttpRoute} only.
 */
@NullMarked
package io.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
