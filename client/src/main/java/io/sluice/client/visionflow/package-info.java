/**
 * The Java client for VisionFlow: a live graph to look at and to move, and voices in a room.
 *
 * <p>A program uses {@link io.sluice.client.visionflow.GraphClient} and {@link
 * io.sluice.client.visionflow.VoiceClient}. Behind both {@code VisionFlowEngine} joins what is
 * spoken on a line, a {@code Talk}, to the way to the server of {@code client.line}; {@code
 * VisionFlowDriver} carries out its orders. What the bytes mean is published in {@code
 * docs/protocols/visionflow.md}, and read by {@code protocol.visionflow}.
 *
 * <pre>
 *  socket ──► VisionFlowEngine ──► GraphTalk ──► Scene ◄── sample, copyInto   (any thread)
 *                  ▲    │              ▲
 *       Way, token │    │ pings        └── Moves ◄──────── move               (any thread)
 *                  │    └──────► VoiceTalk ──► listener
 * </pre>
 *
 * <p>Owner: the turnstile of each client; the scene and the moves have a lock of their own, under
 * which nothing of the program's runs. Imported: the JDK, {@code model}, {@code
 * protocol.visionflow}, {@code client} and {@code client.line}. Start reading at the client, then
 * at {@code VisionFlowEngine} and {@code GraphTalk}.
 */
@NullMarked
package io.sluice.client.visionflow;

import org.jspecify.annotations.NullMarked;
