package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive publications read from a log, to be served in one batch. Owned by its lane
 * and used again for every batch.
 */
final class Window {
  private final @Nullable Entry[] entries;
  private long from;
  private int count;

  Window(int capacity) {
    this.entries = new Entry[capacity];
  }

  /**
   * Reads from an offset towards the head, until the window is full, holds so many bytes, or meets
   * a publication that has just been evicted.
   */
  void fill(Log log, long first, long head, int maxBytes) {
    clear();
    from = first;
    long bytes = 0;
    while (count < entries.length && from + count <= head) {
      Entry entry = log.entry(from + count);
      if (entry == null) {
        return;
      }
      bytes += entry.publication().retainedBytes();
      if (count > 0 && bytes > maxBytes) {
        return;
      }
      entries[count++] = entry;
    }
  }

  /** Lets the publications go: a window must not keep what its log has evicted. */
  void clear() {
    for (int i = 0; i < count; i++) {
      entries[i] = null;
    }
    count = 0;
  }

  int count() {
    return count;
  }

  Entry entry(int i) {
    Entry entry = entries[i];
    if (entry == null) {
      throw new IllegalStateException("no entry " + i + " of " + count);
    }
    return entry;
  }

  /** The first offset. */
  long from() {
    return from;
  }

  /** The offset after the last. */
  long until() {
    return from + count;
  }
}
