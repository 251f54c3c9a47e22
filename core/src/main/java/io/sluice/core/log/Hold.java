package io.sluice.core.log;

import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lets publications into a log no faster than its holding readers take them. Owned by its log,
 * under the log's lock; only how far each lane's readers are, and whether anybody waits, is read
 * and written without it.
 *
 * <p>A publication enters while not more than {@code hold.bytes}, and fewer publications than the
 * log keeps, lie before the slowest holding reader with it; if nothing does, one always enters.
 * What may not enter waits, and behind it everything else for the channel. Nothing that a holding
 * reader has not taken is evicted.
 *
 * <p>The fourth order on which nothing being lost rests: a lane says how far its readers are, then
 * looks whether anybody waits; a writer waits, then looks how far the readers are.
 */
public final class Hold {
  private static final Stake[] NOBODY = {};

  /** Where a lane stands that holds nothing back. */
  private static final long NOWHERE = Long.MAX_VALUE;

  private final Log log;
  private final ChannelSettings.Hold settings;
  private final WaitingRoom room;
  private final Answers answers;
  private Stake[] stakes = NOBODY;
  private int readers;

  /** The slowest reader's next offset and the bytes from there on, as they were last measured. */
  private long low;

  private long outstanding;

  Hold(Log log, ChannelSettings.Hold settings, LogBudget budget, int copies) {
    this.log = log;
    this.settings = settings;
    this.room = new WaitingRoom(budget, copies);
    this.answers = new Answers(log);
  }

  /** How long a reader that does not move may hold. */
  public long patienceNanos() {
    return settings.patience().toNanos();
  }

  /** A new place for one lane to say how far its holding readers are; it has none yet. */
  public Stake stake() {
    return new Stake();
  }

  /** One lane's holding readers. Owned by that lane; the log reads how far they are. */
  public final class Stake {
    /** The slowest reader's next offset. Written by the lane, and lowered under the lock only. */
    private volatile long next = NOWHERE;

    private volatile int slow;

    /** How many they are. Guarded by the log's lock. */
    private int count;

    private Stake() {}

    /** The offset that its slowest reader has yet to take. */
    public long next() {
      return next;
    }

    /**
     * One more reader holds, from this offset on, or from the oldest that the log still has.
     *
     * @return false if as many as may already do
     */
    public boolean take(long from) {
      return take(from, false);
    }

    /**
     * The same.
     *
     * @param owns whether the channel is the reader's own, who may hold there whoever else does:
     *     else who comes back would lose its hold to what it left behind
     */
    public boolean take(long from, boolean owns) {
      synchronized (log) {
        if (!owns && readers >= settings.readers()) {
          return false;
        }
        // Measured while those who hold so far are all there are: else there is no known place to
        // count from.
        long _ = low();
        readers++;
        if (count++ == 0) {
          stakes = Arrays.copyOf(stakes, stakes.length + 1);
          stakes[stakes.length - 1] = this;
        }
        next = Math.min(next, Math.max(from, log.first()));
        return true;
      }
    }

    /**
     * The readers have moved.
     *
     * @param to the slowest one's next offset, never less than before
     * @param behind how many are not at the head
     */
    public void raise(long to, int behind, Moment now) {
      slow = behind;
      next = to;
      if (!room.isEmpty()) {
        log.admit(Hold.this, now);
      }
    }

    /**
     * A reader holds no longer.
     *
     * @param to the next offset of the slowest that still does
     * @param behind how many are not at the head
     */
    public void give(long to, int behind, Moment now) {
      boolean last;
      synchronized (log) {
        readers--;
        last = --count == 0;
        if (last) {
          stakes = Arrays.stream(stakes).filter(other -> other.count > 0).toArray(Stake[]::new);
        }
      }
      raise(last ? NOWHERE : to, behind, now);
    }
  }

  // What the log asks, under its lock

  /** The oldest offset that a holding reader has not taken; head + 1 if there is none. */
  long low() {
    long now = log.head() + 1;
    if (stakes.length == 0) {
      low = now;
      outstanding = 0;
    }
    for (Stake stake : stakes) {
      now = Math.min(now, stake.next);
    }
    while (low < now) {
      outstanding -= log.sizeOf(low++);
    }
    while (low > now) {
      outstanding += log.sizeOf(--low);
    }
    return low;
  }

  /** Bytes from {@link #low} on. */
  long outstanding() {
    long _ = low();
    return outstanding;
  }

  /** As {@link Log#append}. */
  long append(Draft draft, Moment now, Broker.Receipt receipt, Broker.@Nullable Writer writer) {
    if (!room.isEmpty()) {
      return await(draft, now, receipt, writer);
    }
    long offset = log.repeated(draft, now);
    if (offset == 0) {
      if (!admits(Publication.retainedBytes(draft))) {
        return await(draft, now, receipt, writer);
      }
      offset = enter(log.enterNew(draft, now), draft);
    }
    if (offset > 0 && !answers.areTold()) {
      answerAppended(receipt, offset);
      return Log.LATER;
    }
    return offset;
  }

  private boolean admits(int size) {
    long from = low();
    long before = log.head() + 1 - from;
    return before == 0
        || (outstanding + size <= settings.bytes() && before < log.bounds().messages());
  }

  private long enter(long offset, Draft draft) {
    if (offset > 0) {
      outstanding += Publication.retainedBytes(draft);
    }
    return offset;
  }

  private long await(
      Draft draft, Moment now, Broker.Receipt receipt, Broker.@Nullable Writer writer) {
    int size = Publication.retainedBytes(draft);
    if (writer == null || !room.mayTake(writer, size)) {
      return Log.HOLD_FULL;
    }
    if (!log.reserve(size)) {
      return Log.NO_ROOM;
    }
    room.put(new WaitingRoom.Waiting(draft, size, writer, receipt));
    int slow = slowReaders();
    long before = outstanding;
    answers.add(() -> receipt.held(slow, before));
    // Only now that it is seen to wait: who moved before that did not look for it.
    admit(now);
    return Log.LATER;
  }

  /** A lane that has not drained yet is slow as a whole, and counts as one. */
  private int slowReaders() {
    int slow = 0;
    for (Stake stake : stakes) {
      slow += stake.next <= log.head() ? Math.max(1, stake.slow) : 0;
    }
    return Math.max(1, slow);
  }

  /** Lets in, in their order, as many as fit. */
  void admit(Moment now) {
    for (WaitingRoom.Waiting next = room.first(); next != null; next = room.first()) {
      long offset = log.repeated(next.draft(), now);
      if (offset == 0 && !admits(next.size())) {
        return;
      }
      room.removeFirst();
      if (offset == 0) {
        // Its place in the budget was taken when it began to wait.
        offset = enter(log.put(next.draft(), now), next.draft());
      }
      answerAppended(next.receipt(), offset);
    }
  }

  private void answerAppended(Broker.Receipt receipt, long offset) {
    Position position = new Position(log.epoch(), offset);
    answers.add(() -> receipt.appended(position));
  }

  // Not under the lock

  /** Answers whom the last steps left to be answered. */
  void answer() {
    answers.tell();
  }

  /** Lets nobody in who waits. */
  void refuse(Fault fault) {
    synchronized (log) {
      for (WaitingRoom.Waiting next = room.first(); next != null; next = room.first()) {
        room.removeFirst();
        Broker.Receipt receipt = next.receipt();
        answers.add(() -> receipt.failed(fault));
      }
    }
    answer();
  }
}
