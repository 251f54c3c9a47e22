package io.sluice.core.log;

import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fields;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A channel's publications, numbered, bounded, newest always kept. Written by its broker under this
 * object's lock; read by every lane without one.
 *
 * <p>How a reader sees a whole publication without a lock: the writer stores the ring, then the
 * entry, then the volatile head; a reader reads the head, then the ring, then the entry. An entry
 * that was overwritten meanwhile carries another offset, and is taken for evicted, which it is.
 *
 * <p>The three orders on which nothing being lost rests (checked by the {@code races} room), all of
 * them sequentially consistent: a reader joins its signal, then reads the head; the writer writes
 * the head, then reads the signals; a lane clears its dirty mark, then reads the head.
 */
public final class Log {
  /** {@link #append} says it: the log has been removed, and another must be opened. */
  static final long REMOVED = 0;

  /** {@link #append} says it: the budget of all logs is spent, and not by this one. */
  static final long NO_ROOM = -1;

  private static final Signal[] NOBODY = {};
  private static final int FIRST_RING = 8;

  private final Subject subject;
  private final String epoch;

  /** Its head at the beginning: while it is the same, nothing was ever in it. */
  private final long born;

  private final ChannelSettings settings;
  private final Limits.Log bounds;
  private final long maxAgeNanos;
  private final long maxIdleNanos;
  private final LogBudget budget;
  private final Derivations derivations;

  /** Where all that is appended here is appended too; null if nowhere. */
  private final @Nullable Log feed;

  private volatile @Nullable Entry[] ring = new Entry[FIRST_RING];
  private volatile long head;
  private volatile long first;
  private volatile Signal[] signals = NOBODY;

  /** When each entry was appended, beside the ring. Guarded by this. */
  private long[] appendedNanos = new long[FIRST_RING];

  private long bytes;
  private long lastUseNanos;
  private boolean removed;

  /** Logs that append to this one, a feed, too; it stays as long as any of them. */
  private int sources;

  /** Subscriptions that read it, on all lanes. */
  private int subscribers;

  private @Nullable IdempotencyWindow idempotency;

  /**
   * An empty log that no feed has a part in.
   *
   * @param epoch of its numbering
   * @param head the last offset given under this epoch, 0 for none
   */
  public Log(
      Subject subject,
      String epoch,
      long head,
      ChannelSettings settings,
      LogBudget budget,
      Moment now) {
    this(subject, epoch, head, settings, null, budget, now);
  }

  /**
   * An empty log.
   *
   * @param epoch of its numbering
   * @param head the last offset given under this epoch, 0 for none
   * @param feed the log to which all of it is appended too, which knows that it has this source;
   *     null if there is none
   */
  Log(
      Subject subject,
      String epoch,
      long head,
      ChannelSettings settings,
      @Nullable Log feed,
      LogBudget budget,
      Moment now) {
    this.subject = subject;
    this.feed = feed;
    this.epoch = epoch;
    this.born = head;
    this.head = head;
    this.first = head + 1;
    this.settings = settings;
    this.bounds = settings.log();
    this.maxAgeNanos = bounds.age().toNanos();
    // A removed log forgets its idempotency keys, so it must outlive them.
    this.maxIdleNanos = Math.max(maxAgeNanos, bounds.idempotencyWindow().toNanos());
    this.budget = budget;
    this.derivations = new Derivations(bounds.derivedBytes());
    this.lastUseNanos = now.nanos();
  }

  /** The channel; of a feed, the pattern of its namespace. */
  public Subject subject() {
    return subject;
  }

  /** The epoch of its numbers. */
  public String epoch() {
    return epoch;
  }

  /** How its channel behaves. */
  public ChannelSettings settings() {
    return settings;
  }

  /** Its bounds. */
  public Limits.Log bounds() {
    return bounds;
  }

  /** The newest offset; 0 if there never was one. */
  public long head() {
    return head;
  }

  /** The oldest offset that may still be read; head + 1 if none can. */
  public long first() {
    return first;
  }

