package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. The order of what comes, by its numbers, which are unsigned: what came
 * before is dropped, what comes too early waits until what is missing has come, been asked for in
 * vain, or is known to be lost.
 */
final class Sequence {
  /** Where a message stands. */
  enum Place {
    /** It is the next. */
    NEXT,
    /** It came before. */
    AGAIN,
    /** Something before it is missing, and can be asked for. */
    EARLY,
    /** Something before it is missing, and cannot be asked for. */
    BEHIND_LOSS,
    /** So much is missing that nobody keeps it who could be asked for it. */
    FAR
  }

  private static final long NEVER = Long.MAX_VALUE;
  private static final int MOST_REQUESTS = 4;

  private final HaipLimits limits;
  private boolean tracked;
  private boolean waits;
  private long expected;
  private long lost;
  private @Nullable TreeMap<Long, Aside> early;
  private int earlyBytes;
  private long due = NEVER;
  private int requests;

  Sequence(HaipLimits limits) {
    this.limits = limits;
  }

  /**
   * Begins behind a HAI.
   *
   * @param numbered whether its number is one
   * @param asks whether the peer can send again what is missing
   */
  void begin(boolean numbered, long seq, boolean asks) {
    forget();
    tracked = numbered && Long.compareUnsigned(seq, limits.order().untracked()) < 0;
    waits = asks;
    expected = seq + 1;
  }

  /** Goes on behind a line's first HAI, whose number stands outside the order. */
  void goOn(boolean numbered, long seq, boolean asks) {
    if (!tracked || !numbered || Long.compareUnsigned(seq, expected) < 0) {
      begin(numbered, seq, asks);
      return;
    }
    forget();
    waits = asks;
    if (seq == expected) {
      expected++;
    } else if (asks) {
      note(seq, null, null);
    } else {
      jump(seq + 1);
    }
  }

  /** The line is cut: what waits will be sent again. */
  void forget() {
    early = null;
    earlyBytes = 0;
    due = NEVER;
    requests = 0;
  }

  /** Whether numbers mean anything. */
  boolean isTracked() {
    return tracked;
  }

  /** Everything as far as there has come; unsigned. */
  long received() {
    return expected - 1;
  }

  /** How many numbers were passed over for good. */
  long lost() {
    return lost;
  }

  /** Where a message stands that has a number. */
  Place place(long seq) {
    if (!tracked || seq == expected) {
      return Place.NEXT;
    }
    if (Long.compareUnsigned(seq - expected, limits.resume().messages()) > 0) {
      // Neither a little ahead, nor, counting round, anything but behind.
      return seq - expected < 0 ? Place.AGAIN : waits ? Place.FAR : Place.BEHIND_LOSS;
    }
    if (!waits) {
      return Place.BEHIND_LOSS;
    }
    return early != null && early.containsKey(seq) ? Place.AGAIN : Place.EARLY;
  }

  /** The next one is dealt with. */
  void advance() {
    if (tracked) {
      expected++;
      requests = 0;
    }
  }

  /** What is missing before this one is passed over. */
  void jump(long seq) {
    lost += seq - expected;
    expected = seq;
  }

  /** Whether there is room for one more that is early. */
  boolean hasRoom(int size) {
    return early == null
        || (early.size() < limits.order().ahead()
            && earlyBytes + size <= limits.order().aheadBytes());
  }

  /** Keeps one that is early; without text, only that it has been dealt with. */
  void setAside(long seq, byte @Nullable [] text, byte @Nullable [] binary, Moment now) {
    note(seq, text, binary);
    if (due == NEVER) {
      due = now.nanos() + limits.order().gap().toNanos();
    }
  }

  private void note(long seq, byte @Nullable [] text, byte @Nullable [] binary) {
    if (early == null) {
      early = new TreeMap<>(Long::compareUnsigned);
    }
    Aside aside = new Aside(text, binary);
    early.put(seq, aside);
    earlyBytes += aside.size();
  }

  /** Something is missing though nothing came too early: the line's first HAI tells. */
  void expectMissing(Moment now) {
    if (early != null && due == NEVER) {
      due = now.nanos() + limits.order().gap().toNanos();
    }
  }

  /** The next of those kept, if it is its turn; it counts as dealt with. */
  @Nullable Aside takeNext() {
    if (early == null) {
      return null;
    }
    Aside next = early.remove(expected);
    if (next == null) {
      return null;
    }
    expected++;
    earlyBytes -= next.size();
    requests = 0;
    if (early.isEmpty()) {
      early = null;
      due = NEVER;
    }
    return next;
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    return due;
  }

  /** Whether what is missing is to be asked for now; then, from {@link #missingFrom} on. */
  boolean tick(Moment now) {
    if (due > now.nanos() || early == null) {
      return false;
    }
    if (requests == MOST_REQUESTS) {
      giveUp();
      return false;
    }
    due = now.nanos() + (limits.order().gap().toNanos() << ++requests);
    return true;
  }

  /** The first number that is missing. */
  long missingFrom() {
    return expected;
  }

  /** The last number that is missing before one that came. */
  long missingTo() {
    return early == null ? expected : early.firstKey() - 1;
  }

  /** What is missing will not come: goes on behind it, if that is all known to be lost. */
  void giveUp() {
    if (early != null) {
      jump(early.firstKey());
      due = NEVER;
      requests = 0;
    }
  }

  /** The peer does not keep anything before this number. */
  void giveUpBefore(long seq) {
    boolean further = Long.compareUnsigned(seq, expected) > 0;
    if (early == null || Long.compareUnsigned(seq, early.firstKey()) >= 0) {
      giveUp();
    } else if (tracked && further) {
      jump(seq);
    }
  }

  /** How many are kept, for tests. */
  int early() {
    return early == null ? 0 : early.size();
  }

  /**
   * A message that came too early.
   *
   * @param text null if it has been dealt with
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Aside(byte @Nullable [] text, byte @Nullable [] binary) {
    private static final int OVERHEAD = 64;

    int size() {
      return OVERHEAD + (text == null ? 0 : text.length) + (binary == null ? 0 : binary.length);
    }
  }
}
