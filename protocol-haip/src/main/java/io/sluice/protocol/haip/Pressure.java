package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. How hard it is to keep up with what comes on one channel: the greater of
 * what is received and not handled, against its bounds, and of what handling takes for one message
 * in twenty, against its bound. How long it takes counts while more than one message waits for it,
 * and for the five seconds after it was seen: one slow answer is nobody's queue.
 *
 * <p>The peer is asked to wait once, when the level rises to the upper mark, and released when it
 * has stayed below the lower one for a while.
 */
final class Pressure {
  /** What the peer is to be told. */
  enum Signal {
    /** Nothing. */
    NONE,
    /** To wait. */
    ASK_TO_WAIT,
    /** To go on. */
    RELEASE
  }

  private static final long NEVER = Long.MAX_VALUE;

  /** Two of these are one in twenty; so many newest are looked at. */
  private static final int SAMPLES = 40;

  private static final int TWENTIETH = 20;

  private final HaipLimits.Pressure limits;
  private long bytes;
  private int messages;
  private long @Nullable [] latencies;
  private long @Nullable [] seen;
  private int samples;
  private long calmSince = NEVER;
  private long due = NEVER;
  private boolean waiting;

  Pressure(HaipLimits.Pressure limits) {
    this.limits = limits;
  }

  /** A message came. */
  Signal received(long size, Moment now) {
    bytes += size;
    messages++;
    return look(now);
  }

  /** A message was handled, so long after its receipt. */
  Signal handled(long size, long latencyNanos, Moment now) {
    if (messages < 1 || size > bytes) {
      throw new IllegalStateException("handled more than came");
    }
    bytes -= size;
    messages--;
    keep(latencyNanos, now);
    return look(now);
  }

  private void keep(long latencyNanos, Moment now) {
    if (latencies == null || seen == null) {
      latencies = new long[SAMPLES];
      seen = new long[SAMPLES];
    }
    latencies[samples % SAMPLES] = latencyNanos;
    seen[samples % SAMPLES] = now.nanos();
    samples = samples + 1 < 2 * SAMPLES ? samples + 1 : SAMPLES;
  }

  private Signal look(Moment now) {
    if (!waiting) {
      waiting = isAtLeast(limits.high(), now);
      due = waiting ? firstToFade(now) : NEVER;
      return waiting ? Signal.ASK_TO_WAIT : Signal.NONE;
    }
    if (isAtLeast(limits.low(), now)) {
      calmSince = NEVER;
      due = firstToFade(now);
      return Signal.NONE;
    }
    if (calmSince == NEVER) {
      calmSince = now.nanos();
      due = calmSince + limits.calm().toNanos();
    }
    if (now.nanos() < due) {
      return Signal.NONE;
    }
    waiting = false;
    calmSince = NEVER;
    due = NEVER;
    return Signal.RELEASE;
  }

  /** As {@link #level} compares, without a figure. */
  private boolean isAtLeast(double mark, Moment now) {
    if (queue() >= mark) {
      return true;
    }
    if (messages < 2 || latencies == null) {
      return false;
    }
    long slow = (long) Math.ceil(mark * limits.slow().toNanos());
    int count = 0;
    int beyond = 0;
    for (int i = 0; i < kept(); i++) {
      if (isFresh(i, now)) {
        count++;
        beyond += latencies[i] >= slow ? 1 : 0;
      }
    }
    return beyond > count / TWENTIETH;
  }

  private int kept() {
    return Math.min(samples, SAMPLES);
  }

  private boolean isFresh(int sample, Moment now) {
    return seen != null && now.nanos() - seen[sample] < limits.adapt().toNanos();
  }

  /** When what is remembered of slow handling begins to fade though nothing happens. */
  private long firstToFade(Moment now) {
    long first = NEVER;
    for (int i = 0; i < kept(); i++) {
      if (seen != null && isFresh(i, now)) {
        first = Math.min(first, seen[i] + limits.adapt().toNanos());
      }
    }
    return first;
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    return due;
  }

  /** Time has passed. */
  Signal tick(Moment now) {
    return look(now);
  }

  /** How hard it is now; at 1 a bound is reached, and it may be beyond. */
  double level(Moment now) {
    return messages > 1 ? Math.max(queue(), delay(now)) : queue();
  }

  private double queue() {
    return Math.max(
        (double) bytes / limits.unhandledBytes(), (double) messages / limits.unhandledMessages());
  }

  private double delay(Moment now) {
    if (latencies == null) {
      return 0;
    }
    long[] fresh = new long[SAMPLES];
    int count = 0;
    for (int i = 0; i < kept(); i++) {
      if (isFresh(i, now)) {
        fresh[count++] = latencies[i];
      }
    }
    if (count == 0) {
      return 0;
    }
    Arrays.sort(fresh, 0, count);
    return (double) fresh[count - 1 - count / TWENTIETH] / limits.slow().toNanos();
  }

  /** Whether the peer is to wait. */
  boolean isWaiting() {
    return waiting;
  }

  /** Whether a bound is reached beyond which the socket is not read. */
  boolean isFull() {
    return bytes >= limits.unhandledBytes() || messages >= limits.unhandledMessages();
  }

  /** Messages that are received and not handled. */
  int queued() {
    return messages;
  }

  /** The same in bytes. */
  long queuedBytes() {
    return bytes;
  }
}
