/**
 * Who is subscribed to what, and the port behind which that is kept.
 *
 * <p>A subscription of a user is told to {@link io.sluice.core.presence.Presence#join}, its end to
 * {@code leave}. A user's first on a channel is a join, its last a leave. While somebody watches
 * the channel, each is appended to a companion {@link io.sluice.core.log.Log}, which no peer can
 * name and so none can write; a channel that nobody watches has none, and its joins and leaves cost
 * a table entry and nothing else.
 *
 * <pre>
 *   Subscribing, Lane.drop ──► join, leave ──► table ──(first, last)──► companion log, if watched
 *                                                │                           │ signal
 *                                      roll: list and place in the log       ▼
 *                                                └──────────► core.Gallery: an ordinary fanout
 * </pre>
 *
 * <p>A watcher is an ordinary cursor on that log, so that slow watchers, order and bounds are those
 * of every channel. It differs in one thing: where another cursor is told of a gap, a watcher gets
 * the list of who is there, which says in one event what was lost. A new watcher begins as one that
 * has lost everything. List and log are read at one moment, so nothing comes twice or never.
 *
 * <p>Imports {@code core.log} and {@code model}. Start reading at {@link
 * io.sluice.core.presence.Presence}.
 */
@NullMarked
package io.sluice.core.presence;

import org.jspecify.annotations.NullMarked;
