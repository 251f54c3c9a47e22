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

  /** How many are begun in one turn: as many bytes as may be fed to those who are behind. */
  private final int perTurn;

  /** One session's inquiries. Owned by the lane. */
  static final class Pending {
    private final Queue<Command> commands = new ArrayDeque<>(2);

    /** Whether the broker has been asked. */
    private boolean asking;

    private boolean inLine;

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

  void ask(Session session, Command command, ChannelName channel) {
    Fault fault = refusal(session, command, channel);
    if (fault != null) {
      session.fail(command.id(), channel, fault);
      return;
    }
    Pending pending = session.inquiries();
    if (pending.size() >= lane.limits().session().inquiries()) {
      session.fail(command.id(), channel, new Fault(Code.BUSY, "Too many inquiries are waiting"));
      return;
    }
    pending.commands.add(command);
    enqueue(session);
  }

  private @Nullable Fault refusal(Session session, Command command, ChannelName channel) {
    if (lane.isStopping()) {
      return new Fault(Code.SHUTTING_DOWN, "The server is stopping");
    }
    if (!mayStill(session, channel)) {
      return forbidden();
    }
    if (command instanceof Command.Presence && !isTold(channel)) {
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

  /** Puts a session in line whose socket may be able to take an answer. */
  void enqueue(Session session) {
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
    switch (pending.commands.remove()) {
      case Command.History history when !mayStill(session, history.channel()) ->
          refuse(session, history, history.channel());
      case Command.Presence asked when !mayStill(session, asked.channel()) ->
          refuse(session, asked, asked.channel());
      case Command.History history -> {
        pending.asking = true;
        HistoryReading.begin(
            broker,
            history,
            lane.limits().session().historyBytes(),
            now,
            new Answer(session, pending, history));
      }
      case Command.Presence asked -> tell(session, who(presence, asked, lane.limits().presence()));
      case Command other -> throw new IllegalStateException("no inquiry: " + other);
    }
  }

  /** A refresh may have taken the right while the inquiry waited. */
  private static boolean mayStill(Session session, ChannelName channel) {
    return session.mayRead(channel);
  }

  private void refuse(Session session, Command command, ChannelName channel) {
    session.fail(command.id(), channel, forbidden());
    goOn(session);
  }

  private static Fault forbidden() {
    return new Fault(Code.FORBIDDEN, "The token does not allow subscribing to this channel");
  }

  /** Who is there now; the same for whoever is on no connection. */
  static Event.Presence who(Presence presence, Command.Presence asked, Limits.Presence limits) {
    Presence.Roll roll = presence.roll(asked.channel(), limits.users());
    return new Event.Presence(asked.id(), asked.channel(), roll.users(), roll.total());
  }

  private void tell(Session session, Event event) {
    session.tell(event);
    goOn(session);
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
      if (session.isClosed()) {
        return;
      }
      if (history != null) {
        tell(session, history);
      } else if (fault != null) {
        session.fail(asked.id(), asked.channel(), fault);
        goOn(session);
      }
    }
  }
}
