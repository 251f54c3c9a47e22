package io.sluice.core;

import io.sluice.core.log.StateLog;
import io.sluice.model.Policy;

/**
 * The place of a subscriber that wants the newest state of a channel somebody keeps: it begins with
 * all of it, and when it was behind it gets what changed meanwhile as one publication. Owned by its
 * session's lane.
 */
final class StateCursor extends Cursor {
  final StateLog state;

  /** Publications it was spared of which the subscriber has not been told yet. */
  private long conflated;

  StateCursor(Session session, Fanout fanout, Roster roster, StateLog state) {
    super(session, fanout, roster);
    this.state = state;
  }

  @Override
  Policy policy() {
    return Policy.LATEST;
  }

  /**
   * It has everything up to here by one publication.
   *
   * @return how many it was spared; who had nothing missed nothing
   */
  long goOn(long version) {
    long spared = next == 1 ? 0 : version - next;
    conflated += spared;
    next = version + 1;
    return spared;
  }

  /** How many publications it was spared since this was last asked. */
  long takeConflated() {
    long taken = conflated;
    conflated = 0;
    return taken;
  }
}
