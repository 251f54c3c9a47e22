package io.sluice.client.visionflow;

import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import java.nio.ByteBuffer;

/**
 * Told what happens in a room. Called on a thread of the client's resources, one call at a time and
 * in order. It should not wait for long: packets wait meanwhile, {@link VoiceOptions#maxUnheard} of
 * them.
 */
public interface VoiceListener {
  /** The client is in another state. */
  default void onState(ClientState state) {}

  /** It is in the room, at first or again, perhaps with another number. */
  default void onRoom(VoiceRoom room) {}

  /** Somebody has come. */
  default void onJoin(int speaker, String name) {}

  /** Somebody has gone; the number may be given to another. */
  default void onLeave(int speaker) {}

  /**
   * Somebody says something.
   *
   * @param speaker whose number this is
   * @param sequence the speaker's count, from 0 to 65,535, and 0 again: a hole is something lost
   * @param opus one packet of Opus, opaque, and the listener's own
   */
  default void onPacket(int speaker, int sequence, ByteBuffer opus) {}

  /**
   * Something went wrong that no future tells: a code of the server's, as {@code forbidden}, or of
   * the client's own. The client goes on by itself.
   */
  default void onError(SluiceException error) {}
}
