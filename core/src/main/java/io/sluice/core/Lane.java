package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Form;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the hub: single owner of its sessions, fanouts, rosters and cursors.
 * Everything is called on its thread, but for {@link #post} and the raising of signals.
 *
 * <p>A turn serves everything that has come up since the last one, so that all that was published
 * meanwhile leaves in one send per subscriber.
 */
public final class Lane {
  /** Asks for a turn. */
  @FunctionalInterface
  public interface Wake {
    /** Any thread: sees to it that {@link Lane#turn} is called once more on the lane's thread. */
    void wake();
  }

  /** Something to do in the next turn. */
  @FunctionalInterface
  interface Letter {
    void read(Moment now);
  }

  private final int index;
  private final Limits limits;
  private final Broker broker;
  private final Outlet outlet;
  private final Wake wake;
  private final Meter meter;
  private final AtomicBoolean awake = new AtomicBoolean();
  private final Queue<Letter> mailbox = new ConcurrentLinkedQueue<>();
  private final SignalQueue signals = new SignalQueue(this::wake);
  private final Map<Subject, Fanout> fanouts = new HashMap<>();
  private final Sessions sessions;
  private final Window window;
  private final Batch batch;
  private final Shortfalls shortfalls = new Shortfalls();
  private final Feeder feeder = new Feeder(this);
  private final ConflationShelf shelf;
  private final Map<ChannelName, Gallery> galleries = new HashMap<>();
  private final Presence presence;
  private final Namespaces namespaces;
  private final Subscribing subscribing;
  private final Publishing publishing;
  private final Inquiries inquiries;
  private final Refreshing refreshing;
  private final Departures departures = new Departures(this);
  private final Passing passing = new Passing(this);
  private final Holding holding = new Holding(this);

  /** Where somebody may have fallen too far behind. */
  private final Set<Fanout> suspects = new LinkedHashSet<>();

  private @Nullable CloseReason stopping;
  private @Nullable Moment positionsTold;

  /**
   * A lane without sessions, where presence is off and no token can be refreshed.
   *
   * @param index its number; lane 0 also does the broker's housekeeping
   */
  public Lane(int index, Limits limits, Broker broker, Outlet outlet, Wake wake, Meter meter) {
    this(
        index,
        limits,
        new Ports(broker, Presence.NONE, Tokens.NONE, Namespaces.of(limits.log()), meter),
        outlet,
        wake);
  }

  /**
   * A lane without sessions.
   *
   * @param index its number; lane 0 also does the broker's housekeeping
   */
  public Lane(int index, Limits limits, Ports ports, Outlet outlet, Wake wake) {
    this.index = index;
    this.limits = limits;
    this.broker = ports.broker();
    this.outlet = outlet;
    this.wake = wake;
    this.meter = ports.meter();
    this.presence = ports.presence();
    this.namespaces = ports.namespaces();
    this.sessions = new Sessions(limits.session());
    this.shelf = new ConflationShelf(limits.lane().conflations());
    this.window = new Window(limits.lane().batchMessages());
    this.batch = new Batch(outlet, limits.lane().batchMessages());
    this.subscribing = new Subscribing(this, presence);
    this.publishing = new Publishing(this, broker);
    this.inquiries = new Inquiries(this, broker, presence, limits);
    this.refreshing = new Refreshing(this, ports.tokens());
  }

  // What the gateway calls

  /** A connection stands: its peer is told so. */
  public Session open(int slot, Identity identity, Form form, String connectionId, Moment now) {
    Session session = new Session(this, slot, identity, form, connectionId);
    sessions.put(session, now);
    meter.opened(1);
    session.tell(new Event.Connected(identity.user(), connectionId, identity.expiresAtMillis()));
    if (isStopping()) {
      wake();
    }
    return session;
  }

  /** A connection's socket is ready again after it was not. */
  public void writable(int slot) {
    Session session = sessions.get(slot);
    if (session == null) {
      return;
    }
    // Taking what it was owed is a sign of life from a peer that has nothing to say.
    session.heard();
    feeder.enqueue(session);
    inquiries.writable(session);
    session.stir();
    wake();
  }

  /** A connection is gone; its slot may be given again from here on. */
  public void closed(int slot, Moment now) {
    Session session = sessions.remove(slot);
    if (session != null) {
      meter.opened(-1);
      if (session.isAttached() && !detach(session)) {
        end(session, now);
      }
    }
  }

  /**
   * A session that lasts leaves its socket, which is then closed: on the lane's thread.
   *
   * @return whether it stands where it was; not if it has ended
   */
  public boolean detach(Session session) {
    boolean stands = session.detach();
    if (stands) {
      inquiries.forget(session);
    }
    return stands;
  }

  /** Ends a session that lasts, with a socket or without; any thread. */
  public void forget(Session session) {
    post(
        now -> {
          if (!session.isClosed()) {
            end(session, now);
          }
        });
  }

  /**
   * Ends connections, some per turn; whoever is on another thread asks the {@link Switchboard}.
   *
   * @return how many
   */
  int disconnect(Whom whom, CloseReason reason, Moment now) {
    List<Session> meant = sessions.find(whom);
    meant.forEach(session -> depart(session, reason, now));
    return meant.size();
  }

  /** Stops: what is in flight is answered, then every session is closed with this reason. */
  public void stop(CloseReason reason) {
    stopping = reason;
    wake();
  }

  /** Whether no session is left. */
  public boolean isEmpty() {
    return sessions.isEmpty();
  }

  /** Serves everything that has come up. */
  public void turn(Moment now) {
    awake.set(false);
    readMailbox(now);
    outlet.flush();
    drainSignalled();
    feeder.feedSome();
    suspects.removeIf(fanout -> !fanout.lookAfterLaggards(now));
    inquiries.answerSome(now);
    departures.closeSome();
    passing.closeWhoIsDone(now);
    window.clear();
    batch.begin();
    holding.settle(now);
    if (stopping != null) {
      // What waits for slow readers was accepted: it goes in and is answered first.
      holding.letGo(now);
      closeWhoIsSettled(stopping, now);
    }
    outlet.flush();
    if (!feeder.isIdle() || !inquiries.isIdle() || !departures.isIdle() || !suspects.isEmpty()) {
      wake();
    }
  }

  /** Looks after what time brings, once a second or so. */
  public void tick(Moment now) {
    sessions.forEachExpired(now, session -> depart(session, CloseReason.EXPIRED, now));
    departures.closeSome();
    if (!departures.isIdle()) {
      wake();
    }
    holding.losePatience(now);
    sessions.forEachDue(now, session -> beat(session, now));
    // Before the positions: a socket that is owed a ping counts as one that cannot take more.
    outlet.flush();
    if (positionsAreDue(now)) {
      positionsTold = now;
      fanouts.values().forEach(Fanout::tellPositions);
    }
    if (index == 0) {
      broker.tick(now);
    }
  }

  private boolean positionsAreDue(Moment now) {
    return positionsTold == null
        || now.nanos() - positionsTold.nanos() >= limits.session().heartbeat().toNanos();
  }

  private void beat(Session session, Moment now) {
    if (session.wasHeard()) {
      outlet.heartbeat(session.slot());
    } else {
      close(session, CloseReason.IDLE, now);
    }
  }

  // The turn

  private void readMailbox(Moment now) {
    try {
      Letter letter;
      while ((letter = mailbox.poll()) != null) {
        letter.read(now);
      }
    } finally {
      if (!mailbox.isEmpty()) {
        // One letter failed: the others must not wait until somebody else asks for a turn.
        wake();
      }
    }
  }

  private void drainSignalled() {
    SignalQueue.Mark mark = signals.takeAll();
    try {
      while (mark != null) {
        Fanout fanout = (Fanout) mark;
        mark = mark.cutNext();
        fanout.lower();
        if (fanout.isOpen() && fanout.drain()) {
          fanout.raise();
        }
      }
    } finally {
      // After a bug in one channel the others are still in nobody's queue, though their marks are
      // up: unless they are put back they would never be heard of again.
      while (mark != null) {
        Fanout left = (Fanout) mark;
        mark = mark.cutNext();
        left.lower();
        left.raise();
      }
    }
  }

  private void closeWhoIsSettled(CloseReason reason, Moment now) {
    sessions.forEach(
        session -> {
          if (session.isAttached() && !session.hasPublishesInFlight()) {
            close(session, reason, now);
          }
        });
  }

  void close(Session session, CloseReason reason, Moment now) {
    if (session.isAttached()) {
      int slot = session.slot();
      part(session, reason, now);
      outlet.close(slot, reason);
    }
  }

  /** From here on it hears and gets nothing: it has ended, or stands without a socket. */
  void part(Session session, CloseReason reason, Moment now) {
    boolean mayReturn = reason == CloseReason.IDLE || reason == CloseReason.EXPIRED;
    if (!mayReturn || !detach(session)) {
      end(session, now);
    }
  }

  /** Ends a session now, and closes it when its turn comes. */
  void depart(Session session, CloseReason reason, Moment now) {
    departures.add(session, reason, now);
  }

  /** Closes a session that has departed, unless its connection has gone by itself meanwhile. */
  @SuppressWarnings("ReferenceEquality") // This very session, not the next in its slot.
  void closeDeparted(Session session, int slot, CloseReason reason) {
    if (sessions.get(slot) == session) {
      outlet.close(slot, reason);
    }
  }

  /**
   * In this turn or the next, once those who can be have been fed, its laggards are looked after.
   */
  void suspect(Fanout fanout) {
    if (suspects.add(fanout)) {
      wake();
    }
  }

  /** Closes a session, at the beginning of the next turn, to which a bug of ours has happened. */
  void expel(Session session) {
    post(now -> close(session, CloseReason.INTERNAL, now));
  }

  void end(Session session, Moment now) {
    inquiries.release(session);
    for (Cursor cursor : session.end()) {
      drop(cursor, now);
    }
  }

  // Fanouts

  @Nullable Fanout fanout(Subject subject) {
    return fanouts.get(subject);
  }

  /** The fanout of a channel or a feed, which may still have to wait for its log. */
  Fanout openFanout(Subject subject, Moment now) {
    Fanout known = fanouts.get(subject);
    if (known != null) {
      return known;
    }
    Fanout fanout = new Fanout(this, subject);
    fanouts.put(subject, fanout);
    broker.open(subject, fanout, now, new Opening(this, fanout));
    return fanout;
  }

  /**
   * The fanout for whose log a session's command about the channel has to wait, because earlier
   * ones do; null if it need not wait for them.
   */
  @Nullable Fanout awaitedBefore(Session session, ChannelName channel) {
    Subject awaited = session.awaitedBefore(channel);
    return awaited == null ? null : fanouts.get(awaited);
  }

  /** Keeps a command until the log is open; false if the session has too many waiting. */
  boolean await(Fanout fanout, Session session, Command command) {
    if (!session.startWaiting(fanout.subject(), command)) {
      return false;
    }
    fanout.await(session, command);
    return true;
  }

  void opened(Fanout fanout, Log log, long head, Moment now) {
    fanout.opened(log, head);
    for (Fanout.Waiting waiting : takeWaiting(fanout)) {
      waiting.session().resume(waiting.command(), now);
    }
    closeIfUnused(fanout, now);
  }

  void notOpened(Fanout fanout, Fault fault, Moment now) {
    fanouts.remove(fanout.subject());
    for (Fanout.Waiting waiting : takeWaiting(fanout)) {
      if (waiting.command() instanceof Command.Subscribe subscribe) {
        waiting.session().fail(subscribe.id(), subscribe.subject(), fault);
      } else {
        waiting.session().resume(waiting.command(), now);
      }
    }
  }

  /** All stop waiting before the first goes on: it may have to wait for this channel once more. */
  private static List<Fanout.Waiting> takeWaiting(Fanout fanout) {
    List<Fanout.Waiting> taken = fanout.takeWaiting();
    for (Fanout.Waiting waiting : taken) {
      waiting.session().stopWaiting(fanout.subject(), waiting.command());
    }
    return taken;
  }

  /** Lets a cursor go that its session no longer holds. */
  void drop(Cursor cursor, Moment now) {
    cursor.session.leaveLine(cursor);
    cursor.fanout.remove(cursor);
    Holders holders = cursor.fanout.holders();
    if (holders != null) {
      holders.give(cursor, now);
    }
    if (!cursor.fanout.isOfPresence()) {
      cursor.fanout.log().removeSubscriber();
      meter.subscribed(-1);
    }
    if (cursor.present && cursor.fanout.subject() instanceof ChannelName channel) {
      presence.leave(channel, cursor.session.identity().user(), now);
    }
    closeIfUnused(cursor.fanout, now);
  }

  void closeIfUnused(Fanout fanout, Moment now) {
    if (fanout.isOpen() && fanout.isUnused()) {
      boolean _ = (fanout.isOfPresence() ? galleries : fanouts).remove(fanout.subject(), fanout);
      fanout.leaveLog(now);
    }
  }

  /** Those on this lane who watch who is there. */
  Gallery openGallery(ChannelName channel, Moment now) {
    return galleries.computeIfAbsent(channel, name -> new Gallery(this, name, presence, now));
  }

  /** A session's token is another. */
  void renewExpiry(Session session, Moment now) {
    sessions.renew(session, now);
  }

  // What the lane's own parts share

  /** Hands the lane something to do in its next turn. Any thread. */
  void post(Letter letter) {
    mailbox.add(letter);
    wake();
  }

  void wake() {
    if (!awake.get() && awake.compareAndSet(false, true)) {
      wake.wake();
    }
  }

  boolean isStopping() {
    return stopping != null;
  }

  Limits limits() {
    return limits;
  }

  Namespaces namespaces() {
    return namespaces;
  }

  Outlet outlet() {
    return outlet;
  }

  Meter meter() {
    return meter;
  }

  SignalQueue signals() {
    return signals;
  }

  Window window() {
    return window;
  }

  Batch batch() {
    return batch;
  }

  Shortfalls shortfalls() {
    return shortfalls;
  }

  Feeder feeder() {
    return feeder;
  }

  Passing passing() {
    return passing;
  }

  ConflationShelf shelf() {
    return shelf;
  }

  Subscribing subscribing() {
    return subscribing;
  }

  Publishing publishing() {
    return publishing;
  }

  Holding holding() {
    return holding;
  }

  Inquiries inquiries() {
    return inquiries;
  }

  Refreshing refreshing() {
    return refreshing;
  }
}
