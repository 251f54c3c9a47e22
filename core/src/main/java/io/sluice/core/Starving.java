package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.StampedForm.Tail;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one channel on one lane that may not have what comes next. Owned by that lane.
 *
 * <p>Their peer lets them go on, by credit or by resuming; or what they could not have is evicted,
 * and what comes next then they may have: because it costs nothing, or little enough. That is seen
 * when something is published, which is also what evicts.
 */
final class Starving {
  private final Lane lane;

  /** Each with the offset of what it may not have. */
  private final Map<Cursor, Long> all = new LinkedHashMap<>(2);

  Starving(Lane lane) {
    this.lane = lane;
  }

  /** It stands before what it may not have. */
  void add(Cursor cursor) {
    all.put(cursor, cursor.next);
  }

  /** Lets a cursor go that is subscribed no longer. */
  void forget(Cursor cursor) {
    all.remove(cursor);
  }

  /** Feeds those whose next is gone, if they may have what lies behind it, up to an offset. */
  void look(Log log, long until) {
    long first = log.first();
    Iterator<Map.Entry<Cursor, Long>> each = all.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Cursor, Long> one = each.next();
      Cursor cursor = one.getKey();
      if (!cursor.starved || !cursor.session.isAttached()) {
        each.remove();
      } else if (one.getValue() < first) {
        Entry next = next(cursor, log, first, until);
        if (next != null && !mayHave(cursor, next)) {
          one.setValue(next.offset());
        } else {
          each.remove();
          lane.feeder().enqueue(cursor);
        }
      }
    }
  }

  /** The first that is for it; null if there is none. */
  private static @Nullable Entry next(Cursor cursor, Log log, long from, long until) {
    for (long offset = from; offset < until; offset++) {
      Entry entry = log.entry(offset);
      if (entry != null && cursor.roster.passes(log, entry)) {
        return entry;
      }
    }
    return null;
  }

  private boolean mayHave(Cursor cursor, Entry entry) {
    Tail tail = cursor.roster.tail(entry.publication());
    Batch batch = lane.batch();
    batch.begin();
    return cursor.affords(batch, lane.outlet().stampedCost(cursor.session.slot(), tail));
  }
}
