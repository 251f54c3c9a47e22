package io.sluice.core;

import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Sessions that are one request's: each ends by itself when nothing more can come of it, which is
 * when every command is answered and no subscription has credit left. Owned by its lane.
 *
 * <p>Whatever may have been the last of a session puts it in line. It is looked at when the turn
 * has done everything else, and closed once its socket has taken all it was owed; a socket that has
 * not says so when it has, and the session stands in line again.
 */
final class Passing {
  private final Lane lane;
  private final Queue<Session> line = new ArrayDeque<>();

  Passing(Lane lane) {
    this.lane = lane;
  }

  /** Puts a session in line that does not stand there. */
  void add(Session session) {
    line.add(session);
    lane.wake();
  }

  /** Looks at everybody in line, some of whom may come again before the turn is over. */
  void closeWhoIsDone(Moment now) {
    if (line.isEmpty()) {
      return;
    }
    lane.outlet().flush();
    for (int i = line.size(); i > 0; i--) {
      Session session = line.remove();
      if (session.settle() && lane.outlet().ready(session.slot())) {
        lane.close(session, CloseReason.DONE, now);
      }
    }
  }
}
