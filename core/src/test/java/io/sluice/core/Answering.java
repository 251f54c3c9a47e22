package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import org.jspecify.annotations.Nullable;

/** How a broker answers: the core must not mind. */
public enum Answering {
  /** Inside the call. */
  AT_ONCE,
  /** Later, channels in any order, as {@link #seed} draws it. */
  IN_STEPS,
  /** Later, on a thread of its own. */
  ON_ANOTHER_THREAD;

  /** What puts the answers off, or null. */
  public @Nullable Later later() {
    return switch (this) {
      case AT_ONCE -> null;
      case IN_STEPS -> Later.inSteps(seed());
      case ON_ANOTHER_THREAD -> Later.onAnotherThread();
    };
  }

  /** What draws the steps: 7, or the one that {@code -Dsluice.seed} replays. */
  static long seed() {
    return Seeds.one(7);
  }

  /** The broker, as this way of answering has it. */
  public static Broker through(@Nullable Later later, Broker broker) {
    return later == null ? broker : new DeferredBroker(broker, later);
  }
}
