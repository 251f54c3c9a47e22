package io.sluice.core;

/**
 * Of the newest offsets of a log, at least as many as it holds, which passed the filters: a bit
 * each. Owned by its lane.
 */
final class MatchBits {
  private final long[] words;

  /**
   * All clear.
   *
   * @param messages how many publications the log holds at most
   */
  MatchBits(int messages) {
    int least = Math.max(1, messages >>> 6) + 1;
    this.words = new long[Integer.highestOneBit(least - 1) << 1];
  }

  private int capacity() {
    return words.length << 6;
  }

  /** The oldest offset whose bit is kept when those before this one have been set. */
  long oldest(long until) {
    return until - capacity();
  }

  void set(long offset, boolean passes) {
    int word = word(offset);
    if (passes) {
      words[word] |= 1L << offset;
    } else {
      words[word] &= ~(1L << offset);
    }
  }

  private int word(long offset) {
    return (int) (offset >>> 6) & (words.length - 1);
  }

  /** How many passed, from the first offset to before the last. */
  long count(long first, long until) {
    long count = 0;
    for (long offset = first; offset < until; ) {
      int bit = (int) offset & 63;
      int bits = (int) Math.min(64 - bit, until - offset);
      long word = words[word(offset)] >>> bit;
      count += Long.bitCount(bits == 64 ? word : word & ((1L << bits) - 1));
      offset += bits;
    }
    return count;
  }
}
