package io.sluice.core;

import io.sluice.core.log.Hold;
import io.sluice.core.log.Log;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Priority;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One channel's subscribers on one lane, or a feed's with all their patterns, and how far they have
 * been served. Owned by that lane; only {@link #raise} is for everybody.
 *
 * <p>All rosters stand at the same next offset. A drain takes the publications from there to the
 * head, and for each roster filters them once, fills one batch and sends it once to each member.
 */
class Fanout extends SignalQueue.Mark {
  private final Lane lane;
  private final Subject subject;
  private final Map<Roster.Key, Roster> rosters = new LinkedHashMap<>(2);
  private @Nullable Log log;
  private @Nullable Holders holders;
  private List<Waiting> waiting = List.of();
  private @Nullable Conflations conflations;
  private @Nullable Laggards laggards;
  private @Nullable Starving starving;
  private long next;
  private int cursors;

  /** A command that came before the log was open. */
  record Waiting(Session session, Command command) {}

  /** Of a channel, or of the feed of the namespace that has this pattern. */
  Fanout(Lane lane, Subject subject) {
    super(lane.signals());
    this.lane = lane;
    this.subject = subject;
  }

  final Subject subject() {
    return subject;
  }

  /** Whether the broker has answered; before that nothing can be decided here. */
  boolean isOpen() {
    return log != null;
  }

  void opened(Log opened, long head) {
    log = opened;
    next = head + 1;
    Hold hold = opened.hold();
    holders = hold == null ? null : new Holders(lane.holding(), hold);
  }

  /** Who of its subscribers may hold its writers; null if nobody may. */
  @Nullable Holders holders() {
    return holders;
  }

  /** Keeps a command until the broker has answered. */
  void await(Session session, Command command) {
    if (waiting.isEmpty()) {
      waiting = new ArrayList<>(1);
    }
    waiting.add(new Waiting(session, command));
  }

  /** The commands that waited, in the order they came. */
  List<Waiting> takeWaiting() {
    List<Waiting> taken = waiting;
    waiting = List.of();
    return taken;
  }

  Log log() {
    if (log == null) {
      throw new IllegalStateException(subject + " is not open");
    }
    return log;
  }

  /** The offset that all rosters are waiting for. */
  long next() {
    return next;
  }

  /** Whose data goes first on a connection that cannot take everything. */
  final Priority priority() {
    return log == null ? Priority.MEDIUM : log.settings().priority();
  }

  @Override
  protected final int rank() {
    return switch (priority()) {
      case CRITICAL -> 0;
      case HIGH -> 1;
      case MEDIUM -> 2;
      case LOW -> 3;
    };
  }

  /** Whether these are no subscribers, but watch who is one. */
  boolean isOfPresence() {
    return false;
  }

  /** Whether nobody is subscribed. */
  boolean isUnused() {
    return cursors == 0;
  }

  void leaveLog(Moment now) {
    if (log != null) {
      log.leave(this, now);
    }
  }

  /**
   * Takes in a new subscriber, parked at an offset from 1 to {@link #next}.
   *
   * @return its cursor; the caller lets it catch up or join
   */
  Cursor add(Session session, Roster.Key key, Manner manner, long from) {
    Roster roster = roster(key);
    Cursor cursor = manner.cursor(session, this, roster);
    cursor.next = from;
    roster.adopt(cursor);
    cursors++;
    if (from < next) {
      lookAfter(cursor);
    }
    return cursor;
  }

  /** Lets a subscriber go. */
  void remove(Cursor cursor) {
    leaveRoster(cursor);
    cursors--;
    if (starving != null) {
      starving.forget(cursor);
    }
    switch (cursor) {
      case LatestCursor latest -> conflations().leave(latest);
      case DisconnectCursor waiting -> laggards().forget(waiting);
      case Cursor _ -> {}
    }
  }

  /** What its policy needs from here on, the cursor being parked. */
  private void lookAfter(Cursor cursor) {
    switch (cursor) {
      case LatestCursor latest -> {
        boolean _ = conflations().enter(latest) != null;
      }
      case DisconnectCursor waiting -> laggards().watch(waiting);
      case Cursor _ -> {}
    }
  }

  /** What those who want the newest of each key, and are behind, are owed. */
  final Conflations conflations() {
    if (conflations == null) {
      conflations = new Conflations(this, lane.shelf());
    }
    return conflations;
  }

  /** Those of its subscribers that may not have what comes next. */
  final Starving starving() {
    if (starving == null) {
      starving = new Starving(lane);
    }
    return starving;
  }

  private Laggards laggards() {
    if (laggards == null) {
      laggards = new Laggards(lane, log().settings().delivery().disconnectMessages());
    }
    return laggards;
  }

  /** Closes who is too far behind; whether this must be asked again in the next turn. */
  boolean lookAfterLaggards(Moment now) {
    return laggards != null && laggards.look(next, now);
  }

  /** Moves a subscriber among those of another key, at its place. */
  void move(Cursor cursor, Roster.Key key) {
    if (cursor.roster.key().equals(key)) {
      return;
    }
    boolean wasParked = cursor.isParked();
    boolean sameFilters = cursor.roster.key().filters().equals(key.filters());
    long knows = cursor.roster.told();
    leaveRoster(cursor);
    roster(key).adopt(cursor);
    if (!wasParked) {
      cursor.roster.join(cursor, knows);
    } else if (cursor instanceof LatestCursor latest && !sameFilters) {
      conflations().leave(latest);
      lookAfter(latest);
    }
  }

  private void leaveRoster(Cursor cursor) {
    Roster roster = cursor.roster;
    if (!cursor.isParked()) {
      roster.park(cursor, next);
    }
    roster.release();
    if (roster.isEmpty()) {
      rosters.remove(roster.key());
    }
  }

  private Roster roster(Roster.Key key) {
    return rosters.computeIfAbsent(key, absent -> new Roster(absent, subject, next));
  }

  /**
   * Serves everything up to the head as it is now, so that who joins next joins there. What is
   * appended meanwhile waits for its signal: other lanes may append faster than this one serves.
   */
  void drainToHead() {
    long head = log().head();
    while (next <= head) {
      boolean _ = drainSome();
    }
  }

  /**
   * Serves a bounded part of what is new.
   *
   * @return whether some is left
   */
  boolean drain() {
    Limits.Lane limits = lane.limits().lane();
    for (int i = 0; i < limits.turnBatches(); i++) {
      if (!drainSome()) {
        return false;
      }
    }
    return next <= log().head();
  }

  /** Serves one batch; whether there may be more. */
  private boolean drainSome() {
    Log read = log();
    long head = read.head();
    if (next > head) {
      return false;
    }
    if (rosters.isEmpty()) {
      next = head + 1;
      return false;
    }
    if (next < read.first()) {
      missEvicted(read.first());
    }
    Window window = lane.window();
    window.fill(read, next, head, lane.limits().lane().batchBytes());
    if (window.count() == 0) {
      return next <= head;
    }
    RuntimeException bug = null;
    for (Roster roster : rosters.values()) {
      try {
        lane.delivery().deliver(this, roster, window);
      } catch (RuntimeException thrown) {
        expel(roster);
        bug = thrown;
      }
    }
    bug = conflate(window, bug);
    next = window.until();
    if (holders != null) {
      holders.moved();
    }
    if (starving != null) {
      starving.look(read, next);
    }
    if (laggards != null && laggards.areDue(next)) {
      lane.suspect(this);
    }
    if (bug != null) {
      raise();
      throw bug;
    }
    return next <= head;
  }

  /**
   * Tables that a bug has spoilt are forgotten; whoever needs them meets the bug when it is fed.
   */
  private @Nullable RuntimeException conflate(Window window, @Nullable RuntimeException before) {
    if (conflations != null) {
      try {
        conflations.extend(window);
      } catch (RuntimeException bug) {
        conflations.forgetAll();
        return bug;
      }
    }
    return before;
  }

  /**
   * After a bug nobody knows who of them got what. The other rosters have been served, and would be
   * served twice if the window were tried again: it is these who go.
   */
  private void expel(Roster roster) {
    for (int i = 0; i < roster.size(); i++) {
      lane.expel(roster.cursor(i).session);
    }
  }

  /** The lane itself was slower than the log's bounds: everybody is told by the feeder. */
  private void missEvicted(long first) {
    for (Roster roster : rosters.values()) {
      while (roster.size() > 0) {
        Cursor _ = park(roster, roster.size() - 1, next);
      }
      roster.missed(first);
    }
    if (conflations != null) {
      conflations.forgetAll();
    }
    next = first;
  }

  /** Its peer wants nothing of this for now, but what is free. */
  void pause(Cursor cursor) {
    cursor.paused = true;
    if (cursor.keepsAway()) {
      stop(cursor);
    }
  }

  /** It stands where it is. */
  void stop(Cursor cursor) {
    if (!cursor.isParked()) {
      Cursor _ = park(cursor.roster, cursor.index, next);
    }
  }

  /** What had no credit to pay with pays from here on; it has none yet. */
  void meter(Cursor cursor) {
    cursor.messages = 0;
    cursor.bytes = 0;
    move(cursor, cursor.roster.key().withCredit());
  }

  /** It cannot take more: its place is this offset, and the feeder goes on with it. */
  Cursor park(Roster roster, int index, long from) {
    Cursor cursor = roster.cursor(index);
    roster.park(cursor, from);
    lane.feeder().enqueue(cursor);
    switch (cursor) {
      case LatestCursor latest -> conflations().parked(latest);
      case DisconnectCursor waiting -> laggards().watch(waiting);
      case Cursor _ -> {}
    }
    cursor.session.stir();
    return cursor;
  }

  /** Tells every recoverable subscriber whose filters skipped something how far it is. */
  void tellPositions() {
    if (log == null) {
      return;
    }
    for (Roster roster : rosters.values()) {
      if (roster.key().recoverable() && roster.told() < next - 1) {
        tellPosition(roster, next - 1);
      }
    }
    if (conflations != null) {
      conflations.enterParked();
    }
  }

  void tellPosition(Roster roster, long examined) {
    Event.At at = new Event.At(roster.subject(), new Position(log().epoch(), examined), 0);
    Outlet outlet = lane.outlet();
    for (int i = roster.size() - 1; i >= 0; i--) {
      int slot = roster.slots()[i];
      if (outlet.ready(slot)) {
        outlet.tell(slot, at);
      } else {
        // It would wait behind what the socket owes and may be old by then: the feeder says it.
        park(roster, i, examined + 1);
      }
    }
    roster.tell(examined);
    // It stands at its place in the stream: before the data that follows.
    outlet.flush();
  }
}
