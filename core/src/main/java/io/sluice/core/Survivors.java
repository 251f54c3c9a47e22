package io.sluice.core;

import org.jspecify.annotations.Nullable;

/**
 * The newest publication of each key, oldest first. Owned by its lane.
 *
 * <p>A ring in the order of offsets. One that is superseded stays in its place until the ring is
 * full, so that a place can be found by halving.
 */
final class Survivors {
  private static final int FIRST_SIZE = 8;

  private Newest.@Nullable Survivor[] ring = new Newest.Survivor[FIRST_SIZE];
  private int head;
  private int size;
  private int alive;

  /** How many are the newest of something. */
  int alive() {
    return alive;
  }

  /** How many places there are, those of the superseded included. */
  int size() {
    return size;
  }

  /** The one at a place, superseded or not. */
  Newest.Survivor at(int place) {
    Newest.Survivor survivor = ring[(head + place) & (ring.length - 1)];
    if (survivor == null) {
      throw new IllegalStateException("no survivor at " + place + " of " + size);
    }
    return survivor;
  }

  void addLast(Newest.Survivor survivor) {
    makeRoom();
    ring[(head + size) & (ring.length - 1)] = survivor;
    size++;
    alive++;
  }

  void addFirst(Newest.Survivor survivor) {
    makeRoom();
    head = (head - 1) & (ring.length - 1);
    ring[head] = survivor;
    size++;
    alive++;
  }

  void supersede(Newest.Survivor survivor) {
    survivor.superseded = true;
    alive--;
  }

  /** Takes out the oldest that is alive, and the superseded before it. */
  Newest.Survivor removeFirst() {
    Newest.Survivor oldest;
    do {
      oldest = at(0);
      ring[head] = null;
      head = (head + 1) & (ring.length - 1);
      size--;
    } while (oldest.superseded);
    alive--;
    return oldest;
  }

  void clear() {
    ring = new Newest.Survivor[FIRST_SIZE];
    head = 0;
    size = 0;
    alive = 0;
  }

  /**
   * The first place from this offset on whose survivor is alive; {@link #size} if there is none.
   */
  int placeFrom(long offset) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (at(middle).offset < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return aliveFrom(low);
  }

  /** This place, or the next after it whose survivor is alive. */
  int aliveFrom(int place) {
    int at = place;
    while (at < size && at(at).superseded) {
      at++;
    }
    return at;
  }

  /** A full ring is swept if that pays, else it grows. */
  private void makeRoom() {
    if (size < ring.length) {
      return;
    }
    int length = Math.max(FIRST_SIZE, Integer.highestOneBit(Math.max(1, alive)) << 2);
    Newest.@Nullable Survivor[] swept = new Newest.Survivor[length];
    int kept = 0;
    for (int i = 0; i < size; i++) {
      Newest.Survivor survivor = at(i);
      if (!survivor.superseded) {
        swept[kept++] = survivor;
      }
    }
    ring = swept;
    head = 0;
    size = kept;
  }
}
