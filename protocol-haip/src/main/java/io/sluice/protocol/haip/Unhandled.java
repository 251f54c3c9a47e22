package io.sluice.protocol.haip;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its channel. The messages of one channel that were received and not handled, by their
 * numbers in it; a ring of plain numbers, for there is one of them per message.
 */
final class Unhandled {
  /** No place in the log yet. */
  private static final long NOWHERE = -1;

  private static final long DONE = -2;
  private static final int SMALL = 8;

  private int[] sizes = new int[SMALL];
  private int[] bytes = new int[SMALL];
  private long[] came = new long[SMALL];
  private long[] offsets = new long[SMALL];
  private byte[] @Nullable [] texts = new byte[SMALL] @Nullable [];
  private long first;
  private int count;

  int count() {
    return count;
  }

  /** The number of the oldest. */
  long first() {
    return first;
  }

  /** Notes one; gives its number. */
  long add(int size, byte[] text, long nanos) {
    if (count == sizes.length) {
      grow();
    }
    int i = place(first + count);
    sizes[i] = size;
    bytes[i] = text.length;
    came[i] = nanos;
    offsets[i] = NOWHERE;
    texts[i] = text;
    return first + count++;
  }

  private int place(long number) {
    return (int) number & (sizes.length - 1);
  }

  private void grow() {
    int[] oldSizes = sizes;
    int[] oldBytes = bytes;
    long[] oldCame = came;
    long[] oldOffsets = offsets;
    byte[] @Nullable [] oldTexts = texts;
    int length = 2 * sizes.length;
    sizes = new int[length];
    bytes = new int[length];
    came = new long[length];
    offsets = new long[length];
    texts = Arrays.copyOf(oldTexts, length);
    for (long number = first; number < first + count; number++) {
      int from = (int) number & (oldSizes.length - 1);
      int to = place(number);
      sizes[to] = oldSizes[from];
      bytes[to] = oldBytes[from];
      came[to] = oldCame[from];
      offsets[to] = oldOffsets[from];
      texts[to] = oldTexts[from];
    }
  }

  /** Nothing was charged for any of them: they are of a session that is gone. */
  void forgive() {
    Arrays.fill(sizes, 0);
  }

  /** Whether it is there and not handled. */
  boolean has(long number) {
    return number >= first && number < first + count && offsets[place(number)] != DONE;
  }

  /** It has been published, there; its text is needed no more. */
  void published(long number, long offset) {
    offsets[place(number)] = offset;
    texts[place(number)] = null;
  }

  /** Where it was published; below 0 if it was not yet. */
  long offset(long number) {
    return offsets[place(number)];
  }

  int size(long number) {
    return sizes[place(number)];
  }

  int bytes(long number) {
    return bytes[place(number)];
  }

  long came(long number) {
    return came[place(number)];
  }

  /** What it says; null once it is published. */
  byte @Nullable [] text(long number) {
    return texts[place(number)];
  }

  /** It is handled. */
  void done(long number) {
    offsets[place(number)] = DONE;
    texts[place(number)] = null;
    while (count > 0 && offsets[place(first)] == DONE) {
      first++;
      count--;
    }
    if (count == 0 && sizes.length > SMALL) {
      shrink();
    }
  }

  private void shrink() {
    sizes = new int[SMALL];
    bytes = new int[SMALL];
    came = new long[SMALL];
    offsets = new long[SMALL];
    texts = new byte[SMALL] @Nullable [];
  }
}
