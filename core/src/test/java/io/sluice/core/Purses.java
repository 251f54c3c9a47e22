package io.sluice.core;

import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Subject;
import java.util.HashMap;
import java.util.Map;

/** What one client of the simulation has left for each of its subscriptions. Owned by it. */
final class Purses {
  private final Tally tally;
  private final Map<Subject, Purse> purses = new HashMap<>();

  Purses(Tally tally) {
    this.tally = tally;
  }

  Purse of(Subject subject) {
    return purses.get(subject);
  }

  void put(Subject subject, Purse purse) {
    purses.put(subject, purse);
  }

  /** A subscription is open, or was added to; whether it is a new one. */
  boolean open(Cursor cursor, Credit credit, boolean stamped) {
    Purse purse = purses.get(cursor.subject());
    boolean isNew = purse == null || !purse.isOf(cursor);
    if (isNew) {
      purse = new Purse(cursor, credit != null, stamped);
      purses.put(cursor.subject(), purse);
    }
    if (credit != null) {
      purse.add(credit);
    }
    return isNew;
  }

  /** Whether there is somebody to grant to; then it is granted. */
  boolean grant(Subject subject, Credit credit, boolean meters) {
    Purse purse = purses.get(subject);
    if (purse == null) {
      return false;
    }
    if (meters) {
      tally.count(Tally.Of.METERED_LATER);
      purse.meter();
    }
    purse.add(credit);
    return true;
  }

  /** Whether there is somebody to take from; then it is taken. */
  boolean take(Subject subject, long messages, long bytes) {
    Purse purse = purses.get(subject);
    if (purse == null) {
      return false;
    }
    tally.count(Tally.Of.SPENT_ELSEWHERE);
    purse.take(messages, bytes);
    return true;
  }

  /** A publication was handed over. */
  void spend(FakeSocket.Data data) {
    Purse purse = purses.get(data.subject());
    purse.spend(data);
    if (purse.isSpent()) {
      tally.count(Tally.Of.OUT_OF_CREDIT);
    }
  }

  /** Whether there is not enough for what would come next, all of which must be paid for. */
  boolean isStarved(Subject subject, Draft next) {
    Purse purse = purses.get(subject);
    boolean starved = next != null && !purse.affords(StampedTestForm.cost(next));
    if (starved && !purse.isSpent()) {
      tally.count(Tally.Of.STARVED);
    }
    return starved || purse.isSpent();
  }
}
