package io.sluice.gateway.visionflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which room, by the number that stands before its packets. Guarded by its own lock,
 * which nobody holds while calling out.
 */
final class VoiceRooms {
  private final int most;
  private final Map<String, TreeMap<Integer, VoiceDialog>> rooms = new HashMap<>();

  /**
   * Nobody anywhere.
   *
   * @param most so many in one room, at most 65,535
   */
  VoiceRooms(int most) {
    this.most = most;
  }

  /**
   * What somebody finds who comes.
   *
   * @param speaker its own number
   * @param others who was there before, by number
   */
  record Place(int speaker, Map<Integer, VoiceDialog> others) {}

  /** Somebody comes; null if the room is full. */
  synchronized @Nullable Place join(String room, VoiceDialog who) {
    TreeMap<Integer, VoiceDialog> there = rooms.computeIfAbsent(room, name -> new TreeMap<>());
    if (there.size() >= most) {
      return null;
    }
    Place place = new Place(firstFree(there), new TreeMap<>(there));
    there.put(place.speaker(), who);
    return place;
  }

  /** The lowest number that nobody has, from 1 on. */
  private static int firstFree(SortedMap<Integer, VoiceDialog> there) {
    int free = 1;
    for (int taken : there.keySet()) {
      if (taken != free) {
        return free;
      }
      free++;
    }
    return free;
  }

  /** Who is there beside this one, by number. */
  synchronized Map<Integer, VoiceDialog> others(String room, int speaker) {
    Map<Integer, VoiceDialog> others = new TreeMap<>(rooms.getOrDefault(room, new TreeMap<>()));
    others.remove(speaker);
    return others;
  }

  /** Somebody goes; who is still there. */
  synchronized List<VoiceDialog> leave(String room, int speaker) {
    TreeMap<Integer, VoiceDialog> there = rooms.get(room);
    if (there == null || there.remove(speaker) == null) {
      return List.of();
    }
    if (there.isEmpty()) {
      rooms.remove(room);
    }
    return new ArrayList<>(there.values());
  }
}
