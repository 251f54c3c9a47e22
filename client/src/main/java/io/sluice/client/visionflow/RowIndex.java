package io.sluice.client.visionflow;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Owner: whoever's columns it points into. From a key to a row, without an object for either: an
 * open-addressed table that is at most half full, keyed with a random number of this process.
 */
final class RowIndex {
  /** Said of a key that has no row. */
  static final int ABSENT = -1;

  private static final long FACTOR = new SplittableRandom().nextLong() | 1;
  private static final int LEAST = 64;

  private long[] keys = new long[LEAST];
  private int[] rows = empty(LEAST);
  private int size;

  private static int[] empty(int length) {
    int[] rows = new int[length];
    Arrays.fill(rows, ABSENT);
    return rows;
  }

  /** The row of a key; {@link #ABSENT} if it has none. */
  int get(long key) {
    return rows[place(key)];
  }

  /** Points a key to a row, new or not. */
  void put(long key, int row) {
    int place = place(key);
    if (rows[place] == ABSENT) {
      keys[place] = key;
      size++;
    }
    rows[place] = row;
    if (2 * size > keys.length) {
      grow();
    }
  }

  /** Forgets a key; what stood behind it moves up, so that nothing is left in its place. */
  void remove(long key) {
    int hole = place(key);
    if (rows[hole] == ABSENT) {
      return;
    }
    size--;
    int mask = keys.length - 1;
    for (int next = (hole + 1) & mask; rows[next] != ABSENT; next = (next + 1) & mask) {
      int home = home(keys[next]);
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        keys[hole] = keys[next];
        rows[hole] = rows[next];
        hole = next;
      }
    }
    rows[hole] = ABSENT;
  }

  /** Forgets all of them. */
  void clear() {
    Arrays.fill(rows, ABSENT);
    size = 0;
  }

  /** Where a key is, or would be. */
  private int place(long key) {
    int mask = keys.length - 1;
    int place = home(key);
    while (rows[place] != ABSENT && keys[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long key) {
    long mixed = (key ^ (key >>> Integer.SIZE)) * FACTOR;
    return (int) (mixed >>> (Long.SIZE - Integer.numberOfTrailingZeros(keys.length)));
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldRows = rows;
    keys = new long[2 * oldKeys.length];
    rows = empty(keys.length);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldRows[i] != ABSENT) {
        int place = place(oldKeys[i]);
        keys[place] = oldKeys[i];
        rows[place] = oldRows[i];
      }
    }
  }
}
