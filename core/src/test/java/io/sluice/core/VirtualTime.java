package io.sluice.core;

import io.sluice.model.Moment;
import java.time.Duration;

/** A clock that moves only when told to. Owned by its test. */
public final class VirtualTime {
  private long nanos;
  private long epochMillis;

  /** A clock whose monotonic side has a negative origin, as the JDK's may. */
  public VirtualTime() {
    this(-Duration.ofDays(365).toNanos());
  }

  /** A clock whose monotonic side begins here. */
  public VirtualTime(long nanos) {
    this.nanos = nanos;
    this.epochMillis = 1_900_000_000_000L;
  }

  public Moment now() {
    return new Moment(nanos, epochMillis);
  }

  /** Time passes. */
  public void advance(Duration by) {
    nanos += by.toNanos();
    epochMillis += by.toMillis();
  }

  /** Somebody sets the wall clock; no time passes. */
  public void stepWallClock(Duration by) {
    epochMillis += by.toMillis();
  }
}
