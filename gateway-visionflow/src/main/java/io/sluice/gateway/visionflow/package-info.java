/**
 * VisionFlow on the hub: who watches a graph, who moves it, who speaks in a room.
 *
 * <p>Owner of everything mutable: the event loop of the connection; {@code VoiceRooms} guards
 * itself. Imported: {@code model}, {@code protocol.visionflow}, {@code core}, and the gateway's
 * ports.
 *
 * <pre>
 *  /ws/positions  text, nodes ──► PositionsDialog ──► GraphHouse: visit, look, watch, move
 *                                    │  subscribes                │ ticks
 *                                    ▼                            ▼
 *                                 Session ◄── graph.NAME.HZ, a state log ── Log
 *                                    │        graph.NAME.changes
 *                                    ▼
 *                                 GraphForm: one frame for all who speak the same form
 *
 *  /ws/voice      packets ──► VoiceDialog ──► publishes on voice.ROOM, drop-oldest, critical
 *                               │    ▲ VoiceForm: everybody's but one's own
 *                               ▼    │ who joins, who leaves
 *                             VoiceRooms: numbers of those who speak
 * </pre>
 *
 * <p>Start reading at {@link io.sluice.gateway.visionflow.PositionsEndpoint}.
 */
@NullMarked
package io.sluice.gateway.visionflow;

import org.jspecify.annotations.NullMarked;