  /** The entry at an offset up to a head read before, or null if it has been evicted. */
  public @Nullable Entry entry(long offset) {
    @Nullable Entry[] now = ring;
    Entry entry = now[(int) offset & (now.length - 1)];
    return entry != null && entry.offset() == offset ? entry : null;
  }

  /** The entry's publication in this form: encoded once, whoever asks. */
  public Frame frame(Entry entry, Form form) {
    return derivations.frame(entry, form);
  }

  /** The fields of the entry's publication: read once, whoever asks. */
  public Fields fields(Entry entry) {
    return derivations.fields(entry);
  }

  /**
   * Appends, here and to the feed if there is one, or to neither; then raises every signal of both.
   *
   * @return the offset given, that of the first if the idempotency key is a repetition, {@link
   *     #REMOVED} or {@link #NO_ROOM}
   */
  public long append(Draft draft, Moment now) {
    Entry evicted;
    Entry evictedThere = null;
    long offset;
    synchronized (this) {
      if (removed) {
        return REMOVED;
      }
      long repeated = repeated(draft, now);
      if (repeated != 0) {
        return repeated;
      }
      offset = head + 1;
      Publication publication = new Publication(offset, now.epochMillis(), draft);
      int size = publication.retainedBytes();
      if (feed == null) {
        if (!budget.admits(size, bytes, size)) {
          return NO_ROOM;
        }
        evicted = enter(publication, size, now);
      } else {
        // This lock, then the feed's, never the other way round: the feed has every channel's
        // publications in the channel's order.
        synchronized (feed) {
          if (!admitsTwice(size) || !feed.admitsTwice(size)) {
            return NO_ROOM;
          }
          evicted = enter(publication, 2 * size, now);
          Publication there = publication.inFeed(epoch, feed.epoch, feed.head + 1);
          evictedThere = feed.enter(there, size, now);
        }
      }
      remember(draft, now);
    }
    settle(evicted);
    if (feed != null) {
      feed.settle(evictedThere);
    }
    return offset;
  }

  /** Whether there is room here for a publication that goes into two logs. */
  private boolean admitsTwice(long size) {
    return budget.admits(size, bytes, 2 * size);
  }

  /** Gives a publication its place; what had to go for it is the answer. */
  private @Nullable Entry enter(Publication publication, int needed, Moment now) {
    Entry evicted = makeRoom(publication.retainedBytes(), needed, now);
    put(new Entry(publication), now);
    head = publication.offset();
    return evicted;
  }

  /** What follows an append, outside all locks. */
  private void settle(@Nullable Entry evicted) {
    if (evicted != null) {
      derivations.forget(evicted);
    }
    for (Signal signal : signals) {
      signal.raise();
    }
  }

  private long repeated(Draft draft, Moment now) {
    String key = draft.idempotencyKey();
    if (key == null) {
      return 0;
    }
    if (idempotency == null) {
      idempotency = new IdempotencyWindow(bounds);
    }
    return idempotency.offsetOf(draft.from(), key, now.nanos());
  }

  private void remember(Draft draft, Moment now) {
    String key = draft.idempotencyKey();
    if (key != null && idempotency != null) {
      idempotency.remember(draft.from(), key, head, now.nanos());
    }
  }

  private void put(Entry entry, Moment now) {
    int retained = (int) (head - first + 1);
    if (retained == ring.length) {
      grow();
    }
    @Nullable Entry[] held = ring;
    int at = (int) entry.offset() & (held.length - 1);
    held[at] = entry;
    appendedNanos[at] = now.nanos();
    lastUseNanos = now.nanos();
    int size = entry.publication().retainedBytes();
    bytes += size;
    budget.add(size);
  }

  private void grow() {
    @Nullable Entry[] old = ring;
    @Nullable Entry[] larger = new Entry[old.length * 2];
    long[] largerNanos = new long[larger.length];
    for (long offset = first; offset <= head; offset++) {
      int from = (int) offset & (old.length - 1);
      int to = (int) offset & (larger.length - 1);
      larger[to] = old[from];
      largerNanos[to] = appendedNanos[from];
    }
    appendedNanos = largerNanos;
    ring = larger;
  }

