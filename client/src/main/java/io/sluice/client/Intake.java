package io.sluice.client;

import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its engine. What comes for subscriptions that stand: each message to the one it is for,
 * once, and its credit with it. What came by a pattern is the pattern's, and moves its place in the
 * feed; the rest is its channel's.
 */
final class Intake {
  private final Roll roll;

  Intake(Roll roll) {
    this.roll = roll;
  }

  /** A publication came. */
  void delivered(NexusAnswer.Delivered answer, int cost) {
    NexusAnswer.Fed fed = answer.fed();
    Subscriber subscriber = roll.open(fed == null ? answer.channel() : fed.pattern());
    if (subscriber == null) {
      return;
    }
    subscriber.window().came(cost);
    if (isRepeat(subscriber, answer)) {
      // The credit it cost is given back as if it had been handled.
      subscriber.counters = subscriber.counters.plusRepeat();
      roll.handled(subscriber, 1, cost);
    } else {
      subscriber.feed().take(new Notice.Publication(message(answer), cost, subscriber.position));
    }
  }

  /** Whether it had come before; the position moves behind it if not. */
  private static boolean isRepeat(Subscriber subscriber, NexusAnswer.Delivered answer) {
    Position before = subscriber.position;
    NexusAnswer.Fed fed = answer.fed();
    long offset = fed == null ? answer.offset() : fed.position().offset();
    if (before == null || offset == NexusAnswer.NO_OFFSET) {
      return false;
    }
    if (offset <= before.offset()) {
      return true;
    }
    subscriber.position = new Position(before.epoch(), offset);
    return fed != null
        && subscriber.knows(answer.channel(), new Position(fed.epoch(), answer.offset()));
  }

  static Message message(NexusAnswer.Delivered answer) {
    return new Message(
        answer.channel(),
        answer.from(),
        answer.data(),
        Instant.ofEpochMilli(answer.timestamp()),
        answer.offset(),
        answer.broadcast(),
        fed(answer.fed()));
  }

  private static Message.@Nullable Fed fed(NexusAnswer.@Nullable Fed fed) {
    return fed == null ? null : new Message.Fed(fed.epoch(), fed.position(), fed.pattern());
  }

  /** Publications were lost. */
  void gap(NexusAnswer.Gap answer) {
    Subscriber subscriber = roll.open(answer.channel());
    if (subscriber != null) {
      subscriber.position = new Position(answer.epoch(), answer.last());
      Gap gap =
          new Gap(answer.channel(), answer.epoch(), answer.first(), answer.last(), answer.reason());
      subscriber.lose(gap, subscriber.position);
    }
  }

  /** The position moved. */
  void moved(NexusAnswer.At answer) {
    Subscriber subscriber = roll.open(answer.channel());
    if (subscriber != null) {
      subscriber.position = answer.position();
      subscriber.counters = subscriber.counters.plusConflated(answer.conflated());
      Moved moved = new Moved(answer.channel(), answer.position(), answer.conflated());
      subscriber.feed().take(new Notice.Passed(moved));
    }
  }

  /** Tells who is there, or came or went, if the channel is subscribed. */
  void tell(String channel, Notice notice) {
    Subscriber subscriber = roll.open(channel);
    if (subscriber != null && subscriber.options().presence()) {
      subscriber.feed().take(notice);
    }
  }

  /** A subscription slows nobody any more; false if there is none. */
  boolean unhold(@Nullable String channel, SluiceException warning) {
    Subscriber subscriber = roll.open(channel);
    Subscribed standing = subscriber == null ? null : subscriber.standing;
    if (subscriber == null || standing == null) {
      return false;
    }
    subscriber.standing = standing.withoutHold();
    subscriber.feed().take(new Notice.Warned(warning));
    return true;
  }
}
