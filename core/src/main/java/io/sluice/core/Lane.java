package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import java.util.LinkedHashSet;
import java.util.List;
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
  private final Fanouts fanouts;
  private final Sessions sessions;
  private final Window window;
  private final Batch batch;
  private final Shortfalls shortfalls = new Shortfalls();
  private final Delivery delivery = new Delivery(this);
  private final Feeder feeder = new Feeder(this);
  private final ConflationShelf shelf;
  private final Namespaces namespaces;
  private final Subscribing subscribing;
  private final Crediting crediting = new Crediting(this);
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
    this.fanouts = new Fanouts(this, broker, ports.presence());
    this.namespaces = ports.namespaces();
    this.sessions = new Sessions(limits.session());
    this.shelf = new ConflationShelf(limits.lane().conflations());
    this.window = new Window(limits.lane().batchMessages());
    this.batch = new Batch(outlet, limits.lane().batchMessages());
    this.subscribing = new Subscribing(this, ports.presence());
    this.publishing = new Publishing(this, broker);
    this.inquiries = new Inquiries(this, broker, ports.presence(), limits);
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
      fanouts.tellPositions();
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
          if (session.isAttached() && !session.outgoing().isInFlight()) {
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
      fanouts.drop(cursor, now);
    }
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

  Fanouts fanouts() {
    return fanouts;
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

  Delivery delivery() {
    return delivery;
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

  Crediting crediting() {
    return crediting;
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
