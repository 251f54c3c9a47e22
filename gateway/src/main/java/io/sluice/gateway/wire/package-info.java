/**
 * Writes to sockets, and is the only place that does: what the core decided becomes bytes that the
 * kernel takes, each subscriber's in one call per turn.
 *
 * <p>Owner: one {@link io.sluice.gateway.wire.Wire} per event loop, with everything it holds. No
 * method of this package may be called from another thread, {@link
 * io.sluice.gateway.wire.SocketKind} excepted.
 *
 * <p>May import: {@code model}, the core's {@code Outlet} and {@code Shortfalls}, {@code gateway},
 * {@code gateway.websocket}, {@code gateway.tls} and Netty. It knows neither endpoints nor HTTP:
 * what it needs of them it asks through {@link io.sluice.gateway.wire.Speaker} and {@link
 * io.sluice.gateway.wire.Upstream}.
 *
 * <p>Start reading at {@link io.sluice.gateway.wire.Wire#fanOut}, the way of nearly every byte;
 * what happens when a socket takes less than it was given stands in {@link
 * io.sluice.gateway.wire.Line}.
 *
 * <pre>
 *   data     append → batch ──────────────► fanOut ──┐ all of it
 *                                             │ less   ▼
 *                                             ▼     transport.send(2)
 *   control  tell, say, pong, close → debt ─ flush ──┘
 *                                       ▲     │ less
 *                                       │     ▼
 *                       finish → rest ──┴─ Netty, 16 KiB at a time → settle → lane.writable
 * </pre>
 */
@NullMarked
package io.sluice.gateway.wire;

import org.jspecify.annotations.NullMarked;
