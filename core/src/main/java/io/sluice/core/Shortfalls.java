package io.sluice.core;

import java.util.Arrays;

/**
 * Who did not take a whole batch: places in the receivers' array, in rising order, with the bytes
 * each took. Kept and reused by its lane, so that a fan-out allocates nothing.
 */
public final class Shortfalls {
  private int[] index = new int[16];
  private int[] taken = new int[16];
  private int count;

  /** Forgets everybody. */
  public void clear() {
    count = 0;
  }

  /**
   * Notes one receiver.
   *
   * @param at its place in the receivers' array
   * @param bytes how many bytes it took, or {@link Outlet#NOT_READY}
   */
  public void add(int at, int bytes) {
    if (count == index.length) {
      index = Arrays.copyOf(index, count * 2);
      taken = Arrays.copyOf(taken, count * 2);
    }
    index[count] = at;
    taken[count] = bytes;
    count++;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /** The place of the i-th. */
  public int index(int i) {
    return index[i];
  }

  /** The bytes the i-th took. */
  public int taken(int i) {
    return taken[i];
  }
}
