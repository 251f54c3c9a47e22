package io.sluice.core;

import io.sluice.model.Policy;
import org.jspecify.annotations.Nullable;

/**
 * The place of a subscriber that wants the newest publication of each key. Owned by its session's
 * lane.
 *
 * <p>While it is parked it refers to the {@link Newest} of its filters, which knows what became of
 * everything since. Publications that pass the filters are numbered there; the number of those
 * before its place, less what it had of them, is what was conflated.
 */
final class LatestCursor extends Cursor {
  private static final long UNKNOWN = Long.MIN_VALUE;

  /** What makes publications the same thing. */
  final String conflateBy;

  /** Set while parked, unless every table is in use; it may have been forgotten meanwhile. */
  @Nullable Newest table;

  /** How many publications before {@link #next} passed the filters, as the table counts. */
  private long rank = UNKNOWN;

  /** Publications left out for newer ones of which the subscriber has not been told yet. */
  private long conflated;

  LatestCursor(Session session, Fanout fanout, Roster roster, String conflateBy) {
    super(session, fanout, roster);
    this.conflateBy = conflateBy;
  }

  @Override
  Policy policy() {
    return Policy.LATEST;
  }

  /** Whether its place is known in its table, so that it can be served from it. */
  boolean isPlaced() {
    return rank != UNKNOWN;
  }

  /** Takes its place in its table. */
  void place(long offset, long known) {
    next = offset;
    rank = known;
  }

  /** Its table is another, or none. */
  void displace() {
    rank = UNKNOWN;
  }

  /**
   * Goes on to an offset before which so many publications pass the filters, of which it was sent
   * some.
   *
   * @return how many it was spared
   */
  long goOn(long offset, long known, int sent) {
    long spared = known - rank - sent;
    conflated += spared;
    place(offset, known);
    return spared;
  }

  /** How many publications it was spared since this was last asked. */
  long takeConflated() {
    long taken = conflated;
    conflated = 0;
    return taken;
  }
}
