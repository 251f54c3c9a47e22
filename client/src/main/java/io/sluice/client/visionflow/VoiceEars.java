package io.sluice.client.visionflow;

/** What a program is told of a room. Nothing here waits or throws. */
interface VoiceEars {
  /** Who is in the room from now on, before anybody is told of it. */
  void knows(VoiceRoom room);

  /** It is in the room. */
  void entered(VoiceRoom room);

  /** Somebody has come. */
  void joined(int speaker, String name);

  /** Somebody has gone. */
  void left(int speaker);

  /** Somebody says something. The packet is a part of the bytes, which are handed over. */
  void packet(int speaker, int sequence, byte[] bytes, int from);
}
