package io.sluice.client;

/**
 * Told what happens to a client as a whole. Called on a thread of the client's resources, one call
 * at a time and in order.
 */
public interface ClientListener {
  /** The client is in another state. */
  default void onState(ClientState state) {}

  /** The connection stands, at first or again. */
  default void onConnected(Connected connected) {}

  /** Publications of this client wait for slow readers of a channel; they have no deadline. */
  default void onHeld(Held held) {}

  /** They wait no more; comes behind every {@link #onHeld}, at the latest when the line breaks. */
  default void onReleased(String channel) {}

  /**
   * Something went wrong that no future tells: an attempt failed, the line broke, a publication
   * without acknowledgement was refused. The client goes on by itself.
   */
  default void onError(SluiceException error) {}
}
