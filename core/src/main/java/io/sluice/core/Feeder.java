package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.Event;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Serves the cursors that are behind, in rotation, a bounded number of bytes at a time, until each
 * stands at the head again and rejoins its roster. Owned by its lane.
 *
 * <p>In the queue are cursors that may be able to move. One whose socket is not ready or whose
 * credit is gone is let go, and comes back when either returns; nothing is done for it meanwhile.
 */
final class Feeder {
  private final Lane lane;
  private final ArrayDeque<Cursor> queue = new ArrayDeque<>();

  Feeder(Lane lane) {
    this.lane = lane;
  }

  /** Puts a parked cursor in line, if it is not there already. */
  void enqueue(Cursor cursor) {
    if (!cursor.queued && cursor.isParked() && !cursor.session.isClosed()) {
      cursor.queued = true;
      queue.add(cursor);
    }
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  /**
   * Feeds a bounded number of times, in rotation. Few get several feeds in one turn: a reader that
   * takes everything must come nearer to the head, however much a turn brings. Cursors that were
   * let go since they were put in line do not count, or a peer that subscribes and unsubscribes
   * without end would lengthen the line faster than it moves.
   */
  void feedSome() {
    int feeds = lane.limits().lane().catchUpFeeds();
    for (Cursor cursor = queue.poll(); cursor != null; cursor = queue.poll()) {
      cursor.queued = false;
      if (isWaiting(cursor)) {
        feedOrExpel(cursor);
        if (--feeds == 0) {
          return;
        }
      }
    }
  }

  private static boolean isWaiting(Cursor cursor) {
    return cursor.isParked() && !cursor.session.isClosed() && cursor.session.holds(cursor);
  }

  private void feedOrExpel(Cursor cursor) {
    try {
      feed(cursor);
    } catch (RuntimeException bug) {
      lane.expel(cursor.session);
      throw bug;
    }
    if (cursor.holds) {
      moved(cursor.fanout.holders());
    }
  }

  private static void moved(@Nullable Holders holders) {
    if (holders != null) {
      holders.moved();
    }
  }

  private void feed(Cursor cursor) {
    int slot = cursor.session.slot();
    Outlet outlet = lane.outlet();
    if (!outlet.ready(slot)) {
      return;
    }
    Log log = cursor.fanout.log();
    if (cursor.next < log.first()) {
      if (cursor.fanout instanceof Gallery gallery) {
        gallery.show(cursor);
      } else {
        skipEvicted(cursor, log.first());
      }
      if (!outlet.ready(slot)) {
        return;
      }
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
    Batch batch = lane.batch();
    batch.begin();
    long examined = select(cursor, window, batch);
    if (batch.count() == 0) {
      cursor.next = examined;
      arrive(cursor, false);
      return;
    }
    int taken = lane.outlet().send(cursor.session.slot());
    if (taken == Outlet.NOT_READY) {
      return;
    }
    if (taken < batch.bytes()) {
      finishFrame(cursor, batch, taken);
      return;
    }
    lane.meter().delivered(batch.count());
    cursor.charge(batch.count(), batch.cost());
    cursor.next = examined;
    arrive(cursor, batch.offset(batch.count() - 1) == examined - 1);
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
      if (!roster.passes(log, entry)) {
        continue;
      }
      boolean affordable =
          !roster.isMetered() || (cursor.messages > batch.count() && cursor.bytes > batch.cost());
      if (!affordable) {
        return entry.offset();
      }
      batch.add(log.frame(entry, roster.form()), entry.offset());
    }
    return window.until();
  }

  /**
   * The socket took the batch up to this byte: the frame that was begun, or would have been next,
   * is handed over, and the cursor stands behind it.
   */
  void finishFrame(Cursor cursor, Batch batch, int taken) {
    int frame = batch.frameAt(taken);
    lane.meter().delivered(frame + 1L);
    cursor.charge(frame + 1L, batch.costThrough(frame));
    cursor.next = batch.offset(frame) + 1;
    lane.outlet().finish(cursor.session.slot(), batch.bytesOf(frame), taken - batch.start(frame));
  }

  /** After a feed: at the head it joins, else it goes to the end of the line if it can move. */
  private void arrive(Cursor cursor, boolean knowsAll) {
    if (cursor.next < cursor.fanout.next()) {
      if (cursor.mayStart()) {
        enqueue(cursor);
      } else {
        cursor.session.stir();
      }
      return;
    }
    Roster roster = cursor.roster;
    long examined = cursor.next - 1;
    if (!knowsAll && roster.key().recoverable() && !roster.passesEverything()) {
      tell(cursor, new Event.At(cursor.subject(), position(cursor, examined), 0));
    }
    roster.join(cursor, examined);
    cursor.session.stir();
  }

  /** What was evicted before this reader could take it is said, unless nothing of it was for it. */
  private void skipEvicted(Cursor cursor, long first) {
    if (cursor.roster.mayHaveMatched(cursor.next)) {
      lane.meter().gap();
      tell(
          cursor,
          new Event.Gap(
              cursor.subject(),
              cursor.fanout.log().epoch(),
              cursor.next,
              first - 1,
              GapReason.EVICTED));
    }
    cursor.next = first;
  }

  private void tell(Cursor cursor, Event event) {
    lane.outlet().tell(cursor.session.slot(), event);
    lane.outlet().flush();
  }

  private static Position position(Cursor cursor, long offset) {
    return new Position(cursor.fanout.log().epoch(), offset);
  }
}
