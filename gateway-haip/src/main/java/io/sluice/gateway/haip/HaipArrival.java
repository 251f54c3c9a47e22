package io.sluice.gateway.haip;

import io.sluice.core.Lane;
import io.sluice.core.Session;
import io.sluice.core.log.Broker;
import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipKept;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a line comes into its session, and leaves it: from the peer's HAI, over its credentials and
 * whoever has the session now, to its seat. Owned by its dialog.
 *
 * <p>Once it is in it has a place among the sessions until it has left: a bug on the way to its
 * seat ends the line, and with it the place.
 */
final class HaipArrival {
  private final HaipDialog dialog;
  private @Nullable HaipHello hello;

  /** What it is called where it has a place; null before, and when it has left. */
  private @Nullable String placed;

  /** What it found there, until it sits. */
  private HaipSessions.Entry.@Nullable In found;

  private @Nullable HaipSeat seat;

  HaipArrival(HaipDialog dialog) {
    this.dialog = dialog;
  }

  @Nullable HaipSeat seat() {
    return seat;
  }

  private HaipSessions sessions() {
    return dialog.house().sessions();
  }

  private Lane lane() {
    return dialog.connection().lane();
  }

  /** The peer has introduced itself. */
  void hello(HaipHello said) {
    hello = said;
    String auth = said.auth();
    if (auth == null) {
      comeIn();
    } else {
      check(auth, wrong -> comeInUnless(wrong));
    }
  }

  private void comeInUnless(@Nullable HaipFault wrong) {
    if (wrong == null) {
      comeIn();
    } else {
      dialog.conversation().turnAway(wrong, dialog.now());
    }
  }

  /** What is wrong with these credentials; null if they are good. The answer may come late. */
  void check(String auth, Consumer<@Nullable HaipFault> then) {
    dialog
        .house()
        .credentials()
        .check(
            auth,
            dialog.identity(),
            dialog.now(),
            wrong -> dialog.connection().post(at -> dialog.enter(at, () -> then.accept(wrong))));
  }

  /** Comes in, or waits for who has the session. */
  void comeIn() {
    HaipHello said = Objects.requireNonNull(hello);
    switch (sessions().enter(said.session(), dialog, dialog.identity(), dialog.now())) {
      case HaipSessions.Entry.Wait wait -> wait.other().makeWay(dialog);
      case HaipSessions.Entry.In in -> {
        enter(in);
        sitDown(in, said);
        hello = null;
      }
    }
  }

  private void enter(HaipSessions.Entry.In in) {
    placed = in.name();
    found = in;
  }

  private void sitDown(HaipSessions.Entry.In in, HaipHello said) {
    HaipConversation conversation = dialog.conversation();
    Moment now = dialog.now();
    Predecessor before = in.left();
    HaipForm form = new HaipForm(conversation, new SessionChannels(in.name()), "");
    Session session =
        lane().open(dialog.connection().slot(), dialog.identity(), form, in.name(), now);
    HaipSeat taken = take(in, session, said);
    session.last(said.keeps());
    if (conversation.adopt(in.name(), before == null ? null : before.kept(), now)) {
      dialog.tally().add(Sum.RESUMED, before != null && said.resumes() ? 1 : 0);
    } else {
      taken = moveOn(in, taken, said);
    }
    if (!dialog.hearing().isReplaying() && !dialog.isOver()) {
      taken.read(now);
    }
  }

  /** What the peer wants again is kept no more: the session ends, and another begins. */
  private HaipSeat moveOn(HaipSessions.Entry.In in, HaipSeat taken, HaipHello said) {
    Moment now = dialog.now();
    taken.settle(now);
    placed = null;
    sessions().leave(in.name(), dialog, null, now);
    HaipSessions.Entry.In other =
        (HaipSessions.Entry.In) sessions().enter(null, dialog, dialog.identity(), now);
    enter(other);
    HaipSeat next = take(other, taken.session, said);
    boolean _ = dialog.conversation().adopt(other.name(), null, now);
    return next;
  }

  private HaipSeat take(HaipSessions.Entry.In in, Session session, HaipHello said) {
    SessionChannels channels = new SessionChannels(in.name());
    HaipForm form = new HaipForm(dialog.conversation(), channels, "");
    Limits.Session limits = dialog.house().server().session();
    session.use(form);
    session.publishAs(
        in.name(),
        channels.all(),
        new Broker.Writer(limits.publishesInFlight(), limits.publishBytesInFlight()));
    HaipSeat taken =
        new HaipSeat(channels, session, form, new HaipReads(session, channels, said), in);
    seat = taken;
    found = null;
    return taken;
  }

  /**
   * Leaves, whatever came of it.
   *
   * @param kept the conversation's part of what the next line goes on from; null if there is none
   */
  void leave(@Nullable HaipKept kept, Moment at) {
    String name = placed;
    placed = null;
    if (name == null) {
      return;
    }
    Predecessor left = null;
    try {
      left = found == null ? standUp(kept, at) : giveUp(found, at);
    } finally {
      sessions().leave(name, dialog, left, at);
    }
  }

  /** Who never sat down leaves what it found. */
  private @Nullable Predecessor giveUp(HaipSessions.Entry.In in, Moment at) {
    found = null;
    if (seat != null) {
      lane().forget(seat.session);
    }
    Predecessor left = in.left();
    if (left == null) {
      in.reserved().forEach(place -> place.give(at));
      return null;
    }
    return left.with(in.reserved());
  }

  private @Nullable Predecessor standUp(@Nullable HaipKept kept, Moment at) {
    HaipSeat sat = Objects.requireNonNull(seat);
    Predecessor left = null;
    if (kept != null && lane().detach(sat.session)) {
      left = sat.handOn(kept, lane());
    } else {
      lane().forget(sat.session);
    }
    sat.settle(at);
    return left;
  }
}
