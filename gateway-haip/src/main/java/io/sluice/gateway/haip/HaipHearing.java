package io.sluice.gateway.haip;

import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.RequestId;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipReplay;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the core answers to a session: receipts, subscriptions, and what is to be said again. Owned
 * by its dialog.
 */
final class HaipHearing {
  private final HaipDialog dialog;
  private @Nullable HaipReplaying replaying;

  HaipHearing(HaipDialog dialog) {
    this.dialog = dialog;
  }

  void hear(HaipSeat at, Event event, Moment now) {
    switch (event) {
      case Event.Published published -> published(at, published, now);
      case Event.Failed failed -> failed(at, failed, now);
      case Event.Gap gap ->
          dialog.conversation().gap(at.nameOf(gap.subject()), gap.first(), gap.last(), now);
      case Event.Subscribed subscribed -> {
        if (at.reads.subscribed(subscribed, now)) {
          at.settle(now);
        }
      }
      case Event.History history -> {
        if (replaying != null) {
          replaying.heard(history, at.form, now);
          dialog.connection().post(this::goOn);
        }
      }
      case Event.Connected _,
          Event.Unsubscribed _,
          Event.At _,
          Event.Held _,
          Event.Released _,
          Event.Presence _,
          Event.Refreshed _,
          Event.Pong _ -> {}
    }
  }

  private void published(HaipSeat at, Event.Published published, Moment now) {
    HaipConversation conversation = dialog.conversation();
    long ticket = Long.parseLong(Objects.requireNonNull(published.id()).raw());
    conversation.published(ticket, published.position().offset(), now);
    if (!at.heard) {
      conversation.handled(ticket, now);
    }
  }

  private void failed(HaipSeat at, Event.Failed failed, Moment now) {
    HaipConversation conversation = dialog.conversation();
    RequestId id = failed.id();
    if (HaipReplaying.ASKED.equals(id)) {
      if (replaying != null) {
        replaying.failed(now);
        dialog.connection().post(this::goOn);
      }
    } else if (HaipReads.ASKED.equals(id)) {
      conversation.fail(HaipFaults.of(failed.fault()), now);
      if (at.reads.refused()) {
        at.settle(now);
      }
    } else if (id != null) {
      conversation.refused(Long.parseLong(id.raw()), HaipFaults.of(failed.fault()), now);
    } else {
      conversation.fail(HaipFaults.of(failed.fault()), now);
    }
  }

  // What is said again

  void replay(List<HaipReplay> again) {
    dialog.tally().count(Sum.REPLAYED);
    replaying = new HaipReplaying(dialog.connection(), dialog.conversation(), again);
    dialog.connection().post(this::goOn);
  }

  boolean isReplaying() {
    return replaying != null;
  }

  private void goOn(Moment at) {
    dialog.enter(at, () -> sayMore(at));
  }

  private void sayMore(Moment at) {
    HaipSeat sitting = dialog.seat();
    if (replaying == null || sitting == null) {
      return;
    }
    if (replaying.goOn(sitting.session, sitting.channels, sitting.reads, at)) {
      replaying = null;
      dialog.conversation().replayed(at);
      if (!sitting.isReading()) {
        sitting.read(at);
      }
    }
  }
}
