package io.sluice.core;

import io.sluice.core.log.Entry;

/**
 * Feeds subscribers of a channel's state: all that changed since, in one publication, however long
 * they were away. Owned by its lane.
 *
 * <p>Whoever keeps the state knows of a publication a moment after the log has it: for that moment
 * the log is read as any other.
 */
final class StateFeeder {
  private final Lane lane;
  private final Feeder feeder;

  StateFeeder(Lane lane, Feeder feeder) {
    this.lane = lane;
    this.feeder = feeder;
  }

  void feed(StateCursor cursor) {
    Fanout fanout = cursor.fanout;
    if (cursor.next == fanout.next()) {
      feeder.arrive(cursor, false);
      return;
    }
    if (!cursor.mayStart()) {
      return;
    }
    Entry difference = cursor.state.since(cursor.next - 1, fanout.log().head());
    if (difference.offset() < cursor.next) {
      feeder.feedFromLog(cursor);
      return;
    }
    if (difference.offset() >= fanout.next()) {
      // Nobody may stand before those who keep up.
      fanout.drainToHead();
    }
    if (lane.outlet().ready(cursor.session.slot())) {
      send(cursor, difference);
    }
  }

  private void send(StateCursor cursor, Entry difference) {
    Batch batch = lane.batch();
    batch.begin();
    // No filter finds a field in a state.
    boolean passes = cursor.roster.passesEverything();
    if (passes) {
      batch.add(cursor.state.frame(difference, cursor.roster.form()), difference.offset());
      int taken = lane.outlet().send(cursor.session.slot());
      if (taken == Outlet.NOT_READY) {
        return;
      }
      lane.meter().conflated(cursor.goOn(difference.offset()));
      if (taken < batch.bytes()) {
        feeder.finishFrame(cursor, batch, taken);
        return;
      }
      lane.meter().delivered(1);
      cursor.charge(1, batch.cost());
    } else {
      long _ = cursor.goOn(difference.offset());
    }
    feeder.arrive(cursor, passes);
  }
}
