package io.sluice.cli.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the reading thread writes deliveries, the sending thread publications; any thread reads.
 * Counts what was due from the beginning of the measurement on.
 */
final class Tally {
  private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final long origin = System.nanoTime();
  private final SingleWriterRecorder recorder = new SingleWriterRecorder(MAX_NANOS, 3);
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong allDelivered = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final AtomicReference<@Nullable String> firstRefusal = new AtomicReference<>();
  private volatile long begin = Long.MAX_VALUE;

  /** Nanoseconds since it was made: the time that travels in the payloads. */
  long now() {
    return System.nanoTime() - origin;
  }

  /** What is due from here on is measured. */
  void beginAt(long nanos) {
    begin = nanos;
  }

  void published(long due, int readers) {
    if (due >= begin) {
      published.lazySet(published.get() + 1);
      expected.lazySet(expected.get() + readers);
    }
  }

  void delivered(long due, long nanoTime) {
    allDelivered.lazySet(allDelivered.get() + 1);
    if (due >= begin) {
      recorder.recordValue(Math.clamp(nanoTime - origin - due, 0, MAX_NANOS));
      delivered.lazySet(delivered.get() + 1);
    }
  }

  /** The server did not do something; the first time it is remembered why. */
  void refused(String text) {
    refusals.incrementAndGet();
    firstRefusal.compareAndSet(null, text);
  }

  long publications() {
    return published.get();
  }

  long expected() {
    return expected.get();
  }

  long deliveries() {
    return delivered.get();
  }

  /** Those before the measurement too. */
  long allDeliveries() {
    return allDelivered.get();
  }

  long refusals() {
    return refusals.get();
  }

  @Nullable String firstRefusal() {
    return firstRefusal.get();
  }

  /** How late the deliveries since the last call were, in nanoseconds. */
  Histogram interval() {
    return recorder.getIntervalHistogram();
  }
}
