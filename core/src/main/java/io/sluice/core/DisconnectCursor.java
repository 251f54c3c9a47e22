package io.sluice.core;

import io.sluice.model.Policy;

/**
 * The place of a subscriber that wants to be closed rather than to fall far behind; {@link
 * Laggards} watch it. Owned by its session's lane.
 */
final class DisconnectCursor extends Cursor {
  /**
   * What was published before this offset does not count: who returns with {@code since} would be
   * closed for its absence, for ever.
   */
  private final long opened;

  /** The offset at which it is looked at again, while it is watched. */
  long deadline;

  /** When it was put where it stands, so that two of one deadline have an order. */
  long turn;

  /** Whether it stands among the {@link Laggards}. */
  boolean watched;

  DisconnectCursor(Session session, Fanout fanout, Roster roster) {
    super(session, fanout, roster);
    this.opened = fanout.next();
  }

  @Override
  Policy policy() {
    return Policy.DISCONNECT;
  }

  /** The offset from which on publications count that it has not taken. */
  long behindFrom() {
    return Math.max(next, opened);
  }
}
