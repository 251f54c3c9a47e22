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
 * <p>Who stands here is heard no more; only its close takes its turn.
 */
final class Departures {
  private final Lane lane;
  private final Queue<Departure> queue = new ArrayDeque<>();

  private record Departure(Session session, CloseReason reason) {}

  Departures(Lane lane) {
    this.lane = lane;
  }

  /** Puts a session in line, if it does not stand there already. */
  void add(Session session, CloseReason reason) {
    if (session.depart()) {
      queue.add(new Departure(session, reason));
    }
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  /** Closes some; one that has gone by itself meanwhile costs nothing. */
  void closeSome(Moment now) {
    for (int left = lane.limits().lane().closes(); left > 0; left--) {
      Departure next = queue.poll();
      if (next == null) {
        return;
      }
      lane.closeDeparted(next.session(), next.reason(), now);
    }
  }
}
