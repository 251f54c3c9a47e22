package io.sluice.client.visionflow;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its engine. Asks for a sign of life while a connection stands, one at a time, and measures
 * how long it took. While the socket is not read, it asks on, so that the server hears of us, and
 * waits for nothing.
 */
final class Pings {
  private static final long NOT_ASKED = -1;
  private static final int MICRO = 1_000;

  private final Tally tally;
  private final long every;
  private final long patience;
  private boolean stands;
  private boolean reading;
  private long due;
  private long asked = NOT_ASKED;

  Pings(Tally tally, Duration every, Duration patience) {
    this.tally = tally;
    this.every = every.toNanos();
    this.patience = patience.toNanos();
  }

  /** A connection stands. The first ping goes at once. */
  void begin(boolean isRead, long now) {
    stands = true;
    reading = isRead;
    asked = NOT_ASKED;
    due = now;
  }

  /** The connection is gone. */
  void stop() {
    stands = false;
  }

  /** The socket is read from now on, or not. */
  void reading(boolean wanted, long now) {
    reading = wanted;
    asked = NOT_ASKED;
    due = now + every;
  }

  long dueNanos() {
    if (!stands) {
      return Long.MAX_VALUE;
    }
    return asked == NOT_ASKED ? due : asked + patience;
  }

  /** The time has come: what to ask with; null if the last was not answered in time. */
  @Nullable String next(long now) {
    if (asked != NOT_ASKED) {
      return null;
    }
    due = now + every;
    asked = reading ? now : NOT_ASKED;
    return stamp(now);
  }

  private static String stamp(long nanos) {
    return Long.toString(nanos / MICRO);
  }

  /** An answer to whatever this stands for. */
  void answered(@Nullable String timestamp, long now) {
    if (asked != NOT_ASKED && Objects.equals(timestamp, stamp(asked))) {
      tally.roundTrip((now - asked) / MICRO);
      asked = NOT_ASKED;
    }
  }
}
