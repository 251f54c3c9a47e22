package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.Event;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm.Tail;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Serves the cursors that are behind, in rotation, a bounded number of bytes at a time, until each
 * stands at the head again and rejoins its roster. Owned by its lane.
 *
 * <p>Sessions take turns; of one session's cursors, those of the channels with the highest priority
 * do, see {@link Line}. A session whose socket is not ready is let go and keeps its line, so that
 * it goes on where it stopped when the socket can take more. A cursor whose credit is gone leaves
 * the line, and comes back with it. Nothing is done for either meanwhile. A stamped one leaves when
 * it has been seen that what comes next costs something: what is free goes whatever its credit is.
 */
final class Feeder {
  private final Lane lane;
  private final LatestFeeder latest;
  private final StateFeeder states;
  private final ArrayDeque<Session> queue = new ArrayDeque<>();

  Feeder(Lane lane) {
    this.lane = lane;
    this.latest = new LatestFeeder(lane, this);
    this.states = new StateFeeder(lane, this);
  }

  /** Puts a parked cursor in its session's line, if it is not there already, and the session up. */
  void enqueue(Cursor cursor) {
    Session session = cursor.session;
    if (cursor.isParked() && !session.isClosed()) {
      session.standInLine(cursor);
      enqueue(session);
    }
  }

