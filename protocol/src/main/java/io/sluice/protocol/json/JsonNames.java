package io.sluice.protocol.json;

import java.util.Arrays;

/**
 * Owner: its scanner. The names seen so far in the objects of one message, so that a second one is
 * noticed at once, in constant time for each name however large the object.
 *
 * <p>One open-addressed table serves all objects of a message; an entry is a name together with the
 * number of its object.
 */
final class JsonNames {
  private static final int SMALL = 64;
  private static final int KEPT = 1_024;

  private static final int OBJECT = 0;
  private static final int HASH = 1;
  private static final int FROM = 2;
  private static final int TO = 3;
  private static final int WIDTH = 4;

  /** Entry number plus one, or 0 for a free place; a power of two long and at most half full. */
  private int[] table = new int[SMALL];

  /** Four ints to an entry; an end below zero is the complement of that of an escaped name. */
  private int[] entries = new int[WIDTH * SMALL / 2];

  private int count;
  private int objects;

  /** Forgets everything, and room beyond the usual too. */
  void clear() {
    if (count > 0) {
      if (table.length > KEPT) {
        table = new int[SMALL];
        entries = new int[WIDTH * SMALL / 2];
      } else {
        Arrays.fill(table, 0);
      }
    }
    count = 0;
    objects = 0;
  }

  /** Begins an object; gives it its number, from 1. */
  int enter() {
    return ++objects;
  }

  /**
   * Adds a name to an object.
   *
   * @return false if the object has it already
   */
  boolean add(int object, byte[] bytes, int from, int to, boolean escaped) {
    if (count * 2 == table.length) {
      grow();
    }
    int hash = JsonHash.of(object, bytes, from, to, escaped);
    int end = escaped ? ~to : to;
    int mask = table.length - 1;
    int place = hash & mask;
    while (table[place] != 0) {
      if (isSame((table[place] - 1) * WIDTH, object, hash, bytes, from, end)) {
        return false;
      }
      place = (place + 1) & mask;
    }
    int entry = count * WIDTH;
    entries[entry + OBJECT] = object;
    entries[entry + HASH] = hash;
    entries[entry + FROM] = from;
    entries[entry + TO] = end;
    table[place] = ++count;
    return true;
  }

  /** How many entries there is room for, for the test of what is let go. */
  int capacity() {
    return table.length / 2;
  }

  private boolean isSame(int entry, int object, int hash, byte[] bytes, int from, int end) {
    if (entries[entry + HASH] != hash || entries[entry + OBJECT] != object) {
      return false;
    }
    int otherFrom = entries[entry + FROM];
    int otherEnd = entries[entry + TO];
    if (end >= 0 && otherEnd >= 0) {
      return Arrays.equals(bytes, from, end, bytes, otherFrom, otherEnd);
    }
    return decode(bytes, from, end).equals(decode(bytes, otherFrom, otherEnd));
  }

  private static String decode(byte[] bytes, int from, int end) {
    return JsonString.decode(bytes, from, end < 0 ? ~end : end);
  }

  private void grow() {
    entries = Arrays.copyOf(entries, entries.length * 2);
    table = new int[table.length * 2];
    int mask = table.length - 1;
    for (int i = 0; i < count; i++) {
      int place = entries[i * WIDTH + HASH] & mask;
      while (table[place] != 0) {
        place = (place + 1) & mask;
      }
      table[place] = i + 1;
    }
  }
}
