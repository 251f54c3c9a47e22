package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.Limits;

/**
 * How a run of publications goes out to the subscribers of one roster: filtered once, put into one
 * batch, sent once to each. Owned by its lane; allocates nothing per subscriber.
 */
final class Delivery {
  private final Lane lane;

  Delivery(Lane lane) {
    this.lane = lane;
  }

  /** Filters, fills and sends; whoever does not keep up is parked. */
  void deliver(Fanout fanout, Roster roster, Window window) {
    if (roster.isStamped()) {
      leaveToFeeder(fanout, roster, window);
      return;
    }
    Batch batch = lane.batch();
    batch.begin();
    select(fanout, roster, window, batch);
    if (batch.count() > 0) {
      if (roster.isMetered()) {
        parkWhoCannotPay(fanout, roster, window, batch);
      }
      send(fanout, roster, window, batch);
      roster.sent(batch);
      stirWhoIsSpent(roster);
    }
    tellIfMuchSkipped(fanout, roster, window.until() - 1);
  }

  /**
   * Frames that get their heads as they are written go to one receiver at a time: its cursor is
   * fed, if anything here is for it.
   */
  private void leaveToFeeder(Fanout fanout, Roster roster, Window window) {
    Log read = fanout.log();
    boolean any = false;
    for (int i = 0; i < window.count() && !any; i++) {
      any = roster.passes(read, window.entry(i));
    }
    if (any) {
      roster.matched(window.until() - 1);
      while (roster.size() > 0) {
        Cursor _ = fanout.park(roster, roster.size() - 1, window.from());
      }
    }
  }

  /** Filters the window once for the whole roster and fills the batch with what passes. */
  private void select(Fanout fanout, Roster roster, Window window, Batch batch) {
    Log read = fanout.log();
    boolean anybody = roster.size() > 0;
    for (int i = 0; i < window.count(); i++) {
      Entry entry = window.entry(i);
      if (roster.passes(read, entry)) {
        roster.matched(entry.offset());
        if (anybody) {
          batch.add(read.frame(entry, roster.form()), entry.offset());
        }
      } else {
        roster.skipped(entry.publication().retainedBytes());
      }
    }
  }

  private void parkWhoCannotPay(Fanout fanout, Roster roster, Window window, Batch batch) {
    for (int i = roster.size() - 1; i >= 0; i--) {
      if (!roster.affords(i, batch)) {
        fanout.park(roster, i, window.from());
      }
    }
  }

  /** One request's subscribers stand in rosters of their own, because no other gets their form. */
  private static void stirWhoIsSpent(Roster roster) {
    if (!roster.isMetered() || roster.size() == 0 || !roster.cursor(0).session.isPassing()) {
      return;
    }
    for (int i = 0; i < roster.size(); i++) {
      if (roster.isSpent(i)) {
        roster.cursor(i).session.stir();
      }
    }
  }

  private void send(Fanout fanout, Roster roster, Window window, Batch batch) {
    if (roster.size() == 0) {
      return;
    }
    Shortfalls shortfalls = lane.shortfalls();
    shortfalls.clear();
    lane.outlet().fanOut(roster.slots(), roster.size(), shortfalls);
    lane.meter().delivered((long) batch.count() * (roster.size() - shortfalls.count()));
    // From the last to the first: parking moves the last member into the place that falls free.
    for (int i = shortfalls.count() - 1; i >= 0; i--) {
      int taken = shortfalls.taken(i);
      Cursor cursor = fanout.park(roster, shortfalls.index(i), window.from());
      if (taken != Outlet.NOT_READY) {
        lane.feeder().finishFrame(cursor, batch, taken);
      }
    }
  }

  private void tellIfMuchSkipped(Fanout fanout, Roster roster, long examined) {
    if (!roster.key().recoverable()) {
      return;
    }
    Limits.Log bounds = fanout.log().bounds();
    if (examined - roster.told() > bounds.messages() / 2
        || roster.skippedBytes() > bounds.bytes() / 2) {
      fanout.tellPosition(roster, examined);
    }
  }
}
