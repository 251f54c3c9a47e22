package io.sluice.core;

import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The subscribers of one channel on one lane that are to be closed once they are too far behind.
 * Owned by that lane.
 *
 * <p>Whoever is parked stands here with the offset at which it would be too far behind if it did
 * not move. Nothing is done before the channel has come that far, and then only for those whose
 * offset it is: a cursor that has moved meanwhile gets a later one, and one that keeps up is let
 * go.
 */
final class Laggards {
  private static final Comparator<DisconnectCursor> BY_DEADLINE =
      Comparator.<DisconnectCursor>comparingLong(cursor -> cursor.deadline)
          // Nothing of the session's: its slot is another when it has lost its socket.
          .thenComparingLong(cursor -> cursor.turn);

  private final Lane lane;
  private final int messages;
  private final TreeSet<DisconnectCursor> watched = new TreeSet<>(BY_DEADLINE);

  /** How many were ever put in. */
  private long turns;

  Laggards(Lane lane, int messages) {
    this.lane = lane;
    this.messages = messages;
  }

  /** Looks after a cursor that is parked now. */
  void watch(DisconnectCursor cursor) {
    if (!cursor.watched) {
      watchUntil(cursor, cursor.behindFrom() + messages);
    }
  }

  private void watchUntil(DisconnectCursor cursor, long deadline) {
    cursor.deadline = deadline;
    cursor.turn = turns++;
    cursor.watched = watched.add(cursor);
  }

  /** Lets a cursor go that is subscribed no longer. */
  void forget(DisconnectCursor cursor) {
    if (cursor.watched) {
      watched.remove(cursor);
      cursor.watched = false;
    }
  }

  /** Whether somebody is to be looked at, the channel having come this far. */
  boolean areDue(long next) {
    return !watched.isEmpty() && watched.first().deadline <= next;
  }

  /**
   * Sees to the end of those who are too far behind, and were given the chance not to be.
   *
   * @return whether somebody has not had its turn, so that this must be asked again in the next
   */
  boolean look(long next, Moment now) {
    List<DisconnectCursor> early = new ArrayList<>();
    while (areDue(next)) {
      DisconnectCursor cursor = watched.removeFirst();
      cursor.watched = false;
      if (!cursor.isParked()) {
        continue;
      }
      if (!cursor.roster.mayHaveMatched(cursor.next)) {
        // Nothing of what has passed was for it.
        watchUntil(cursor, next + messages);
      } else if (cursor.behindFrom() + messages > next) {
        watch(cursor);
      } else if (lane.feeder().owesATurn(cursor)) {
        early.add(cursor);
      } else {
        lane.depart(cursor.session, CloseReason.SLOW, now);
      }
    }
    // One of another subscription of its may have ended its session meanwhile.
    early.removeIf(cursor -> cursor.session.isClosed());
    early.forEach(this::watch);
    return !early.isEmpty();
  }
}
