package io.sluice.core;

import io.sluice.model.Policy;

/**
 * The place of a subscriber that wants what is recent: when it can move again, it is moved close
 * behind the head. Owned by its session's lane.
 */
final class DropOldestCursor extends Cursor {
  DropOldestCursor(Session session, Fanout fanout, Roster roster) {
    super(session, fanout, roster);
  }

  @Override
  Policy policy() {
    return Policy.DROP_OLDEST;
  }
}
