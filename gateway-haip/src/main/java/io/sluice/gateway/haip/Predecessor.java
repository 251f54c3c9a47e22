package io.sluice.gateway.haip;

import io.sluice.core.Balance;
import io.sluice.core.Lane;
import io.sluice.core.Session;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipKept;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a session when its line is cut: it is handed to the next one whole, or forgotten.
 *
 * @param kept the conversation's part
 * @param session the core's, which stands where it was and holds its writers
 * @param lane where that lives
 * @param places up to where each of its channels was read
 * @param balances what was left of the credit of those that were metered, by their names in the
 *     session
 * @param before whose place it had not taken everywhere: it holds the writers there; null if there
 *     is nobody
 */
record Predecessor(
    HaipKept kept,
    Session session,
    Lane lane,
    Map<Subject, Position> places,
    Map<String, Balance> balances,
    @Nullable Predecessor before) {
  /**
   * Of this and the one before it, the one that holds the writers farthest back; the other is
   * forgotten. So however often a line is cut before its channels are read, two are kept.
   */
  Predecessor oldest() {
    if (before == null) {
      return this;
    }
    lane.forget(session);
    return before;
  }

  /** The core's part ends: its place has been taken, or nobody came. */
  void forget() {
    lane.forget(session);
    if (before != null) {
      before.forget();
    }
  }
}
