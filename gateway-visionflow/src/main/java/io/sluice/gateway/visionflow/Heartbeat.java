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
  private final Connection connection;
  private final long everyNanos;
  private final long timeoutNanos;
  private long heardNanos;
  private long nextNanos;

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
