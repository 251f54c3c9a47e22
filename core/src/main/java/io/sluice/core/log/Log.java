package io.sluice.core.log;

import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A channel's publications, numbered, bounded, newest always kept. Written by its broker under this
 * object's lock; read by every lane without one.
 *
 * <p>Three of the orders on which nothing being lost rests (checked by the {@code races} room), all
 * of them sequentially consistent: a reader joins its signal, then reads the head; the writer
 * writes the head, then reads the signals; a lane clears its dirty mark, then reads the head.
 */
public final class Log {
  /** {@link #append} says it: the log has been removed, and another must be opened. */
  static final long REMOVED = 0;

  /** {@link #append} says it: the budget of all logs is spent, and not by this one. */
  static final long NO_ROOM = -1;

  /** {@link #append} says it: the receipt is answered by the log, now or later. */
  static final long LATER = -2;

  /** {@link #append} says it: it would have to wait for slow readers, and may not. */
  static final long HOLD_FULL = -3;

  private static final Signal[] NOBODY = {};

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

  /** Who lets publications in; null if everything enters at once. */
  private final @Nullable Hold hold;

  private volatile @Nullable StateLog state;
  private final Ring ring;
  private volatile Signal[] signals = NOBODY;

  private long lastUseNanos;
  private boolean removed;

  /** Logs that append to this one, a feed, too; it stays as long as any of them. */
  private int sources;

  /** Subscriptions that read it, on all lanes. */
  private int subscribers;

  private @Nullable IdempotencyWindow idempotency;

  /** Whether nobody has been told of it yet. */
  private boolean news = true;

  /** What was evicted since the lock was taken. */
  private @Nullable Entry evicted;

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
    this.ring = new Ring(head, budget);
    this.settings = settings;
    this.bounds = settings.log();
    this.maxAgeNanos = bounds.age().toNanos();
    // A removed log forgets its idempotency keys, so it must outlive them.
    this.maxIdleNanos = Math.max(maxAgeNanos, bounds.idempotencyWindow().toNanos());
    this.budget = budget;
    this.derivations = new Derivations(bounds.derivedBytes());
    this.lastUseNanos = now.nanos();
    this.hold = settings.hold() == null ? null : new Hold(this, settings.hold(), budget, copies());
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

  /** Where slow readers hold its writers; null if they do not. */
  public @Nullable Hold hold() {
    return hold;
  }

  /** What readers are given instead of all they have missed; null if nobody keeps its state. */
  public @Nullable StateLog state() {
    return state;
  }

  /**
   * From now on somebody keeps its state, and it stays as long.
   *
   * @return false if the log has been removed and another must be opened
   * @throws IllegalStateException if somebody does already
   */
  synchronized boolean keep(StateSource source) {
    if (state != null) {
      throw new IllegalStateException("the state of " + subject + " is kept already");
    }
    if (!removed) {
      state = new StateLog(source, bounds.derivedBytes());
    }
    return !removed;
  }

  /** Nobody keeps its state any more; who reads it by differences goes on as long as it reads. */
  synchronized void keepNoMore(Moment now) {
    state = null;
    lastUseNanos = now.nanos();
  }

  /** Whether this is the first time that this is asked. */
  synchronized boolean isNews() {
    boolean was = news;
    news = false;
    return was;
  }

  /** Its bounds. */
  public Limits.Log bounds() {
    return bounds;
  }

  /** The newest offset; 0 if there never was one. */
  public long head() {
    return ring.head();
  }

  /** The oldest offset that may still be read; head + 1 if none can. */
  public long first() {
    return ring.first();
  }

