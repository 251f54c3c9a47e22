package io.sluice.core;

import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import java.util.Set;

/** What may be refused in a simulation, and why. */
final class Refusals {
  private static final Set<Code> TRUE_REFUSALS =
      Set.of(
          Code.BUSY,
          Code.BROKER_UNAVAILABLE,
          Code.CHANNEL_LIMIT,
          Code.CHANNEL_FULL,
          Code.MEMORY_LIMIT,
          Code.FILTER_LIMIT,
          Code.SUBSCRIPTION_LIMIT,
          Code.ALREADY_SUBSCRIBED,
          Code.HOLD_FULL,
          Code.HOLD_LOST,
          Code.POLICY_NOT_ALLOWED);

  private Refusals() {}

  /**
   * Somebody was told that something was not done.
   *
   * @param asked what it was; null if nothing was asked for
   * @param subscribed whether there is such a subscription
   * @param fed whether there is a log of it
   */
  static void check(
      Event.Failed event, Command asked, boolean subscribed, boolean fed, Tally tally) {
    count(event.fault().code(), tally);
    boolean emptyHanded = event.fault().code() == Code.NOT_SUBSCRIBED && !subscribed;
    boolean unfed = event.fault().code() == Code.NO_FEED && !fed;
    if (!TRUE_REFUSALS.contains(event.fault().code()) && !emptyHanded && !unfed) {
      throw new AssertionError(event + " answers " + asked);
    }
  }

  private static void count(Code code, Tally tally) {
    switch (code) {
      case BUSY -> tally.count(Tally.Of.REFUSED_BUSY);
      case BROKER_UNAVAILABLE -> tally.count(Tally.Of.BROKER_FAILED);
      case HOLD_FULL -> tally.count(Tally.Of.HOLD_FULL);
      case HOLD_LOST -> tally.count(Tally.Of.HOLD_LOST);
      case CHANNEL_LIMIT -> tally.count(Tally.Of.CHANNELS_FULL);
      case POLICY_NOT_ALLOWED -> tally.count(Tally.Of.POLICY_REFUSED);
      default -> {}
    }
  }
}
