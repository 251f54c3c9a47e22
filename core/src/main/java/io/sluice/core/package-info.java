/**
 * Decides: who is connected, subscribed, allowed and credited, and what is delivered to whom.
 *
 * <pre>
 *   Command ─► Session.accept ─► Broker.publish ─► Log            (any lane, any node)
 *                                                   │ signal
 *                                                   ▼
 *   Lane.turn ─► Fanout.drain: next … head ─► Roster ─► Outlet.fanOut: one send per subscriber
 *        │                                      ▲  │ who cannot take more
 *        │                                rejoin│  ▼
 *        └────► Feeder: parked cursors that can move, in rotation ─► Outlet.send
 * </pre>
 *
 * <p>What a parked cursor is fed depends on its policy: what the log has, the newest of each key
 * ({@link io.sluice.core.LatestFeeder}), what a kept state has more ({@link
 * io.sluice.core.StateFeeder}), or what lies close behind the head; {@link io.sluice.core.Laggards}
 * are closed instead.
 *
 * <p>A {@link io.sluice.core.Lane} is the single owner of its sessions, fanouts, rosters and
 * cursors, so nothing here takes a lock; other threads reach a lane through its mailbox and its
 * {@link io.sluice.core.SignalQueue} only. There is no socket, thread, clock, logger or JSON: time
 * comes in as an argument, and bytes leave through an {@link io.sluice.core.Outlet}.
 *
 * <p>Imports {@code model} only. Start reading at {@link io.sluice.core.Session#accept}, the table
 * of contents, then {@link io.sluice.core.Lane#turn}.
 */
@NullMarked
package io.sluice.core;

import org.jspecify.annotations.NullMarked;
