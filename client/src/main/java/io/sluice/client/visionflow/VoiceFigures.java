package io.sluice.client.visionflow;

/**
 * What a client of a room has counted since it was made. Immutable.
 *
 * @param messages that came, in text or binary
 * @param bytes of these messages
 * @param packets of voice among them
 * @param reconnects how often a connection stood again
 * @param sent packets that were sent
 * @param unsent packets that could not go at once, and never will
 * @param unheard packets that were left out because the listener was slow
 * @param roundTrips how long pings took
 */
public record VoiceFigures(
    long messages,
    long bytes,
    long packets,
    long reconnects,
    long sent,
    long unsent,
    long unheard,
    RoundTrips roundTrips) {}
