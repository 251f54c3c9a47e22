/**
 * HAIP's side of the gateway: a {@link io.sluice.gateway.haip.HaipDialog} joins one conversation to
 * one session of the core, {@link io.sluice.gateway.haip.HaipSessions} knows which session is
 * where.
 *
 * <pre>{@code
 * text ─► HaipConversation ─ message ─► Command.Publish ─► haip.<session>.<CHANNEL>
 *            ▲    │ grant, pause ─► Command.Grant, Pause ─► the cursor of the channel
 *            │    └ say ─► HAI, PONG, FLOW_UPDATE, ERROR: behind everything told before
 *      stamp │
 * core.Feeder ─► tail of a publication, behind its head: session, seq, ack, channel
 * }</pre>
 *
 * <p>A channel is read from when there is a log of it ({@link io.sluice.core.log.LogWatch}): an
 * idle session has none. When a line is cut its session stays on its lane without a socket, holds
 * the writers that it held, and is forgotten when the next line reads on from its places.
 *
 * <p>Who comes takes a place, a seat, and gives both back: {@link
 * io.sluice.gateway.haip.HaipArrival}. What an operator sees is counted on each loop ({@code
 * HaipTally}, added up by {@link io.sluice.gateway.haip.HaipFigures}) or asked of the loop that has
 * a session ({@link io.sluice.gateway.haip.HaipStandings}); nothing is shared per message.
 *
 * <p>Imports {@code core}, {@code protocol.haip}, {@code protocol.json} and the gateway's own
 * ports; no sibling package. Start reading at {@link io.sluice.gateway.haip.HaipDialog}.
 */
@NullMarked
package io.sluice.gateway.haip;

import org.jspecify.annotations.NullMarked;
