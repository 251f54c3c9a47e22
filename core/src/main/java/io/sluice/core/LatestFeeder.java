package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Feeds subscribers of {@link io.sluice.model.Policy#LATEST}: what their table says is the newest
 * of each key, in the order of offsets. Owned by its lane.
 *
 * <p>Each feed reads the table anew, so what was superseded since the last is left out, however
 * long the subscriber takes. Its place is the offset up to which everything was sent, filtered out,
 * conflated or named by a gap.
 */
final class LatestFeeder {
  private final Lane lane;
  private final Feeder feeder;

  LatestFeeder(Lane lane, Feeder feeder) {
    this.lane = lane;
    this.feeder = feeder;
  }

  void feed(LatestCursor cursor) {
    Newest table = tableOf(cursor);
    if (table == null) {
      feeder.enqueue(cursor);
    } else if (cursor.mayStart() || owesNothing(cursor, table)) {
      passLost(cursor, table);
      if (lane.outlet().ready(cursor.session.slot())) {
        send(cursor, table);
      }
    }
  }

  /**
   * The cursor's table, long enough for where it stands.
   *
   * @return null if it must come again, because that is more than one feed's work
   */
  private @Nullable Newest tableOf(LatestCursor cursor) {
    Newest table = cursor.fanout.conflations().enter(cursor);
    if (table == null) {
      return null;
    }
    lane.shelf().use(table);
    if (!cursor.isPlaced()) {
      Limits.Lane limits = lane.limits().lane();
      if (!table.reach(cursor.next, limits.batchMessages(), limits.catchUpBytes(), cursor)) {
        return null;
      }
    }
    return table;
  }

  private static boolean owesNothing(LatestCursor cursor, Newest table) {
    return cursor.isPlaced()
        && cursor.next > table.floor()
        && table.line().placeFrom(cursor.next) == table.line().size();
  }

  /** Says what was lost: too many keys, or evicted though it was the newest of something. */
  private void passLost(LatestCursor cursor, Newest table) {
    if (cursor.next <= table.floor()) {
      feeder.tellGap(cursor, cursor.next, table.floor(), GapReason.KEYS);
      cursor.place(table.floor() + 1, table.floorRank());
    }
    if (!cursor.isPlaced()) {
      long known = Math.max(cursor.next, table.countedFrom());
      if (known > cursor.next && cursor.roster.mayHaveMatched(cursor.next)) {
        feeder.tellGap(cursor, cursor.next, known - 1, GapReason.EVICTED);
      }
      cursor.place(known, table.rankBefore(known));
    }
    passEvicted(cursor, table);
  }

  /** One gap from the first to the last that is lost; what was superseded is no loss. */
  private void passEvicted(LatestCursor cursor, Newest table) {
    Survivors line = table.line();
    long kept = cursor.fanout.log().first();
    int place = line.placeFrom(cursor.next);
    if (place == line.size() || line.at(place).offset >= kept) {
      return;
    }
    Newest.Survivor first = line.at(place);
    Newest.Survivor last = first;
    while (place < line.size() && line.at(place).offset < kept) {
      last = line.at(place);
      place = line.aliveFrom(place + 1);
    }
    spare(cursor, first.offset, first.rank - 1, 0);
    feeder.tellGap(cursor, first.offset, last.offset, GapReason.EVICTED);
    cursor.place(last.offset + 1, last.rank);
  }

  private void spare(LatestCursor cursor, long next, long rank, int sent) {
    lane.meter().conflated(cursor.goOn(next, rank, sent));
  }

  private void send(LatestCursor cursor, Newest table) {
    Batch batch = lane.batch();
    batch.begin();
    Newest.@Nullable Survivor left = select(cursor, table, batch);
    int count = batch.count();
    if (count > 0) {
      int taken = lane.outlet().send(cursor.session.slot());
      if (taken == Outlet.NOT_READY) {
        return;
      }
      if (taken < batch.bytes()) {
        int sent = batch.frameAt(taken) + 1;
        Survivors line = table.line();
        long last = line.at(line.placeFrom(batch.offset(sent - 1))).rank;
        spare(cursor, batch.offset(sent - 1) + 1, last, sent);
        feeder.finishFrame(cursor, batch, taken);
        return;
      }
      lane.meter().delivered(count);
      cursor.charge(count, batch.cost());
    }
    if (left == null) {
      spare(cursor, table.until(), table.top(), count);
    } else {
      spare(cursor, left.offset, left.rank - 1, count);
    }
    feeder.arrive(cursor, count > 0 && batch.offset(count - 1) == cursor.next - 1);
  }

  /**
   * Fills the batch with what survived from the cursor's place on, as far as credit and a feed's
   * bounds let it.
   *
   * @return the first that is left over; null if none is
   */
  private Newest.@Nullable Survivor select(LatestCursor cursor, Newest table, Batch batch) {
    Limits.Lane limits = lane.limits().lane();
    Log log = cursor.fanout.log();
    Survivors line = table.line();
    long bytes = 0;
    for (int place = line.placeFrom(cursor.next);
        place < line.size();
        place = line.aliveFrom(place + 1)) {
      Newest.Survivor survivor = line.at(place);
      Entry entry = log.entry(survivor.offset);
      if (entry == null || batch.count() == limits.batchMessages() || !affords(cursor, batch)) {
        return survivor;
      }
      bytes += entry.publication().retainedBytes();
      if (batch.count() > 0 && bytes > limits.catchUpBytes()) {
        return survivor;
      }
      batch.add(log.frame(entry, cursor.roster.form()), entry.offset());
    }
    return null;
  }

  private static boolean affords(Cursor cursor, Batch batch) {
    return !cursor.roster.isMetered()
        || (cursor.messages > batch.count() && cursor.bytes > batch.cost());
  }
}
