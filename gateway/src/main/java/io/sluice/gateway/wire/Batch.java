package io.sluice.gateway.wire;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that leave together, in memory outside the heap. Owned by one {@link Wire}.
 *
 * <p>It is made when first used, grows to whatever must fit, and goes back to its usual size once
 * nothing larger came between two {@link #rest}s.
 */
final class Batch implements AutoCloseable {
  private final int usualBytes;
  private @Nullable Block block;
  private int length;
  private boolean large;

  Batch(int usualBytes) {
    this.usualBytes = usualBytes;
  }

  void begin() {
    length = 0;
  }

  /** Adds bytes and says where the batch now ends. */
  int append(byte[] bytes, int from, int count) {
    room(count).put(length, bytes, from, count);
    length += count;
    return length;
  }

  /** A copy of what lies from one place to another. */
  byte[] copy(int from, int until) {
    byte[] copy = new byte[until - from];
    block().get(from, copy);
    return copy;
  }

  int length() {
    return length;
  }

  /** Where the bytes are, until more are added. */
  Block block() {
    return room(0);
  }

  private Block room(int more) {
    int needed = Math.addExact(length, more);
    large |= needed > usualBytes;
    Block old = block;
    if (old != null && needed <= old.capacity()) {
      return old;
    }
    Block wider = new Block(Math.max(usualBytes, needed));
    block = wider;
    if (old != null) {
      wider.put(old, length);
      old.close();
    }
    return wider;
  }

  /** Called from time to time between two batches: gives back what was needed only once. */
  void rest() {
    length = 0;
    if (!large && block != null && block.capacity() > usualBytes) {
      close();
    }
    large = false;
  }

  int capacity() {
    return block == null ? 0 : block.capacity();
  }

  @Override
  public void close() {
    if (block != null) {
      block.close();
      block = null;
    }
    length = 0;
  }
}
