package io.sluice.gateway.visionflow;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Who is in which room, by the number that stands before its packets. Guarded by its own lock.
 *
 * <p>Who comes and goes is told under it: a number is given again at once, and of two who have it
 * one after the other nobody may hear in another order.
 */
final class VoiceRooms {
  /** What {@link #join} says where there is no room: it is nobody's number. */
  static final int FULL = 0;

  private final int most;
  private final Map<String, TreeMap<Integer, Guest>> rooms = new HashMap<>();

  /** Somebody in a room. */
  interface Guest {
    /** Who it is. */
    String name();

    /** Hears of the room. It only takes a note: it waits for nothing, and calls nobody. */
    void tell(byte[] text);
  }

  /**
   * Nobody anywhere.
   *
   * @param most so many in one room, at most 65,535
   */
  VoiceRooms(int most) {
    this.most = most;
  }

  /**
   * Somebody comes, and who was there before is told.
   *
   * @param news what they are told, by the number of who comes
   * @return its number, or {@link #FULL}
   */
  synchronized int join(String room, Guest who, IntFunction<byte[]> news) {
    TreeMap<Integer, Guest> there = rooms.computeIfAbsent(room, name -> new TreeMap<>());
    if (there.size() >= most) {
      return FULL;
    }
    int speaker = firstFree(there);
    tell(there, news.apply(speaker));
    there.put(speaker, who);
    return speaker;
  }

  private static void tell(Map<Integer, Guest> there, byte[] text) {
    there.values().forEach(guest -> guest.tell(text));
  }

  /** The lowest number that nobody has, from 1 on. */
  private static int firstFree(SortedMap<Integer, Guest> there) {
    int free = 1;
    for (int taken : there.keySet()) {
      if (taken != free) {
        return free;
      }
      free++;
    }
    return free;
  }

  /** The names of those who are there beside this one, by number. */
  synchronized Map<Integer, String> others(String room, int speaker) {
    Map<Integer, String> others = new TreeMap<>();
    rooms
        .getOrDefault(room, new TreeMap<>())
        .forEach((number, guest) -> others.put(number, guest.name()));
    others.remove(speaker);
    return others;
  }

  /**
   * Somebody goes, and who is still there is told.
   *
   * @param news what they are told
   */
  synchronized void leave(String room, int speaker, byte[] news) {
    TreeMap<Integer, Guest> there = rooms.get(room);
    if (there == null || there.remove(speaker) == null) {
      return;
    }
    if (there.isEmpty()) {
      rooms.remove(room);
    }
    tell(there, news);
  }
}
