package io.sluice.core;

import io.sluice.model.Event;
import java.util.IdentityHashMap;
import java.util.Map;

/** How the core stood when it told each event. Owned by its simulation. */
final class Standings {
  /** Of one subscription's channel. */
  record Standing(
      long first, long head, long examined, long served, boolean placed, boolean subscribed) {}

  private final Map<Event, Standing> all = new IdentityHashMap<>();

  /**
   * It is told this moment.
   *
   * @param cursor null if the subscription has ended
   */
  void note(Event event, Cursor cursor) {
    all.put(
        event,
        cursor == null
            ? new Standing(0, 0, 0, 0, false, false)
            : new Standing(
                cursor.fanout.log().first(),
                cursor.fanout.log().head(),
                cursor.position() - 1,
                cursor.fanout.next() - 1,
                cursor instanceof LatestCursor latest && latest.isPlaced(),
                true));
  }

  Standing of(Event event) {
    return all.get(event);
  }
}
