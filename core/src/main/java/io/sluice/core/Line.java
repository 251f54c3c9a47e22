package io.sluice.core;

import io.sluice.model.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * The cursors of one session that are behind and may be able to move, in the order in which they
 * came. Owned by its session's lane, and there only while somebody stands in it.
 *
 * <p>Whoever is served goes to the end, and the line outlasts the times in which the socket takes
 * nothing: so one that takes little at a time takes as much of every channel, and more only of
 * those that go before.
 */
final class Line {
  private final List<Cursor> cursors = new ArrayList<>(1);

  /** Puts a cursor at the end, if it does not stand here already. */
  void add(Cursor cursor) {
    if (!cursor.queued) {
      cursor.queued = true;
      cursors.add(cursor);
    }
  }

  /** Lets a cursor go. */
  void remove(Cursor cursor) {
    if (cursor.queued) {
      cursor.queued = false;
      cursors.remove(cursor);
    }
  }

  boolean isEmpty() {
    return cursors.isEmpty();
  }

  /** Takes the first of those whose channels have the highest priority. */
  Cursor take() {
    int best = 0;
    Priority highest = priority(0);
    for (int i = 1; i < cursors.size() && highest != Priority.CRITICAL; i++) {
      if (priority(i).compareTo(highest) < 0) {
        best = i;
        highest = priority(i);
      }
    }
    Cursor cursor = cursors.remove(best);
    cursor.queued = false;
    return cursor;
  }

  private Priority priority(int place) {
    return cursors.get(place).fanout.priority();
  }
}