  /** Puts a session up for its turn, if it has a line and does not wait already. */
  void enqueue(Session session) {
    if (session.line() != null && session.putUp()) {
      queue.add(session);
    }
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  /** Whether it could be fed, and has not been: its place is not its peer's doing. */
  boolean owesATurn(Cursor cursor) {
    return cursor.queued && lane.outlet().ready(cursor.session.slot());
  }

  /**
   * Feeds a bounded number of times, in rotation. Few get several feeds in one turn: a reader that
   * takes everything must come nearer to the head, however much a turn brings. Sessions that have
   * nobody in line any more do not count, or a peer that subscribes and unsubscribes without end
   * would lengthen the queue faster than it moves.
   */
  void feedSome() {
    int feeds = lane.limits().lane().catchUpFeeds();
    for (Session session = queue.poll(); session != null; session = queue.poll()) {
      session.takeDown();
      if (session.line() != null) {
        feedOne(session);
        if (--feeds == 0) {
          return;
        }
      }
    }
  }

  private void feedOne(Session session) {
    if (!lane.outlet().ready(session.slot())) {
      return;
    }
    try {
      Cursor cursor = session.takeFromLine();
      feed(cursor);
      if (cursor.mayMove()) {
        enqueue(cursor);
      }
      if (cursor.holds) {
        moved(cursor.fanout.holders());
      }
    } catch (RuntimeException bug) {
      lane.expel(session);
      throw bug;
    }
    session.stir();
    enqueue(session);
  }

  private static void moved(@Nullable Holders holders) {
    if (holders != null) {
      holders.moved();
    }
  }

  private void feed(Cursor cursor) {
    // It may stand elsewhere by now than before what could not go.
    cursor.starved = false;
    switch (cursor) {
      case LatestCursor newest -> latest.feed(newest);
      case StateCursor newest -> states.feed(newest);
      case DropOldestCursor dropping -> {
        skipOldest(dropping);
        feedFromLog(dropping);
      }
      case DisconnectCursor waiting -> feedFromLog(waiting);
      case Cursor waiting -> feedFromLog(waiting);
    }
  }

  /** Whoever wants what is recent, and can take it, is moved close behind the head. */
  private void skipOldest(DropOldestCursor cursor) {
    long close = cursor.fanout.next() - dropOldestMessages(cursor);
    if (cursor.next < close && cursor.mayStart()) {
      skip(cursor, close, GapReason.DROPPED);
    }
  }

  private static int dropOldestMessages(Cursor cursor) {
    return cursor.fanout.log().settings().delivery().dropOldestMessages();
  }

  void feedFromLog(Cursor cursor) {
    Outlet outlet = lane.outlet();
    Log log = cursor.fanout.log();
    if (cursor.next < log.first()) {
      if (cursor.fanout instanceof Gallery gallery) {
        gallery.show(cursor);
      } else {
        skip(cursor, log.first(), GapReason.EVICTED);
      }
    }
    if (!outlet.ready(cursor.session.slot())) {
      return;
    }
    Limits.Lane limits = lane.limits().lane();
    Window window = lane.window();
    window.fill(log, cursor.next, cursor.fanout.next() - 1, limits.catchUpBytes());
    if (window.count() == 0) {
      // At the head, or evicted this moment: then the next feed finds the log's new first.
      arrive(cursor, false);
      return;
    }
    sendWindow(cursor, window);
  }

  private void sendWindow(Cursor cursor, Window window) {
    if (cursor.roster.isStamped() && !isReadyToStamp(cursor)) {
      return;
    }
    Batch batch = lane.batch();
    batch.begin();
    long examined = select(cursor, window, batch);
    if (batch.count() == 0) {
      advance(cursor, window, examined);
      arrive(cursor, false);
      return;
    }
    int taken = lane.outlet().send(cursor.session.slot());
    if (taken == Outlet.NOT_READY) {
      settleStamps(cursor, 0);
      return;
    }
    if (taken < batch.bytes()) {
      finishFrame(cursor, batch, taken);
      return;
    }
    settleStamps(cursor, batch.count());
    lane.meter().delivered(batch.count());
    cursor.charge(batch.messages(), batch.cost());
    advance(cursor, window, examined);
    arrive(cursor, batch.offset(batch.count() - 1) == examined - 1);
  }

  /** What the window has of it was dealt with, up to here: the rest may not go. */
  private static void advance(Cursor cursor, Window window, long examined) {
    cursor.next = examined;
    if (cursor.roster.isStamped() && examined < window.until()) {
      cursor.starved = true;
      cursor.fanout.starving().add(cursor);
    }
  }

  /** What was told has its number already, and goes before whatever gets the next. */
  private boolean isReadyToStamp(Cursor cursor) {
    lane.outlet().flush();
    return lane.outlet().ready(cursor.session.slot());
  }

  /**
   * Fills the batch with what passes the filters and what credit affords.
   *
   * @return the offset up to which, exclusively, the window has been dealt with
   */
  private long select(Cursor cursor, Window window, Batch batch) {
    Log log = cursor.fanout.log();
    Roster roster = cursor.roster;
    for (int i = 0; i < window.count(); i++) {
      Entry entry = window.entry(i);
      if (roster.passes(log, entry) && !add(cursor, entry, batch)) {
        return entry.offset();
      }
    }
    return window.until();
  }

  /** Puts a publication into the batch; false, and it is not there, if credit does not pay. */
  private boolean add(Cursor cursor, Entry entry, Batch batch) {
    Roster roster = cursor.roster;
    if (roster.isStamped()) {
      return addStamped(cursor, entry, batch);
    }
    boolean may = cursor.affords(batch, 0);
    if (may) {
      batch.add(cursor.fanout.log().frame(entry, roster.form()), entry.offset());
    }
    return may;
  }

  private boolean addStamped(Cursor cursor, Entry entry, Batch batch) {
    int slot = cursor.session.slot();
    Publication publication = entry.publication();
    Tail tail = cursor.roster.tail(publication);
    int cost = lane.outlet().stampedCost(slot, tail);
    boolean may = cursor.affords(batch, cost);
    if (may) {
      batch.addStamped(slot, tail, cost, publication.draft().channel(), entry.offset());
    }
    return may;
  }

  /** The first so many of the batch went, or have begun to. */
  private void settleStamps(Cursor cursor, int sent) {
    if (cursor.roster.isStamped()) {
      lane.outlet().stamped(cursor.session.slot(), sent);
    }
  }

  /**
   * The socket took the batch up to this byte: the frame that was begun, or would have been next,
   * is handed over, and the cursor stands behind it.
   */
  void finishFrame(Cursor cursor, Batch batch, int taken) {
    int frame = batch.frameAt(taken);
    lane.meter().delivered(frame + 1L);
    cursor.charge(batch.messagesThrough(frame), batch.costThrough(frame));
    cursor.next = batch.offset(frame) + 1;
    int slot = cursor.session.slot();
    if (cursor.roster.isStamped()) {
      settleStamps(cursor, frame + 1);
      lane.outlet().finishStamped(slot, taken, batch.end(frame));
    } else {
      lane.outlet().finish(slot, batch.bytesOf(frame), taken - batch.start(frame));
    }
  }

  /** After a feed: at the head it joins. */
  void arrive(Cursor cursor, boolean knowsAll) {
    Fanout fanout = cursor.fanout;
    if (cursor.next < fanout.next() || cursor.keepsAway()) {
      return;
    }
    long examined = cursor.next - 1;
    long conflated = conflated(cursor);
    Roster roster = cursor.roster;
    if (conflated > 0 || (!knowsAll && roster.key().recoverable() && !roster.passesEverything())) {
      Position position = new Position(fanout.log().epoch(), examined);
      tell(cursor, new Event.At(cursor.subject(), position, conflated));
    }
    roster.join(cursor, examined);
  }

  /** What was left out is said when it is over; the table is for those who are behind. */
  private static long conflated(Cursor cursor) {
    return switch (cursor) {
      case LatestCursor behind -> {
        cursor.fanout.conflations().leave(behind);
        yield behind.takeConflated();
      }
      case StateCursor behind -> behind.takeConflated();
      case Cursor _ -> 0;
    };
  }

  /** What lies before an offset will not come, and is said, unless nothing of it was for it. */
  private void skip(Cursor cursor, long until, GapReason reason) {
    if (cursor.roster.mayHaveMatched(cursor.next)) {
      tellGap(cursor, cursor.next, until - 1, reason);
    }
    cursor.next = until;
  }

  void tellGap(Cursor cursor, long first, long last, GapReason reason) {
    String epoch = cursor.fanout.log().epoch();
    lane.meter().gap(reason);
    tell(cursor, new Event.Gap(cursor.subject(), epoch, first, last, reason));
  }

  private void tell(Cursor cursor, Event event) {
    lane.outlet().tell(cursor.session.slot(), event);
    lane.outlet().flush();
  }
}
