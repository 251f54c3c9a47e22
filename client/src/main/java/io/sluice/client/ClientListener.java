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

  /**
   * Something went wrong that no future tells: an attempt failed, the line broke, a publication
   * without acknowledgement was refused. The client goes on by itself.
   */
  default void onError(SluiceException error) {}
}
