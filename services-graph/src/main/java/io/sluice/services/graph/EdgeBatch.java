package io.sluice.services.graph;

import java.util.Arrays;

/**
 * Edges, column by column. Owned by whoever fills it, one thread at a time; once {@link #seal
 * sealed} it is never written again, and anybody's.
 *
 * <p>An edge has a direction, and there is at most one from a node to another: shortest paths
 * follow it. What is symmetric is two edges ({@link #addBoth}); a layout's springs pull both ends,
 * whichever way the edge leads.
 */
public final class EdgeBatch {
  private static final int FIRST_CAPACITY = 16;

  private int size;
  private boolean isSealed;
  private int[] from;
  private int[] to;
  private float[] weight;

  /** No edges, and room for a few. */
  public EdgeBatch() {
    this(new int[FIRST_CAPACITY], new int[FIRST_CAPACITY], new float[FIRST_CAPACITY]);
  }

  private EdgeBatch(int[] from, int[] to, float[] weight) {
    this.from = from;
    this.to = to;
    this.weight = weight;
  }

  /** The first so many of these columns, copied. */
  static EdgeBatch copyOf(int[] from, int[] to, float[] weight, int count) {
    int room = Math.max(FIRST_CAPACITY, count);
    EdgeBatch copy =
        new EdgeBatch(
            Arrays.copyOf(from, room), Arrays.copyOf(to, room), Arrays.copyOf(weight, room));
    copy.size = count;
    return copy;
  }

  /** Adds an edge; its weight is how long it is. */
  public EdgeBatch add(int start, int end, float length) {
    if (isSealed) {
      throw new IllegalStateException("sealed");
    }
    if (size == from.length) {
      from = Arrays.copyOf(from, 2 * size);
      to = Arrays.copyOf(to, 2 * size);
      weight = Arrays.copyOf(weight, 2 * size);
    }
    from[size] = start;
    to[size] = end;
    weight[size++] = length;
    return this;
  }

  /** Adds an edge, and another of the same weight that leads back. */
  public EdgeBatch addBoth(int one, int other, float length) {
    return add(one, other, length).add(other, one, length);
  }

  /** Says that nobody will write to it any more. */
  public EdgeBatch seal() {
    isSealed = true;
    return this;
  }

  /** How many edges are in it. */
  public int size() {
    return size;
  }

  /** The node from which it leads. */
  public int from(int index) {
    return from[index];
  }

  /** The node to which it leads. */
  public int to(int index) {
    return to[index];
  }

  /** How long it is. */
  public float weight(int index) {
    return weight[index];
  }
}
