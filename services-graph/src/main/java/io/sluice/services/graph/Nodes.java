package io.sluice.services.graph;

import io.sluice.model.NodeBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A graph's nodes. Owned by the mailbox of its graph.
 *
 * <p>A node stands in a slot as long as it is there; slots of nodes that are gone are given again.
 * Each node that is put where there was none gets another <em>birth</em>, so that whoever remembers
 * a slot sees that somebody else has it now. Its <em>mark</em> is another with each time it is put.
 */
final class Nodes {
  /** What is found for a number that no node has. */
  static final int ABSENT = LongIndex.ABSENT;

  /** The birth of nobody. */
  static final int UNBORN = 0;

  private final LongIndex slots = new LongIndex();
  private final NodeBatch columns;
  private int[] births = {};
  private int[] marks = {};
  private @Nullable String[] names = {};
  private int[] stamps = {};
  private int[] free = {};
  private int freed;
  private int lastMark;
  private int lastStamp;

  /** No nodes; at most so many. */
  Nodes(int limit) {
    this.columns = new NodeBatch(limit);
  }

  /** How many there are. */
  int count() {
    return columns.size() - freed;
  }

  /** All slots are below this one. */
  int high() {
    return columns.size();
  }

  /** The slot of a node; {@link #ABSENT} if there is no such. */
  int find(int id) {
    return slots.get(id);
  }

  /** Whether there is a node in this slot. */
  boolean isAlive(int slot) {
    return births[slot] != UNBORN;
  }

  /** Whose slot it is. */
  int birth(int slot) {
    return births[slot];
  }

  /** What distinguishes the node in this slot, as it was put last, from every other. */
  int mark(int slot) {
    return marks[slot];
  }

  /** All values, by slot; those of slots without a node mean nothing. Only to be read. */
  NodeBatch columns() {
    return columns;
  }

  /** The name of the node in this slot; null if it has none. */
  @Nullable String name(int slot) {
    return names[slot];
  }

  /**
   * Puts a node whole, but for its path; a new one has none yet.
   *
   * @return its slot
   */
  int put(NodeBatch batch, int index, @Nullable String name) {
    lastMark = lastMark == -1 ? 1 : lastMark + 1;
    int slot = slots.get(batch.id(index));
    if (slot == ABSENT) {
      slot = place(batch, index);
      columns.setPath(slot, Float.POSITIVE_INFINITY, NodeBatch.NO_PARENT);
    } else {
      float distance = columns.distance(slot);
      int parent = columns.parent(slot);
      columns.set(slot, batch, index);
      columns.setPath(slot, distance, parent);
    }
    names[slot] = name;
    marks[slot] = lastMark;
    return slot;
  }

  private int place(NodeBatch batch, int index) {
    int slot;
    if (freed > 0) {
      slot = free[--freed];
      columns.set(slot, batch, index);
    } else {
      slot = columns.size();
      columns.add(batch, index);
      makeRoom(columns.size());
    }
    births[slot] = lastMark;
    slots.put(batch.id(index), slot);
    return slot;
  }

  private void makeRoom(int needed) {
    if (needed > births.length) {
      int more = Math.max(64, 2 * births.length);
      births = Arrays.copyOf(births, more);
      marks = Arrays.copyOf(marks, more);
      names = Arrays.copyOf(names, more);
      stamps = Arrays.copyOf(stamps, more);
    }
  }

  /** Calls a node otherwise. */
  void rename(int slot, String name) {
    names[slot] = name;
  }

  /** Gives a node another position and velocity. */
  void move(int slot, NodeBatch batch, int index) {
    columns.setPosition(slot, batch.x(index), batch.y(index), batch.z(index));
    columns.setVelocity(slot, batch.vx(index), batch.vy(index), batch.vz(index));
  }

  void setPath(int slot, float distance, int parent) {
    columns.setPath(slot, distance, parent);
  }

  /** Removes the node in this slot. */
  void remove(int slot) {
    slots.remove(columns.id(slot));
    births[slot] = UNBORN;
    names[slot] = null;
    if (freed == free.length) {
      free = Arrays.copyOf(free, Math.max(64, 2 * freed));
    }
    free[freed++] = slot;
  }

  /** Removes all. */
  void clear() {
    slots.clear();
    columns.clear();
    Arrays.fill(births, UNBORN);
    Arrays.fill(names, null);
    freed = 0;
  }

  /** Begins to look for nodes that are named twice. */
  void beginSeeing() {
    lastStamp++;
    if (lastStamp == 0) {
      Arrays.fill(stamps, 0);
      lastStamp = 1;
    }
  }

  /** Whether this is the first time since then that this slot is seen. */
  boolean see(int slot) {
    boolean isFirst = stamps[slot] != lastStamp;
    stamps[slot] = lastStamp;
    return isFirst;
  }
}
