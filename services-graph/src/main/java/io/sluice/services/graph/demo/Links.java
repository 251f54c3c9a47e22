package io.sluice.services.graph.demo;

/**
 * Which nodes are joined, and how far apart they like to be. Owned by whoever made it; a layout
 * reads it.
 */
public final class Links {
  private final int[] from;
  private final int[] to;
  private final float[] rest;
  private int size;

  /** None yet, at most so many. */
  public Links(int most) {
    from = new int[most];
    to = new int[most];
    rest = new float[most];
  }

  /** Joins two nodes. */
  public Links add(int one, int other, float length) {
    set(size++, one, other, length);
    return this;
  }

  /** Lets a link join others. */
  public void set(int index, int one, int other, float length) {
    from[index] = one;
    to[index] = other;
    rest[index] = length;
  }

  /** How many there may be. */
  int capacity() {
    return from.length;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** One of the two. */
  public int from(int index) {
    return from[index];
  }

  /** The other. */
  public int to(int index) {
    return to[index];
  }

  /** How far apart they like to be. */
  public float rest(int index) {
    return rest[index];
  }
}
