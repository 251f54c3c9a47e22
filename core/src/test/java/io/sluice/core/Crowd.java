package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.model.Subject;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * How many subscriptions each log has, counted session by session. Owned by its simulation.
 *
 * @param ledger knows whose log a subscription reads
 * @param there every session whose lane has not been told of its end
 */
record Crowd(Ledger ledger, Supplier<Collection<Session>> there) {
  /**
   * A subscription is open: all of them are not too many, but for those in channels of their own.
   */
  void checkFits(Subject subject) {
    Map.Entry<Log, Integer> crowd = of(subject, session -> session.outgoing().publisher() == null);
    if (crowd != null && crowd.getValue() > most(crowd.getKey())) {
      throw new AssertionError(crowd.getValue() + " subscribe to " + subject);
    }
  }

  /** One was refused: there are as many as may be. */
  void checkIsFull(Subject subject) {
    Map.Entry<Log, Integer> crowd = of(subject, session -> true);
    if (crowd == null || crowd.getValue() < most(crowd.getKey())) {
      throw new AssertionError(crowd + " have no room for one more in " + subject);
    }
  }

  private static int most(Log log) {
    return log.settings().clients().subscribers();
  }

  /** The log with its subscriptions; null if nobody subscribes. */
  private Map.Entry<Log, Integer> of(Subject subject, Predicate<Session> counts) {
    Subject source = ledger.source(subject);
    Log log = null;
    int count = 0;
    for (Session session : there.get()) {
      for (Cursor cursor : session.cursors()) {
        if (counts.test(session) && cursor.fanout.subject().equals(source)) {
          log = cursor.fanout.log();
          count++;
        }
      }
    }
    return log == null ? null : Map.entry(log, count);
  }
}