  /** The entry at an offset up to a head read before, or null if it has been evicted. */
  public @Nullable Entry entry(long offset) {
    return ring.entry(offset);
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
   * Nothing waits.
   *
   * @return the offset given, that of the first if the idempotency key is a repetition, {@link
   *     #REMOVED}, {@link #NO_ROOM} or {@link #HOLD_FULL}
   */
  public long append(Draft draft, Moment now) {
    return append(draft, now, Unheard.RECEIPT);
  }

  /** Who hears nothing may not wait either. */
  private enum Unheard implements Broker.Receipt {
    RECEIPT;

    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {}
  }

  /**
   * The same, or waits for slow readers.
   *
   * @return as above, which the caller answers, or {@link #LATER}: then it must not
   */
  long append(Draft draft, Moment now, Broker.Receipt receipt) {
    Broker.Writer writer = hold == null ? null : receipt.writer();
    Entry gone;
    long before;
    long offset;
    synchronized (this) {
      if (removed) {
        return REMOVED;
      }
      before = ring.head();
      offset = hold == null ? enter(draft, now) : hold.append(draft, now, receipt, writer);
      gone = takeEvicted();
    }
    unlocked(gone, before);
    if (hold != null && offset == LATER) {
      hold.answer();
    }
    return offset;
  }

  /**
   * What must not be done under the lock: forgets what was evicted, raises signals for what came.
   */
  private void unlocked(@Nullable Entry gone, long headBefore) {
    if (gone != null) {
      derivations.forget(gone);
    }
    if (ring.head() != headBefore) {
      raiseSignals();
      if (feed != null) {
        feed.settle();
      }
    }
  }

  private void raiseSignals() {
    for (Signal signal : signals) {
      signal.raise();
    }
  }

  /** What follows an append to a feed, outside all locks. */
  private void settle() {
    // Whoever evicted sees it here, or somebody else has come first: the lock is for him only.
    if (evicted != null) {
      Entry gone;
      synchronized (this) {
        gone = takeEvicted();
      }
      if (gone != null) {
        derivations.forget(gone);
      }
    }
    raiseSignals();
  }

  /** Lets in what waits and may enter by now. Any thread. */
  void admit(Hold waiting, Moment now) {
    Entry gone;
    long before;
    synchronized (this) {
      before = ring.head();
      waiting.admit(now);
      gone = takeEvicted();
    }
    unlocked(gone, before);
    waiting.answer();
  }

  private long enter(Draft draft, Moment now) {
    long repeated = repeated(draft, now);
    return repeated == 0 ? enterNew(draft, now) : repeated;
  }

  /** Under the lock: gives the next offset to what is no repetition, if the budget allows. */
  long enterNew(Draft draft, Moment now) {
    int size = Publication.retainedBytes(draft);
    if (feed == null) {
      return hasRoom(size, size) ? put(draft, now) : NO_ROOM;
    }
    synchronized (feed) {
      return hasRoom(size, 2 * size) && feed.hasRoom(size, 2 * size) ? put(draft, now) : NO_ROOM;
    }
  }

  /** In how many logs each publication lies. */
  private int copies() {
    return feed == null ? 1 : 2;
  }

  /**
   * Under the lock: whether the budget has room for so much, or this log could make it.
   *
   * @param needed in the budget, which is more if another log will have it too
   */
  private boolean hasRoom(int size, int needed) {
    return budget.admits(
        size, hold == null ? ring.bytes() : ring.bytes() - hold.outstanding(), needed);
  }

  /** Under the lock: gives the next offset, and the feed's. */
  long put(Draft draft, Moment now) {
    Publication publication = new Publication(ring.head() + 1, now.epochMillis(), draft);
    int size = publication.retainedBytes();
    remember(draft, now);
    if (feed == null) {
      place(publication, size, now);
      return publication.offset();
    }
    // This lock, then the feed's, never the other way round: the feed has every channel's
    // publications in the channel's order.
    synchronized (feed) {
      place(publication, 2 * size, now);
      feed.place(publication.inFeed(epoch, feed.epoch, feed.ring.head() + 1), size, now);
    }
    return publication.offset();
  }

  /** Gives a publication its place, and makes room for it. */
  private void place(Publication publication, int needed, Moment now) {
    makeRoom(publication.retainedBytes(), needed, now);
    ring.put(new Entry(publication), now);
    lastUseNanos = now.nanos();
  }

  /** Under the lock: takes so much of the budget for what has to wait; whether it has room. */
  boolean reserve(int size) {
    int needed = copies() * size;
    if (!hasRoom(size, needed)) {
      return false;
    }
    budget.reserve(1, needed);
    long keep = keepFrom();
    while (ring.first() < keep && budget.isExceeded()) {
      evictOldest();
    }
    return true;
  }

  /** Under the lock: what of this publication counts. */
  int sizeOf(long offset) {
    return ring.held(offset).publication().retainedBytes();
  }

  /** From here on nothing may be evicted. */
  private long keepFrom() {
    return hold == null ? ring.head() + 1 : hold.low();
  }

  private @Nullable Entry takeEvicted() {
    Entry taken = evicted;
    evicted = null;
    return taken;
  }

  /** Under the lock: the offset a repetition was given, or 0. */
  long repeated(Draft draft, Moment now) {
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
      idempotency.remember(draft.from(), key, ring.head() + 1, now.nanos());
    }
  }

  /**
   * Evicts what a publication of this size leaves no room for, and what is too old.
   *
   * @param needed in the budget of all logs, which is more if another log will have it too
   */
  private void makeRoom(int size, int needed, Moment now) {
    long keep = keepFrom();
    budget.add(needed);
    while (ring.first() < keep
        && (ring.count() >= bounds.messages()
            || ring.bytes() + size > bounds.bytes()
            || budget.isExceeded()
            || isOldestTooOld(now))) {
      evictOldest();
    }
    budget.add(-needed);
  }

  private boolean isOldestTooOld(Moment now) {
    return ring.oldestAgeNanos(now) > maxAgeNanos;
  }

  private void evictOldest() {
    Entry entry = ring.evictOldest();
    entry.evicted = evicted;
    evicted = entry;
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
    Entry gone;
    synchronized (this) {
      long keep = Math.min(ring.head(), keepFrom());
      while (ring.first() < keep && isOldestTooOld(now)) {
        evictOldest();
      }
      if (idempotency != null) {
        idempotency.expire(now.nanos());
      }
      gone = takeEvicted();
    }
    unlocked(gone, ring.head());
  }

  /**
   * Removes the log if nobody has read or written it for as long as its publications, and the keys
   * of its publishers, live; one that never had any, as soon as nobody reads it: else whoever asks
   * for the history of made-up names would keep real channels out.
   *
   * @return whether it is removed now; what it held is gone
   */
  boolean removeIfUnused(Moment now) {
    Entry gone;
    synchronized (this) {
      boolean rests = ring.head() == born || now.nanos() - lastUseNanos > maxIdleNanos;
      if (removed || signals.length > 0 || sources > 0 || state != null || !rests) {
        return removed;
      }
      removed = true;
      while (ring.count() > 0) {
        evictOldest();
      }
      gone = takeEvicted();
    }
    unlocked(gone, ring.head());
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
   * @param owns whether the channel is its own, where there is always room for it
   * @return false, and nothing is counted, if there are as many as one log may have
   */
  public synchronized boolean addSubscriber(boolean owns) {
    boolean fits = owns || subscribers < settings.clients().subscribers();
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
    return ring.bytes();
  }

  /** Bytes of frames and fields remembered beside them now. */
  public long derivedBytes() {
    return derivations.bytes();
  }
}
