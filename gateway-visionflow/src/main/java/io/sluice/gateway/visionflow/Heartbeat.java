package io.sluice.gateway.visionflow;

import io.sluice.gateway.Connection;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import io.sluice.model.PositionLimits;

/**
 * Signs of life of a peer that is asked by a message of the protocol. Owned by its dialog.
 *
 * <p>Whatever comes counts as one.
 */
final class Heartbeat {
  private static final long UNKNOWN = -1;

  private final Connection connection;
  private final long everyNanos;
  private final long timeoutNanos;
  private long heardNanos;
  private long nextNanos;
  private long roundTripMillis = UNKNOWN;

  Heartbeat(Connection connection, PositionLimits limits) {
    this.connection = connection;
    this.everyNanos = limits.every().toNanos();
    this.timeoutNanos = limits.timeout().toNanos();
  }

  void begin(Moment now) {
    heardNanos = now.nanos();
    nextNanos = now.nanos() + everyNanos;
    connection.callAt(nextNanos);
  }

  void heard(Moment now) {
    heardNanos = now.nanos();
  }

  /** An answer to a ping of this time. */
  void answered(long timestamp, Moment now) {
    long took = now.epochMillis() - timestamp;
    if (timestamp > 0 && took >= 0 && took <= timeoutNanos / 1_000_000) {
      roundTripMillis = took;
    }
  }

  /** How long the last answer took; −1 if there was none. */
  long roundTripMillis() {
    return roundTripMillis;
  }

  /** Whether the peer is to be asked now; who has been silent too long is let go. */
  boolean tick(Moment now) {
    if (now.nanos() - heardNanos >= timeoutNanos) {
      connection.close(CloseReason.IDLE);
      return false;
    }
    boolean due = now.nanos() >= nextNanos;
    if (due) {
      nextNanos = now.nanos() + everyNanos;
    }
    connection.callAt(Math.min(nextNanos, heardNanos + timeoutNanos));
    return due;
  }
}
