package io.sluice.gateway.visionflow;

import io.sluice.gateway.Connection;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import io.sluice.model.PositionLimits;
import io.sluice.protocol.visionflow.PositionCommand;

/**
 * Signs of life of a peer that is asked by a message of the protocol, and how long its answers
 * take. Owned by its dialog.
 *
 * <p>Whatever comes counts as a sign; only the answer to the last question is timed, once.
 */
final class Heartbeat {
  private static final long NOTHING = PositionCommand.Pong.NOT_SAID;

  private final Connection connection;
  private final VisionFlowMeter meter;
  private final long everyNanos;
  private final long timeoutNanos;
  private long heardNanos;
  private long nextNanos;

  /** What the peer was asked with, if it has not answered; and when. */
  private long question = NOTHING;

  private long askedNanos;

  Heartbeat(Connection connection, PositionLimits limits, VisionFlowMeter meter) {
    this.connection = connection;
    this.meter = meter;
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

  /** The peer answers. */
  void answered(long timestamp, Moment now) {
    if (timestamp == question && question != NOTHING) {
      meter.roundTrip(now.nanos() - askedNanos);
      question = NOTHING;
    }
  }

  /**
   * Whether the peer is to be asked now, with this moment's milliseconds; who has been silent too
   * long is let go.
   */
  boolean tick(Moment now) {
    if (now.nanos() - heardNanos >= timeoutNanos) {
      connection.close(CloseReason.IDLE);
      return false;
    }
    boolean due = now.nanos() >= nextNanos;
    if (due) {
      nextNanos = now.nanos() + everyNanos;
      question = now.epochMillis();
      askedNanos = now.nanos();
    }
    connection.callAt(Math.min(nextNanos, heardNanos + timeoutNanos));
    return due;
  }
}
