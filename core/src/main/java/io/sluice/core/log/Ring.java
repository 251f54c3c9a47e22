package io.sluice.core.log;

import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one log by their offsets, without a hole. Written under the log's lock; where it
 * begins and ends, and what is in it, is read by every lane without one.
 *
 * <p>How a reader sees a whole publication without a lock: the writer stores the ring, then the
 * entry, then the volatile head; a reader reads the head, then the ring, then the entry. An entry
 * that was overwritten meanwhile carries another offset, and is taken for evicted, which it is.
 */
final class Ring {
  private static final int FIRST_SIZE = 8;

  private final LogBudget budget;
  private volatile @Nullable Entry[] entries = new Entry[FIRST_SIZE];
  private volatile long head;
  private volatile long first;

  /** When each entry was appended, beside the entries. Guarded by the log. */
  private long[] appendedNanos = new long[FIRST_SIZE];

  private long bytes;

  /** An empty one behind this offset, whose entries count in a budget. */
  Ring(long head, LogBudget budget) {
    this.head = head;
    this.first = head + 1;
    this.budget = budget;
  }

  // Any thread

  long head() {
    return head;
  }

  long first() {
    return first;
  }

  @Nullable Entry entry(long offset) {
    @Nullable Entry[] now = entries;
    Entry entry = now[(int) offset & (now.length - 1)];
    return entry != null && entry.offset() == offset ? entry : null;
  }

  // Under the log's lock

  int count() {
    return (int) (head - first + 1);
  }

  long bytes() {
    return bytes;
  }

  /** The entry at an offset that has not been evicted. */
  Entry held(long offset) {
    @Nullable Entry[] now = entries;
    Entry entry = now[(int) offset & (now.length - 1)];
    if (entry == null) {
      throw new IllegalStateException("no entry at " + offset + " before " + head);
    }
    return entry;
  }

  /** Puts an entry behind the head, which it is from here on. */
  void put(Entry entry, Moment now) {
    if (count() == entries.length) {
      grow();
    }
    @Nullable Entry[] held = entries;
    int at = (int) entry.offset() & (held.length - 1);
    held[at] = entry;
    appendedNanos[at] = now.nanos();
    int size = entry.publication().retainedBytes();
    bytes += size;
    budget.add(size);
    head = entry.offset();
  }

  private void grow() {
    @Nullable Entry[] old = entries;
    @Nullable Entry[] larger = new Entry[old.length * 2];
    long[] largerNanos = new long[larger.length];
    for (long offset = first; offset <= head; offset++) {
      int from = (int) offset & (old.length - 1);
      int to = (int) offset & (larger.length - 1);
      larger[to] = old[from];
      largerNanos[to] = appendedNanos[from];
    }
    appendedNanos = largerNanos;
    entries = larger;
  }

  /** For how long the oldest has been there; there is one. */
  long oldestAgeNanos(Moment now) {
    return now.nanos() - appendedNanos[(int) first & (appendedNanos.length - 1)];
  }

  /** Takes the oldest out; there is one. */
  Entry evictOldest() {
    Entry entry = held(first);
    @Nullable Entry[] now = entries;
    now[(int) first & (now.length - 1)] = null;
    first = entry.offset() + 1;
    int size = entry.publication().retainedBytes();
    bytes -= size;
    budget.add(-size);
    return entry;
  }
}
