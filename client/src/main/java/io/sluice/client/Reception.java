package io.sluice.client;

import io.sluice.model.Code;
import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Instant;

/** Owner: its engine. Hands what the server says on a line that stands to whom it concerns. */
final class Reception {
  private final Desk desk;
  private final Roll roll;
  private final Intake intake;
  private final Renewal renewal;
  private final Hands hands;

  Reception(Desk desk, Roll roll, Renewal renewal, Hands hands) {
    this.desk = desk;
    this.roll = roll;
    this.intake = new Intake(roll);
    this.renewal = renewal;
    this.hands = hands;
  }

  /** Takes an answer of so many bytes. */
  void take(NexusAnswer answer, int cost, long line, Moment now) {
    switch (answer) {
      case NexusAnswer.Delivered delivered -> intake.delivered(delivered, cost);
      case NexusAnswer.Published published -> desk.answer(published.id(), published);
      case NexusAnswer.Subscribed subscribed -> roll.subscribed(subscribed);
      case NexusAnswer.Unsubscribed unsubscribed -> roll.unsubscribed(unsubscribed);
      case NexusAnswer.Gap gap -> intake.gap(gap);
      case NexusAnswer.At at -> intake.moved(at);
      case NexusAnswer.Held held ->
          desk.hold(new Held(held.channel(), held.readers(), held.bytes()));
      case NexusAnswer.Released released -> desk.release(released.channel(), now.nanos());
      case NexusAnswer.Failed failed -> refused(failed, line, now);
      case NexusAnswer.History history -> desk.answer(history.id(), history);
      case NexusAnswer.Presence presence -> present(presence);
      case NexusAnswer.Joined joined ->
          came(joined.channel(), joined.userId(), joined.timestamp(), true);
      case NexusAnswer.Left left -> came(left.channel(), left.userId(), left.timestamp(), false);
      case NexusAnswer.Refreshed refreshed -> refreshed(refreshed, now);
      case NexusAnswer.Pong pong -> desk.answer(pong.id(), pong);
      case NexusAnswer.Unknown unknown -> {
        // A later server's: read past it.
      }
      case NexusAnswer.Connected greeting -> {
        // The engine's own.
      }
      case NexusAnswer.Garbage garbage -> {
        // The engine's own.
      }
    }
  }

  private void came(String channel, String user, long millis, boolean joined) {
    Arrival arrival = new Arrival(channel, user, Instant.ofEpochMilli(millis));
    intake.tell(channel, new Notice.Came(arrival, joined));
  }

  private void present(NexusAnswer.Presence presence) {
    if (!desk.answer(presence.id(), presence)) {
      intake.tell(presence.channel(), new Notice.There(Answers.presence(presence)));
    }
  }

  private void refreshed(NexusAnswer.Refreshed refreshed, Moment now) {
    if (renewal.isRequest(refreshed.id())) {
      renewal.inForce(refreshed.expiresAt(), now);
    }
  }

  private void refused(NexusAnswer.Failed failed, long line, Moment now) {
    SluiceException error = new SluiceException(failed.code(), failed.message());
    if (renewal.isRequest(failed.id())) {
      hands.error(error);
      renewal.sleep(now);
    } else if (!desk.refuse(failed)
        && !roll.refuse(failed, line, now.nanos())
        && !isWarning(failed, error)) {
      hands.error(error);
    }
  }

  /** What is said of a subscription without being asked, and does not end it. */
  private boolean isWarning(NexusAnswer.Failed failed, SluiceException error) {
    return failed.code().equals(Code.HOLD_LOST.text()) && intake.unhold(failed.channel(), error);
  }
}
