package io.sluice.client.visionflow;

import io.sluice.protocol.visionflow.PositionEvent;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Owner: its scene, under the scene's lock. The edges of a graph, column by column. */
final class SceneEdges {
  private static final int LEAST = 64;

  private final int limit;
  private final RowIndex index = new RowIndex();
  private int[] from = new int[LEAST];
  private int[] to = new int[LEAST];
  private double[] weight = new double[LEAST];
  private int size;

  SceneEdges(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  private static long key(int from, int to) {
    return ((long) from << Integer.SIZE) | to;
  }

  /** Puts one in, or gives it another weight; false if there is no room. */
  boolean put(int begin, int end, double weighs) {
    int row = index.get(key(begin, end));
    if (row == RowIndex.ABSENT) {
      if (size == limit) {
        return false;
      }
      row = size++;
      if (row == from.length) {
        grow();
      }
      from[row] = begin;
      to[row] = end;
      index.put(key(begin, end), row);
    }
    weight[row] = weighs;
    return true;
  }

  private void grow() {
    from = Arrays.copyOf(from, 2 * size);
    to = Arrays.copyOf(to, 2 * size);
    weight = Arrays.copyOf(weight, 2 * size);
  }

  void remove(int begin, int end) {
    int row = index.get(key(begin, end));
    if (row != RowIndex.ABSENT) {
      removeRow(row);
    }
  }

  /** Removes those that begin or end at a node that is gone. */
  void removeOf(IntPredicate gone) {
    for (int row = size - 1; row >= 0; row--) {
      if (gone.test(from[row]) || gone.test(to[row])) {
        removeRow(row);
      }
    }
  }

  private void removeRow(int row) {
    index.remove(key(from[row], to[row]));
    size--;
    if (row < size) {
      from[row] = from[size];
      to[row] = to[size];
      weight[row] = weight[size];
      index.put(key(from[row], to[row]), row);
    }
  }

  void clear() {
    size = 0;
    index.clear();
  }

  PositionEvent.Edges copy() {
    return new PositionEvent.Edges(
        Arrays.copyOf(from, size), Arrays.copyOf(to, size), Arrays.copyOf(weight, size));
  }
}
