package io.sluice.client;

import org.jspecify.annotations.Nullable;

/**
 * Told what happens to one subscription. Called on a thread of the client's resources, one call at
 * a time and in the order of the channel; different subscriptions may be called at the same time.
 * What a method throws is handed to {@link ClientListener#onError} and ends nothing.
 */
public interface SubscriptionListener {
  /** A publication. When it returns, the server may send another. */
  default void onMessage(Message message) {}

  /** The subscription stands, at first or again after a reconnect. */
  default void onSubscribed(Subscribed subscribed) {}

  /** Publications were lost. */
  default void onGap(Gap gap) {}

  /** Everything up to here has come, did not pass the filters, or was left out for newer. */
  default void onPosition(Moved moved) {}

  /** It goes on, but not as it was: {@code hold_lost}, it slows the publishers no more. */
  default void onWarning(SluiceException warning) {}

  /** Who is there; also after a reconnect, or when joins and leaves came too fast. */
  default void onPresence(Presence presence) {}

  /** A user has joined. */
  default void onJoin(Arrival arrival) {}

  /** A user has left. */
  default void onLeave(Arrival arrival) {}

  /** The last call: null if the program ended it, else why it ended. */
  default void onEnd(@Nullable SluiceException error) {}
}
