package io.sluice.client.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its scene, under the scene's lock. Nodes by rows, those that are there in front, and
 * behind them those of which something was told that are not there yet, or no more: ticks and
 * changes of the structure come on two ways, and either may be first.
 *
 * <pre>
 *   rows   0 … size-1          size … rows.size()-1
 *          are there           are not
 *   from   where each was drawn when its last message came, since: when that was, and
 *          span: how long it takes from there
 * </pre>
 */
final class SceneNodes {
  /** Said of when a node was told of that has not been. */
  private static final long NEVER = Long.MIN_VALUE;

  private static final long SECOND = 1_000_000_000;
  private static final long SHORTEST = SECOND / 60;
  private static final int SMOOTHING = 8;

  private final NodeBatch rows;
  private final NodeBatch spare = new NodeBatch(1);
  private final RowIndex index = new RowIndex();
  private float[] fromX = {};
  private float[] fromY = {};
  private float[] fromZ = {};
  private long[] since = {};
  private int[] span = {};
  private int size;
  private long interval;
  private long last = NEVER;

  SceneNodes(int limit, long interval) {
    this.rows = new NodeBatch(limit);
    paced(interval);
  }

  // What is asked.

  int size() {
    return size;
  }

  int limit() {
    return rows.limit();
  }

  long interval() {
    return interval;
  }

  boolean isThere(int id) {
    int row = index.get(id);
    return row != RowIndex.ABSENT && row < size;
  }

  @Nullable NodeKind kind(int id) {
    return isThere(id) && since[index.get(id)] != NEVER ? rows.kind(index.get(id)) : null;
  }

  void copy(NodeBatch into) {
    into.clear();
    into.reserve(size);
    for (int row = 0; row < size; row++) {
      if (since[row] != NEVER) {
        into.add(rows, row);
      }
    }
  }

  void sample(NodeBatch into, long now) {
    copy(into);
    int at = 0;
    for (int row = 0; row < size; row++) {
      if (since[row] != NEVER) {
        float part = part(row, now);
        into.setPosition(
            at++,
            between(fromX[row], rows.x()[row], part),
            between(fromY[row], rows.y()[row], part),
            between(fromZ[row], rows.z()[row], part));
      }
    }
  }

  void predict(NodeBatch into, long now, long most) {
    copy(into);
    int at = 0;
    for (int row = 0; row < size; row++) {
      if (since[row] != NEVER) {
        float seconds = (float) Math.clamp(now - since[row], 0, most) / SECOND;
        into.setPosition(
            at++,
            rows.x()[row] + seconds * rows.vx()[row],
            rows.y()[row] + seconds * rows.vy()[row],
            rows.z()[row] + seconds * rows.vz()[row]);
      }
    }
  }

  /** How much of its way a node has gone: 0 to 1. */
  private float part(int row, long now) {
    long gone = now - since[row];
    return gone >= span[row] ? 1 : gone <= 0 ? 0 : (float) gone / span[row];
  }

  private static float between(float from, float to, float part) {
    // At the end exactly what was told, and nothing overflows on the way.
    return part == 1 ? to : from * (1 - part) + to * part;
  }

  // What is told.

  void moved(NodeBatch message, long now) {
    measure(now);
    int count = message.size();
    for (int i = 0; i < count; i++) {
      int row = row(message.ids()[i], message.kinds()[i]);
      if (row != RowIndex.ABSENT) {
        move(row, message, i, now);
      }
    }
  }

  private void move(int row, NodeBatch message, int i, long now) {
    if (since[row] == NEVER) {
      fromX[row] = message.x()[i];
      fromY[row] = message.y()[i];
      fromZ[row] = message.z()[i];
    } else {
      float part = part(row, now);
      fromX[row] = between(fromX[row], rows.x()[row], part);
      fromY[row] = between(fromY[row], rows.y()[row], part);
      fromZ[row] = between(fromZ[row], rows.z()[row], part);
    }
    rows.set(row, message, i);
    since[row] = now;
    span[row] = (int) interval;
  }

  /** Learns how often messages come; while nothing changes none do, which means nothing. */
  private void measure(long now) {
    long gap = now - last;
    if (last != NEVER && gap <= SECOND) {
      interval = Math.max(SHORTEST, interval + (gap - interval) / SMOOTHING);
    }
    last = now;
  }

  void paced(long newInterval) {
    interval = Math.clamp(newInterval, SHORTEST, SECOND);
  }

  void paths(NodeBatch message) {
    for (int i = 0; i < message.size(); i++) {
      int row = index.get(message.ids()[i]);
      if (row != RowIndex.ABSENT) {
        rows.setPath(row, message.distances()[i], message.parents()[i]);
      }
    }
  }

  /** Nobody is there any more; what was told of them is kept. */
  void none() {
    size = 0;
  }

  /** A node is there from now on, if there is room for it. */
  boolean add(int id) {
    int row = row(id, (byte) NodeKind.PLAIN.number());
    if (row == RowIndex.ABSENT) {
      return false;
    }
    if (row >= size) {
      swap(row, size);
      size++;
    }
    return true;
  }

  void remove(int id) {
    if (isThere(id)) {
      size--;
      swap(index.get(id), size);
    }
  }

  void forget(long before) {
    for (int row = rows.size() - 1; row >= size; row--) {
      if (since[row] < before) {
        swap(row, rows.size() - 1);
        dropLast();
      }
    }
  }

  // Rows.

  /** The row of a node, a new one behind the others if it has none; absent if there is no room. */
  private int row(int id, byte kind) {
    int known = index.get(id);
    if (known != RowIndex.ABSENT) {
      return known;
    }
    if (rows.isFull() && size < rows.size()) {
      dropLast();
    } else if (rows.isFull()) {
      return RowIndex.ABSENT;
    }
    int row = rows.add(id, NodeKind.of(kind));
    if (row >= since.length) {
      grow();
    }
    since[row] = NEVER;
    index.put(id, row);
    return row;
  }

  private void grow() {
    int capacity = rows.ids().length;
    fromX = Arrays.copyOf(fromX, capacity);
    fromY = Arrays.copyOf(fromY, capacity);
    fromZ = Arrays.copyOf(fromZ, capacity);
    since = Arrays.copyOf(since, capacity);
    span = Arrays.copyOf(span, capacity);
  }

  private void dropLast() {
    int row = rows.size() - 1;
    index.remove(rows.id(row));
    rows.resize(row);
  }

  private void swap(int one, int other) {
    if (one == other) {
      return;
    }
    spare.clear();
    spare.add(rows, one);
    rows.set(one, rows, other);
    rows.set(other, spare, 0);
    swap(fromX, one, other);
    swap(fromY, one, other);
    swap(fromZ, one, other);
    long time = since[one];
    since[one] = since[other];
    since[other] = time;
    int way = span[one];
    span[one] = span[other];
    span[other] = way;
    index.put(rows.id(one), one);
    index.put(rows.id(other), other);
  }

  private static void swap(float[] column, int one, int other) {
    float value = column[one];
    column[one] = column[other];
    column[other] = value;
  }
}
