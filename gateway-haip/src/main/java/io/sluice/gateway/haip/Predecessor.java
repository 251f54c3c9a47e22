package io.sluice.gateway.haip;

import io.sluice.core.Balance;
import io.sluice.core.Lane;
import io.sluice.core.Session;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipKept;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is left of a session when its line is cut: it is handed to the next one whole, or forgotten.
 *
 * @param kept the conversation's part
 * @param stands the core's: who holds the writers until the next line reads
 * @param places up to where each of its channels was read
 * @param balances what was left of the credit of those that were metered, by their names in the
 *     session
 * @param reserved places in the logs of channels that came into being and were not read
 */
record Predecessor(
    HaipKept kept,
    List<Stand> stands,
    Map<Subject, Position> places,
    Map<String, Balance> balances,
    List<Reserved> reserved) {
  /**
   * A session of the core without a line: it stands where it was, and holds its writers.
   *
   * @param lane where it lives
   * @param subjects what it alone has read as far as it was read
   */
  record Stand(Lane lane, Session session, Set<Subject> subjects) {
    private Stand without(Set<Subject> others) {
      Set<Subject> left = new HashSet<>(subjects);
      left.removeAll(others);
      return new Stand(lane, session, Set.copyOf(left));
    }

    private void forget() {
      lane.forget(session);
    }
  }

  /**
   * One more stands beside those that do: each channel is held by who came to read it last, and
   * whoever holds none is forgotten. So there are no more of them than channels, however often a
   * line is cut before all of its own are read.
   */
  static List<Stand> join(List<Stand> before, Stand last) {
    List<Stand> all = new ArrayList<>(before.size() + 1);
    before.forEach(stand -> keep(stand.without(last.subjects), all));
    keep(last, all);
    return List.copyOf(all);
  }

  private static void keep(Stand stand, List<Stand> all) {
    if (stand.subjects.isEmpty()) {
      stand.forget();
    } else {
      all.add(stand);
    }
  }

  /** The same with more places in logs. */
  Predecessor with(List<Reserved> more) {
    List<Reserved> sum = new ArrayList<>(reserved);
    sum.addAll(more);
    return new Predecessor(kept, stands, places, balances, List.copyOf(sum));
  }

  /** Its place has been taken, or nobody came: the writers go on. */
  void forget(Moment now) {
    stands.forEach(Stand::forget);
    reserved.forEach(place -> place.give(now));
  }
}
