package io.sluice.protocol.visionflow;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Owner: its reader. The ids that one message has named so far, so that a second one is noticed in
 * constant time.
 *
 * <p>An open-addressed table that is at most half full. An entry carries the stamp of its message,
 * so that nothing need be cleared between two. The place is keyed with a random number of this
 * process: nobody can choose ids that fall together. The table grows with the largest message and
 * is kept: a hundred thousand nodes take 2 MiB.
 */
final class SeenIds {
  private static final long FACTOR = new SplittableRandom().nextLong() | 1;
  private static final int LEAST = 64;

  /** Stamp and id. */
  private long[] table = new long[LEAST];

  private int shift = shift(LEAST);
  private int stamp;

  /** Begins a message that has so many. */
  void begin(int count) {
    if (table.length < 2 * count) {
      int length = Integer.highestOneBit(2 * count - 1) << 1;
      table = new long[length];
      shift = shift(length);
      stamp = 0;
    }
    if (stamp == Integer.MAX_VALUE) {
      Arrays.fill(table, 0);
      stamp = 0;
    }
    stamp++;
  }

  private static int shift(int length) {
    return Long.SIZE - Integer.numberOfTrailingZeros(length);
  }

  /** Adds an id; false if it was there. */
  boolean add(int id) {
    long entry = (long) stamp << Integer.SIZE | id;
    int mask = table.length - 1;
    int place = (int) ((id * FACTOR) >>> shift);
    while (true) {
      long there = table[place];
      if (there == entry) {
        return false;
      }
      if (there >>> Integer.SIZE != stamp) {
        table[place] = entry;
        return true;
      }
      place = (place + 1) & mask;
    }
  }

  /** As if so many messages had been read, for the test of what comes then. */
  void wearOut() {
    stamp = Integer.MAX_VALUE;
  }
}
