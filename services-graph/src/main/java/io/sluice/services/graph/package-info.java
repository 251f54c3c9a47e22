/**
 * Live graphs: nodes that move, edges, the shortest paths from a source, and ticks that tell each
 * watcher what changed, at the rate it chose.
 *
 * <pre>
 *   sockets, REST, demo ── GraphCommand ─►┐            ┌─► PathSearch, on the paths' executor
 *                                         ▼            │        │ a letter
 *        Graphs.tick(now) ───────► Mailbox of one Graph ◄───────┘
 *                                   │  judged whole, then done
 *                   structure       │       hz times a second at most, per class: what is beyond the band
 *            ┌──────────────────────┴──────────────────────┐
 *            ▼                                             ▼
 *   graph.‹name›.changes                          graph.‹name›.‹hz›  ◄── RateClass
 *   JSON, lossless, revisions                     NodesPayload, a state log: since(version)
 * </pre>
 *
 * <p>Ticks have no word for what is gone: whoever reads both channels ignores a node from its
 * {@code removed} to its next {@code added}, which brings position and velocity along; after a
 * stall it takes the changes before the state; and whoever begins at nothing drops what a structure
 * that was read after that does not have. Changes have revisions, so that a hole is seen: then the
 * structure is read anew ({@link io.sluice.services.graph.Structure}).
 *
 * <p>Owner: each graph's mailbox, on an executor that is lent; no thread and no clock of its own.
 *
 * <p>May import: {@code core} (the broker), {@code model}, JGraphT. Start reading at {@link
 * io.sluice.services.graph.Graphs}, then {@link io.sluice.services.graph.GraphCommand}, then {@link
 * io.sluice.services.graph.RateClass}.
 */
@NullMarked
package io.sluice.services.graph;

import org.jspecify.annotations.NullMarked;
