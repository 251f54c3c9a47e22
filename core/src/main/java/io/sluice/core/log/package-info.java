/**
 * Channel logs, and the port behind which they are kept.
 *
 * <p>A channel is a numbered {@link io.sluice.core.log.Log}: its broker appends under the log's
 * lock, every lane reads it without one. What a lane is sent is a {@link
 * io.sluice.core.log.Signal}, never the publication. Beside each publication the log remembers what
 * was derived from it (its frames, one per form, and its fields), within a bound.
 *
 * <pre>
 *   publisher ──► Broker.publish ──► Log.append ──(volatile head)──► any lane: Log.entry(offset)
 *                                        │
 *                                        └── raises each joined Signal, after the lock
 * </pre>
 *
 * <p>Where somebody keeps the state that a channel's publications make up ({@link
 * io.sluice.core.log.StateKeeper}), who was away is given the difference to it instead of what it
 * missed, see {@link io.sluice.core.log.StateLog}.
 *
 * <p>Imports {@code model} only. Start reading at {@link io.sluice.core.log.Broker}, then {@link
 * io.sluice.core.log.Log}.
 */
@NullMarked
package io.sluice.core.log;

import org.jspecify.annotations.NullMarked;
