package io.sluice.client;

import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/** What a subscription's listener is to be told, in order. */
sealed interface Notice {
  /**
   * A publication.
   *
   * @param cost its bytes of credit
   * @param position where the subscription stands once it is handled; null if it is not numbered
   */
  record Publication(Message message, int cost, @Nullable Position position) implements Notice {}

  /** The subscription stands. */
  record Stands(Subscribed subscribed) implements Notice {}

  /**
   * Publications were lost.
   *
   * @param position where the subscription stands behind them; null if that is not known yet
   */
  record Lost(Gap gap, @Nullable Position position) implements Notice {}

  /** The position moved without a publication. */
  record Passed(Moved moved) implements Notice {}

  /** It goes on, but not as it was. */
  record Warned(SluiceException warning) implements Notice {}

  /** Who is there. */
  record There(Presence presence) implements Notice {}

  /** A user joined, or left. */
  record Came(Arrival arrival, boolean joined) implements Notice {}

  /** Nothing more will come. */
  record Ended(@Nullable SluiceException error) implements Notice {}
}
