package io.sluice.protocol.visionflow;

import java.util.Map;

/** What a server says as text on the voice socket. */
public sealed interface VoiceEvent {
  /**
   * The first message: where one is, and who else is there.
   *
   * @param room its name
   * @param speaker one's own number
   * @param others their names by their numbers
   */
  record Room(String room, int speaker, Map<Integer, String> others) implements VoiceEvent {
    /** Keeps them as they are. */
    public Room {
      others = Map.copyOf(others);
    }
  }

  /**
   * Somebody has come.
   *
   * @param speaker its number
   * @param name what it is called
   */
  record Joined(int speaker, String name) implements VoiceEvent {}

  /**
   * Somebody has gone, and its number is free.
   *
   * @param speaker the number
   */
  record Left(int speaker) implements VoiceEvent {}

  /** What is said on the socket of positions too: a ping, a pong, an error. */
  record Common(PositionEvent event) implements VoiceEvent {}
}
