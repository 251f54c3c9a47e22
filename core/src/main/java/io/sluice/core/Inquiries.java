package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.HistoryReading;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for and may be large: history, and who is there. Owned by its lane.
 *
 * <p>A session's inquiries are answered one after the other, each only when its socket has taken
 * everything before: what a peer asks for in one breath waits as requests of some bytes, never as
 * answers of half a megabyte. Sessions take turns.
 */
final class Inquiries {
  private final Lane lane;
  private final Broker broker;
  private final Presence presence;
  private final Queue<Session> line = new ArrayDeque<>();

  /** A page of history gets at most this part of the bytes that may still be unread. */
  private static final int SHARE = 16;

  /** What one who is there takes beside the name. */
  private static final int PRESENT_BYTES = 32;

  /** Bytes of answers that sockets of this lane have not taken yet. */
  private long unread;

  /** How many are begun in one turn: as many bytes as may be fed to those who are behind. */
  private final int perTurn;

  /** One session's inquiries. Owned by the lane. */
  static final class Pending {
    private final Queue<Command.Inquiry> commands = new ArrayDeque<>(2);

    /** Whether the broker has been asked. */
    private boolean asking;

    private boolean inLine;

    /** Bytes of answers that the socket has not taken yet. */
    private int unread;

    int size() {
      return commands.size() + (asking ? 1 : 0);
    }
  }

  Inquiries(Lane lane, Broker broker, Presence presence, Limits limits) {
    this.lane = lane;
    this.broker = broker;
    this.presence = presence;
    long feeds = (long) limits.lane().catchUpBytes() * limits.lane().catchUpFeeds();
    this.perTurn = (int) Math.max(1, feeds / limits.session().historyBytes());
  }

  void ask(Session session, Command.Inquiry asked) {
    Fault fault = refusal(session, asked);
    if (fault != null) {
      session.fail(asked.id(), asked.channel(), fault);
      return;
    }
    Pending pending = session.inquiries();
    if (pending.size() >= lane.limits().session().inquiries()) {
      Fault busy = new Fault(Code.BUSY, "Too many inquiries are waiting");
      session.fail(asked.id(), asked.channel(), busy);
      return;
    }
    pending.commands.add(asked);
    enqueue(session);
  }

  private @Nullable Fault refusal(Session session, Command.Inquiry asked) {
    if (lane.isStopping()) {
      return new Fault(Code.SHUTTING_DOWN, "The server is stopping");
    }
    if (!session.rights().mayRead(asked.channel())) {
      return forbidden();
    }
    if (asked instanceof Command.Presence && !isTold(asked.channel())) {
      return presenceIsOff();
    }
    return null;
  }

  /** Whether who is subscribed to a channel is known, and anybody may know it. */
  boolean isTold(ChannelName channel) {
    return presence.isKept() && lane.namespaces().of(channel).presence();
  }

  static Fault presenceIsOff() {
    return new Fault(Code.PRESENCE_OFF, "The server does not keep who is subscribed");
  }

  /** The session's socket has taken everything: what was told is read, and more may follow. */
  void writable(Session session) {
    release(session);
    enqueue(session);
  }

  /** Nothing of the session's answers is unread any longer. */
  void release(Session session) {
    Pending pending = session.pendingInquiries();
    if (pending != null) {
      unread -= pending.unread;
      pending.unread = 0;
    }
  }

  /** Nobody is there to be answered. */
  void forget(Session session) {
    release(session);
    session.forgetInquiries();
  }

  private void enqueue(Session session) {
    Pending pending = session.pendingInquiries();
    if (pending == null || pending.inLine || pending.asking || pending.commands.isEmpty()) {
      return;
    }
    pending.inLine = true;
    line.add(session);
  }

  boolean isIdle() {
    return line.isEmpty();
  }

  /** Answers a bounded number, one of each session, in rotation. */
  void answerSome(Moment now) {
    int left = perTurn;
    for (int i = line.size(); i > 0 && left > 0; i--) {
      Session session = line.remove();
      Pending pending = session.inquiries();
      pending.inLine = false;
      if (!session.isClosed() && lane.outlet().ready(session.slot())) {
        left--;
        answer(session, pending, now);
      }
    }
  }

  private void answer(Session session, Pending pending, Moment now) {
    Command.Inquiry asked = pending.commands.remove();
    long left = lane.limits().lane().unreadBytes() - unread;
    Fault fault = fault(session, asked, left);
    if (fault != null) {
      session.fail(asked.id(), asked.channel(), fault);
      goOn(session);
      return;
    }
    switch (asked) {
      case Command.History history -> {
        pending.asking = true;
        int most = (int) Math.min(lane.limits().session().historyBytes(), 1 + left / SHARE);
        HistoryReading.begin(broker, history, most, now, new Answer(session, pending, history));
      }
      case Command.Presence here -> {
        Event.Presence list = who(here);
        tell(session, pending, list, bytes(list));
      }
    }
  }

  /** What has come in the way while the inquiry waited; a refresh may have taken the right. */
  private static @Nullable Fault fault(Session session, Command.Inquiry asked, long left) {
    if (!session.rights().mayRead(asked.channel())) {
      return forbidden();
    }
    return left > 0 ? null : new Fault(Code.BUSY, "Too many answers have not been read yet");
  }

  private static Fault forbidden() {
    return new Fault(Code.FORBIDDEN, "The token does not allow subscribing to this channel");
  }

  /** Who is there now; the same for whoever is on no connection. */
  static Event.Presence who(Presence presence, Command.Presence asked, Limits.Presence limits) {
    Presence.Roll roll = presence.roll(asked.channel(), limits.users());
    return new Event.Presence(asked.id(), asked.channel(), roll.users(), roll.total());
  }

  private Event.Presence who(Command.Presence asked) {
    return who(presence, asked, lane.limits().presence());
  }

  private void tell(Session session, Pending pending, Event event, int bytes) {
    session.tell(event);
    lane.outlet().flush();
    if (!lane.outlet().ready(session.slot())) {
      pending.unread += bytes;
      unread += bytes;
    }
    enqueue(session);
  }

  private static int bytes(Event.History history) {
    return history.publications().stream().mapToInt(Publication::retainedBytes).sum();
  }

  /** About what the list takes on its way. */
  private static int bytes(Event.Presence here) {
    return here.users().stream().mapToInt(one -> one.user().length() + PRESENT_BYTES).sum();
  }

  /** What was told goes out before it is decided whether the next one may follow. */
  private void goOn(Session session) {
    lane.outlet().flush();
    enqueue(session);
  }

  /** Carries what was read, on whatever thread, to the lane. */
  private final class Answer implements HistoryReading.Answer {
    private final Session session;
    private final Pending pending;
    private final Command.History asked;

    Answer(Session session, Pending pending, Command.History asked) {
      this.session = session;
      this.pending = pending;
      this.asked = asked;
    }

    @Override
    public void read(Event.History history) {
      lane.post(now -> end(history, null));
    }

    @Override
    public void failed(Fault fault) {
      lane.post(now -> end(null, fault));
    }

    private void end(Event.@Nullable History history, @Nullable Fault fault) {
      pending.asking = false;
      if (!session.isAttached()) {
        return;
      }
      if (history != null) {
        tell(session, pending, history, bytes(history));
      } else if (fault != null) {
        session.fail(asked.id(), asked.channel(), fault);
        goOn(session);
      }
    }
  }
}
