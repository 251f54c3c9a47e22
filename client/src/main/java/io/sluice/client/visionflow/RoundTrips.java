package io.sluice.client.visionflow;

import java.util.Arrays;

/**
 * How long pings of ours took to be answered, in microseconds, the last hundred of them. Immutable.
 *
 * @param count so many of the hundred there are; with none all others are 0
 * @param last the newest
 * @param least the shortest
 * @param mean their average
 * @param most the longest
 * @param p95 95 of 100 took no longer
 * @param p99 99 of 100 took no longer
 */
public record RoundTrips(
    int count, long last, long least, long mean, long most, long p95, long p99) {
  private static final RoundTrips NONE = new RoundTrips(0, 0, 0, 0, 0, 0, 0);

  /** Of so many times, the newest of which is named. */
  static RoundTrips of(long[] micros, int count, long last) {
    if (count == 0) {
      return NONE;
    }
    long[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    long sum = Arrays.stream(sorted).sum();
    return new RoundTrips(
        count,
        last,
        sorted[0],
        sum / count,
        sorted[count - 1],
        sorted[rank(count, 95)],
        sorted[rank(count, 99)]);
  }

  /** By the nearest rank. */
  private static int rank(int count, int percent) {
    return Math.ceilDiv(count * percent, 100) - 1;
  }
}
