/**
 * VisionFlow, a live graph and voice: nodes and frames in binary, and the JSON of the position
 * socket, both ways.
 *
 * <p>Owner of everything mutable: one event loop, or one client. No clock, thread or socket: a
 * timestamp is an argument. Imported: {@code model}, {@code protocol.json} and Netty's buffer. What
 * the bytes mean is published in {@code docs/protocols/visionflow.md}. Start reading at {@link
 * io.sluice.model.NodeBatch}, the columns that everything here reads and writes.
 *
 * <pre>
 *                   ┌ RawNodes      N × 34 ────────────────────── no subprotocol
 *                   ├ V2Nodes       02 │ N × 36 ───────────────── visionflow.v2
 *  NodeBatch ──►────┤
 *  all rows, or     ├ FrameWriter   header 16 │ NODE_UPDATE N × 34 ─ visionflow.framed
 *  those named      └                         │ SSSP_UPDATE N × 10
 *
 *  bytes ──► NodeReader.raw, .v2 ─────► NodeBatch, all of a message or nothing
 *        ──► FrameReader ─► header ─► gunzip ─► VisionFlowFrame, of nodes the batch
 *  text  ──► PositionText ──► PositionCommand (a client's), PositionEvent (a server's)
 *  what is wrong ──► VisionFlowRefused ──► VisionFlowFault, with a VisionFlowCode
 * </pre>
 *
 * <h2>Choices</h2>
 *
 * <ul>
 *   <li>Writing is held to the rules of reading: what cannot be said is refused, never cut or
 *       mended. Only that a batch names nobody twice is its owner's to know.
 *   <li>A distance is not below zero; −0.0 is zero and stays what it is, bit for bit. A parent is
 *       any 32 bits: who is not in the graph cannot be told from who is not known yet.
 *   <li>The id of an SSSP_UPDATE is that of a node's record, kind included, so that one table finds
 *       both.
 *   <li>In a frame a client's speaker means nothing; the server writes its own.
 *   <li>An interval may be any number from 0 to a minute, as {@code 1000 / 60} is: the next whole
 *       millisecond counts. How seldom it really is the confirmation says.
 *   <li>A {@code ping} brings a number or a string of at most 64 bytes, which comes back byte for
 *       byte.
 *   <li>Of several wrong things in a message the first in the order of its bytes is told; a node
 *       that comes twice after the record's own mistakes.
 * </ul>
 */
@NullMarked
package io.sluice.protocol.visionflow;

import org.jspecify.annotations.NullMarked;
