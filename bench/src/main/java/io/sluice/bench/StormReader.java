package io.sluice.bench;

import io.sluice.client.Gap;
import io.sluice.client.Message;
import io.sluice.client.Subscribed;
import io.sluice.client.SubscriptionListener;
import io.sluice.model.Position;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its subscription, which calls it one at a time; what it found any thread may read. Checks
 * that a channel's publications, whose payloads are 1, 2, 3 and so on, come in order, each once and
 * none left out.
 */
final class StormReader implements SubscriptionListener {
  private final int channel;
  private final Runnable onBack;
  private long offset;
  private boolean lost;
  private volatile boolean armed;
  private volatile long number;
  private volatile long stoodNanos;
  private volatile long stoodMillis;
  private volatile long fromLog;
  private volatile int gaps;
  private volatile @Nullable String fault;

  /**
   * A reader.
   *
   * @param channel the number of its channel
   * @param onBack told when its subscription stands again for the first time
   */
  StormReader(int channel, Runnable onBack) {
    this.channel = channel;
    this.onBack = onBack;
  }

  @Override
  public void onMessage(Message message) {
    if (!message.data().equals(Long.toString(number + 1)) || message.offset() != offset + 1) {
      fault(
          "%s at %d came after %d at %d"
              .formatted(message.data(), message.offset(), number, offset));
    }
    offset = message.offset();
    if (message.timestamp().toEpochMilli() < stoodMillis) {
      fromLog++;
    }
    number = Long.parseLong(message.data());
  }

  @Override
  public void onSubscribed(Subscribed subscribed) {
    Position position = Objects.requireNonNull(subscribed.position());
    if (lost || !armed) {
      offset = position.offset();
    }
    if (armed && subscribed.recovered() == lost) {
      fault(lost ? "said to be recovered after a gap" : "neither recovered nor told of a gap");
    }
    lost = false;
    if (armed && stoodNanos == 0) {
      stoodMillis = System.currentTimeMillis();
      stoodNanos = System.nanoTime();
      onBack.run();
    }
  }

  @Override
  public void onGap(Gap gap) {
    gaps++;
    lost = true;
    if (!gap.reason().equals(Gap.NEW_EPOCH)) {
      fault("a gap, " + gap.reason());
    }
  }

  private void fault(String what) {
    if (fault == null) {
      fault = what;
    }
  }

  /** From now on it counts what happens. */
  void arm() {
    armed = true;
  }

  /** The number of its channel. */
  int channel() {
    return channel;
  }

  /** The newest publication it has. */
  long number() {
    return number;
  }

  /** When its subscription stood again; 0 if it does not. */
  long stoodNanos() {
    return stoodNanos;
  }

  /** How many publications it has that were made while it was away. */
  long fromLog() {
    return fromLog;
  }

  /** How often it was told that publications are lost. */
  int gaps() {
    return gaps;
  }

  /** What was wrong first; null if nothing was. */
  @Nullable String fault() {
    return fault;
  }
}
