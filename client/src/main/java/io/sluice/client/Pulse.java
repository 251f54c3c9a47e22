package io.sluice.client;

/**
 * Owner: its engine. Whether a line that stands is alive: when it has been silent for long it is to
 * be pinged, and when it stays silent then, it is dead.
 */
final class Pulse {
  private static final long NEVER = Long.MIN_VALUE;

  /** What is to be done about a line. */
  enum Verdict {
    /** Nothing: its time has not come, or nobody listens. */
    WELL,
    /** Ask it for a sign of life. */
    PING,
    /** It did not give one. */
    DEAD
  }

  private final ClientLimits limits;
  private long heard;
  private long pinged = NEVER;
  private boolean reading = true;

  Pulse(ClientLimits limits) {
    this.limits = limits;
  }

  /** Something came. */
  void heard(long now) {
    heard = now;
    pinged = NEVER;
  }

  /** Whether the socket is read; while it is not, silence means nothing. */
  void reading(boolean wanted, long now) {
    reading = wanted;
    heard(now);
  }

  /** The line is gone. */
  void stop() {
    reading = true;
    pinged = NEVER;
  }

  /** When it is to be felt. */
  long deadline() {
    return reading && pinged != NEVER
        ? pinged + limits.pongTimeout().toNanos()
        : heard + limits.silence().toNanos();
  }

  /** Feels it. */
  Verdict feel(long now) {
    if (deadline() > now) {
      return Verdict.WELL;
    }
    if (!reading) {
      heard = now;
      return Verdict.WELL;
    }
    if (pinged != NEVER) {
      return Verdict.DEAD;
    }
    pinged = now;
    return Verdict.PING;
  }
}
