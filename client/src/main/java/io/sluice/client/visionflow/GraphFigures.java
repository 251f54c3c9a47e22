package io.sluice.client.visionflow;

/**
 * What a client of a graph has counted since it was made. Immutable.
 *
 * @param messages that came, in text or binary
 * @param bytes of these messages
 * @param frames messages of nodes among them
 * @param nodes in these frames
 * @param reconnects how often a connection stood again
 * @param sentFrames messages of moves that were sent
 * @param sentNodes moves in these
 * @param replaced moves in whose place a newer one of the same node was sent
 * @param refused moves that were not taken: {@link GraphClient#move} said so
 * @param dropped moves that were lost with a line: {@link GraphListener#onDropped} said so
 * @param roundTrips how long pings took
 */
public record GraphFigures(
    long messages,
    long bytes,
    long frames,
    long nodes,
    long reconnects,
    long sentFrames,
    long sentNodes,
    long replaced,
    long refused,
    long dropped,
    RoundTrips roundTrips) {}
