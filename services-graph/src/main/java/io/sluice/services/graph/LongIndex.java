package io.sluice.services.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where something stands, by a number that is not negative: a hash table without an object for each
 * entry. Owned by the mailbox of its graph.
 *
 * <p>Numbers come from strangers, so they are mixed with one that nobody knows: nobody can choose
 * thousands that fall into one place.
 */
final class LongIndex {
  /** What is found where there is nothing. */
  static final int ABSENT = -1;

  private static final long FREE = -1;
  private static final int FIRST_CAPACITY = 16;

  private final long secret = new SplittableRandom().nextLong();
  private long[] keys = new long[FIRST_CAPACITY];
  private int[] values = new int[FIRST_CAPACITY];
  private int size;

  LongIndex() {
    Arrays.fill(keys, FREE);
  }

  /** The value of a key; {@link #ABSENT} if it has none. */
  int get(long key) {
    int at = placeOf(key);
    return keys[at] == FREE ? ABSENT : values[at];
  }

  /** Gives a key its value; what it had before, or {@link #ABSENT}. */
  int put(long key, int value) {
    int at = placeOf(key);
    if (keys[at] == key) {
      int before = values[at];
      values[at] = value;
      return before;
    }
    keys[at] = key;
    values[at] = value;
    size++;
    if (2 * size > keys.length) {
      grow();
    }
    return ABSENT;
  }

  /** Takes a key out; what it had, or {@link #ABSENT}. */
  int remove(long key) {
    int hole = placeOf(key);
    if (keys[hole] == FREE) {
      return ABSENT;
    }
    final int removed = values[hole];
    // What was put further on because its place was taken moves up, so that it is found again.
    int mask = keys.length - 1;
    int at = (hole + 1) & mask;
    while (keys[at] != FREE) {
      int home = home(keys[at], mask);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        keys[hole] = keys[at];
        values[hole] = values[at];
        hole = at;
      }
      at = (at + 1) & mask;
    }
    keys[hole] = FREE;
    size--;
    return removed;
  }

  /** Takes everything out. */
  void clear() {
    keys = new long[FIRST_CAPACITY];
    values = new int[FIRST_CAPACITY];
    Arrays.fill(keys, FREE);
    size = 0;
  }

  /** Where the key is, or where it would be. */
  private int placeOf(long key) {
    int mask = keys.length - 1;
    int at = home(key, mask);
    while (keys[at] != FREE && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private int home(long key, int mask) {
    long mixed = key ^ secret;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return (int) (mixed >>> 32) & mask;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    Arrays.fill(keys, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        int at = placeOf(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
