package io.sluice.client.visionflow;

/**
 * Owner: its own lock. What a client counts since it was made; the turnstile counts, any thread
 * asks.
 */
final class Tally {
  private static final int TIMES = 100;

  private final long[] times = new long[TIMES];
  private int measured;
  private long newest;
  private long messages;
  private long bytes;
  private long frames;
  private long nodes;
  private long stood;
  private long sent;
  private long sentNodes;
  private long replaced;
  private long refused;
  private long dropped;

  synchronized void message(int size) {
    messages++;
    bytes += size;
  }

  synchronized void frame(int count) {
    frames++;
    nodes += count;
  }

  synchronized void stood() {
    stood++;
  }

  synchronized void roundTrip(long micros) {
    times[measured % TIMES] = micros;
    measured++;
    newest = micros;
  }

  synchronized void sent(int count) {
    sent++;
    sentNodes += count;
  }

  synchronized void replaced() {
    replaced++;
  }

  synchronized void refused() {
    refused++;
  }

  synchronized void dropped(int count) {
    dropped += count;
  }

  private long reconnects() {
    return Math.max(0, stood - 1);
  }

  private RoundTrips roundTrips() {
    return RoundTrips.of(times, Math.min(measured, TIMES), newest);
  }

  synchronized GraphFigures ofGraph() {
    return new GraphFigures(
        messages,
        bytes,
        frames,
        nodes,
        reconnects(),
        sent,
        sentNodes,
        replaced,
        refused,
        dropped,
        roundTrips());
  }

  synchronized VoiceFigures ofVoice() {
    return new VoiceFigures(
        messages, bytes, frames, reconnects(), sent, refused, dropped, roundTrips());
  }
}
