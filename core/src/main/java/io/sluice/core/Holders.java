package io.sluice.core;

import io.sluice.core.log.Hold;
import io.sluice.model.Code;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * One channel's readers on one lane that hold its writers while they are slow. Owned by that lane.
 *
 * <p>The log is told how far the slowest is once per turn in which any of them moved, never per
 * delivery: then all of them are looked at, which are no more than may hold.
 */
final class Holders {
  private final Holding holding;
  private final Hold hold;
  private final Hold.Stake stake;
  private final List<Holder> readers = new ArrayList<>(1);

  /** How many were not at the head when they were last looked at. */
  private int behind;

  /** Whether it stands among those whose readers have moved. */
  private boolean moved;

  /** One of them, and since when it has not moved, as far as ticks can tell: never too long. */
  private static final class Holder {
    private final Cursor cursor;
    private boolean stuck;
    private long seen;
    private long sinceNanos;

    Holder(Cursor cursor) {
      this.cursor = cursor;
    }

    /**
     * How long it has stood where it stands, though there was something to read. Only who is parked
     * is slow: the rest is the lane's own work.
     */
    long stuckNanos(Moment now) {
      long position = cursor.position();
      boolean behind = cursor.isParked() && position <= cursor.fanout.log().head();
      if (!behind || !stuck || position != seen) {
        stuck = behind;
        seen = position;
        sinceNanos = now.nanos();
      }
      return now.nanos() - sinceNanos;
    }
  }

  Holders(Holding holding, Hold hold) {
    this.holding = holding;
    this.hold = hold;
    this.stake = hold.stake();
  }

  /** Lets a reader hold from where it stands, unless as many as may already do. */
  void take(Cursor cursor) {
    if (cursor.holds
        || !stake.take(cursor.position(), cursor.session.rights().owns(cursor.subject()))) {
      return;
    }
    cursor.holds = true;
    readers.add(new Holder(cursor));
    if (readers.size() == 1) {
      holding.add(this);
    }
  }

  /** A reader holds no longer, if it did. */
  void give(Cursor cursor, Moment now) {
    if (cursor.holds) {
      cursor.holds = false;
      readers.removeIf(holder -> isOf(holder, cursor));
      if (readers.isEmpty()) {
        holding.remove(this);
      }
      stake.give(low(), behind, now);
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isOf(Holder holder, Cursor cursor) {
    return holder.cursor == cursor;
  }

  /** Some may have moved: the log is told at the end of the turn. */
  void moved() {
    if (!moved && !readers.isEmpty()) {
      moved = true;
      holding.moved(this);
    }
  }

  /** Tells the log how far they are, if that has changed. */
  void settle(Moment now) {
    moved = false;
    int before = behind;
    long low = low();
    if (!readers.isEmpty() && (low != stake.next() || behind != before)) {
      stake.raise(low, behind, now);
    }
  }

  /** The next offset of the slowest; what was evicted before it held is none of its business. */
  private long low() {
    long low = Long.MAX_VALUE;
    behind = 0;
    for (Holder holder : readers) {
      Cursor cursor = holder.cursor;
      behind += cursor.isParked() ? 1 : 0;
      low = Math.min(low, cursor.position());
    }
    return Math.max(low, stake.next());
  }

  /** Whoever has had something to read for too long, and has not moved, holds no longer. */
  void losePatience(Moment now) {
    for (Holder holder : List.copyOf(readers)) {
      if (holder.stuckNanos(now) >= hold.patienceNanos()) {
        give(holder.cursor, now);
        holder.cursor.session.fail(null, holder.cursor.subject(), tooSlow());
      }
    }
  }

  private static Fault tooSlow() {
    return new Fault(Code.HOLD_LOST, "You have not moved for too long: the writers wait no longer");
  }

  /** None of them holds any longer. */
  void letGo(Moment now) {
    for (Holder holder : List.copyOf(readers)) {
      give(holder.cursor, now);
    }
  }
}
