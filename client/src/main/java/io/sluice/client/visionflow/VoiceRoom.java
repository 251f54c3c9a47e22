package io.sluice.client.visionflow;

import java.util.Map;

/**
 * Who is in a room. Immutable.
 *
 * @param name of the room
 * @param speaker one's own number, from 1
 * @param others the names of the others by their numbers
 */
public record VoiceRoom(String name, int speaker, Map<Integer, String> others) {
  /** Keeps them as they are. */
  public VoiceRoom {
    others = Map.copyOf(others);
  }
}
