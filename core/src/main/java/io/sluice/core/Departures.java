package io.sluice.core;

import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Sessions that are to be closed through no doing of their own: a bounded number per turn, because
 * closing a socket costs a system call or three, and whoever stays must not wait for thousands of
 * them. Owned by its lane.
 *
 * <p>Who stands here has ended: it is heard no more, and gets nothing more; only its close takes
 * its turn.
 */
final class Departures {
  private final Lane lane;
  private final Queue<Departure> queue = new ArrayDeque<>();

  private record Departure(Session session, int slot, CloseReason reason) {}

  Departures(Lane lane) {
    this.lane = lane;
  }

  /** Ends a session, unless it has ended already, and puts it in line to be closed. */
  void add(Session session, CloseReason reason, Moment now) {
    if (session.isAttached()) {
      queue.add(new Departure(session, session.slot(), reason));
      lane.part(session, reason, now);
    }
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  /** Closes some. */
  void closeSome() {
    for (int left = lane.limits().lane().closes(); left > 0; left--) {
      Departure next = queue.poll();
      if (next == null) {
        return;
      }
      lane.closeDeparted(next.session(), next.slot(), next.reason());
    }
  }
}