  /**
   * Evicts what a publication of this size leaves no room for, and what is too old.
   *
   * @param needed in the budget of all logs, which is more if another log will have it too
   */
  private @Nullable Entry makeRoom(int size, int needed, Moment now) {
    Entry evicted = null;
    budget.add(needed);
    while (first <= head
        && (head - first + 1 >= bounds.messages()
            || bytes + size > bounds.bytes()
            || budget.isExceeded()
            || isTooOld(first, now))) {
      evicted = evictOldest(evicted);
    }
    budget.add(-needed);
    return evicted;
  }

  private boolean isTooOld(long offset, Moment now) {
    int at = (int) offset & (appendedNanos.length - 1);
    return now.nanos() - appendedNanos[at] > maxAgeNanos;
  }

  private Entry evictOldest(@Nullable Entry chain) {
    @Nullable Entry[] now = ring;
    int at = (int) first & (now.length - 1);
    Entry entry = now[at];
    if (entry == null) {
      throw new IllegalStateException("no entry at " + first + " of " + subject);
    }
    now[at] = null;
    first = entry.offset() + 1;
    int size = entry.publication().retainedBytes();
    bytes -= size;
    budget.add(-size);
    entry.evicted = chain;
    return entry;
  }

  /**
   * Adds a reader. From here on every append raises the signal.
   *
   * @return false if the log has been removed and another must be opened
   */
  public boolean join(Signal signal) {
    synchronized (this) {
      if (removed) {
        return false;
      }
      Signal[] before = signals;
      Signal[] more = Arrays.copyOf(before, before.length + 1);
      more[before.length] = signal;
      signals = more;
      return true;
    }
  }

  /** Removes a reader that joined. */
  public void leave(Signal signal, Moment now) {
    synchronized (this) {
      signals =
          Arrays.stream(signals).filter(other -> !other.equals(signal)).toArray(Signal[]::new);
      lastUseNanos = now.nanos();
    }
  }

  /** Evicts what is too old, but never the newest, and forgets keys whose window has ended. */
  void expire(Moment now) {
    Entry evicted = null;
    synchronized (this) {
      while (first < head && isTooOld(first, now)) {
        evicted = evictOldest(evicted);
      }
      if (idempotency != null) {
        idempotency.expire(now.nanos());
      }
    }
    if (evicted != null) {
      derivations.forget(evicted);
    }
  }

  /**
   * Removes the log if nobody has read or written it for as long as its publications, and the keys
   * of its publishers, live; one that never had any, as soon as nobody reads it: else whoever asks
   * for the history of made-up names would keep real channels out.
   *
   * @return whether it is removed now; what it held is gone
   */
  boolean removeIfUnused(Moment now) {
    Entry evicted = null;
    synchronized (this) {
      boolean rests = head == born || now.nanos() - lastUseNanos > maxIdleNanos;
      if (removed || signals.length > 0 || sources > 0 || !rests) {
        return removed;
      }
      removed = true;
      while (first <= head) {
        evicted = evictOldest(evicted);
      }
    }
    if (evicted != null) {
      derivations.forget(evicted);
    }
    if (feed != null) {
      feed.removeSource();
    }
    return true;
  }

  /**
   * Counts one more log that appends to this one, a feed.
   *
   * @return false if this one has been removed and another must be made
   */
  synchronized boolean addSource() {
    if (!removed) {
      sources++;
    }
    return !removed;
  }

  private synchronized void removeSource() {
    sources--;
  }

  /** Whether it is gone for good. */
  synchronized boolean isRemoved() {
    return removed;
  }

  /**
   * Counts a subscription, whichever lane it is on; it is given back once with {@link
   * #removeSubscriber}.
   *
   * @return false, and nothing is counted, if there are as many as one log may have
   */
  public synchronized boolean addSubscriber() {
    boolean fits = subscribers < settings.clients().subscribers();
    if (fits) {
      subscribers++;
    }
    return fits;
  }

  /** A subscription that was counted has ended. */
  public synchronized void removeSubscriber() {
    subscribers--;
  }

  /** Bytes of publications held now. */
  public synchronized long bytes() {
    return bytes;
  }

  /** Bytes of frames and fields remembered beside them now. */
  public long derivedBytes() {
    return derivations.bytes();
  }
}
