package io.sluice.services.graph;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A graph's edges, by the numbers of their nodes. Owned by the mailbox of its graph. */
final class Edges {
  private final LongIndex places = new LongIndex();
  private int[] from = {};
  private int[] to = {};
  private float[] weight = {};
  private int size;

  /** What an edge is found by. */
  static long key(int from, int to) {
    return ((long) from << Integer.SIZE) | to;
  }

  /** How many there are. */
  int size() {
    return size;
  }

  int from(int index) {
    return from[index];
  }

  int to(int index) {
    return to[index];
  }

  float weight(int index) {
    return weight[index];
  }

  boolean has(int start, int end) {
    return places.get(key(start, end)) != LongIndex.ABSENT;
  }

  /** Puts an edge, or gives one that there is this weight. */
  void put(int start, int end, float length) {
    int at = places.get(key(start, end));
    if (at == LongIndex.ABSENT) {
      if (size == from.length) {
        grow();
      }
      at = size++;
      from[at] = start;
      to[at] = end;
      places.put(key(start, end), at);
    }
    weight[at] = length;
  }

  private void grow() {
    int more = Math.max(64, 2 * size);
    from = Arrays.copyOf(from, more);
    to = Arrays.copyOf(to, more);
    weight = Arrays.copyOf(weight, more);
  }

  /** Removes an edge that there is; the last takes its place. */
  void remove(int start, int end) {
    removeAt(places.get(key(start, end)));
  }

  private void removeAt(int at) {
    places.remove(key(from[at], to[at]));
    size--;
    if (at < size) {
      from[at] = from[size];
      to[at] = to[size];
      weight[at] = weight[size];
      places.put(key(from[at], to[at]), at);
    }
  }

  /** How many of them begin or end at one of these. */
  int countAt(IntPredicate node) {
    int count = 0;
    for (int at = 0; at < size; at++) {
      count += node.test(from[at]) || node.test(to[at]) ? 1 : 0;
    }
    return count;
  }

  /** Removes those whose nodes are not there any more, in one pass; whether there were any. */
  boolean removeLoose(Nodes nodes) {
    int before = size;
    for (int at = size - 1; at >= 0; at--) {
      if (nodes.find(from[at]) == Nodes.ABSENT || nodes.find(to[at]) == Nodes.ABSENT) {
        removeAt(at);
      }
    }
    return size < before;
  }

  /** All of them, as they are now. */
  EdgeBatch copy() {
    return EdgeBatch.copyOf(from, to, weight, size);
  }

  /** Removes all. */
  void clear() {
    places.clear();
    size = 0;
  }
}
