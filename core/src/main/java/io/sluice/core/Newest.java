package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.FilterSet;
import io.sluice.model.Scalar;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest publication of each key, of those that pass one set of filters: what a subscriber of
 * {@link io.sluice.model.Policy#LATEST} is owed, from wherever it stands. Owned by its lane.
 *
 * <p>It grows at the head with everything that the channel's fanout serves, and downwards, as far
 * as somebody needs, with what the log still has. So it is never chased by whoever publishes, and
 * it knows publications that have been evicted since. Those that pass are numbered in their order
 * by a <em>rank</em>, from an arbitrary beginning; what lies between two ranks was conflated.
 *
 * <pre>
 *   offsets   21 22 23 24 25 26 27 28      what passes   a  b     a  c  b     a
 *   ranks                                                1  2     3  4  5     6
 *   the newest of each, oldest first                              c4 b5       a6
 * </pre>
 */
final class Newest {
  /** What makes one table serve many. */
  record Key(@Nullable ChannelPattern pattern, FilterSet filters, String conflateBy) {}

  final Conflations home;
  private final Key key;
  private final Log log;
  private final int most;
  private final Map<Object, Survivor> byKey = new HashMap<>();
  private final Survivors line = new Survivors();
  private final MatchBits passed;

  /** The oldest offset that has been examined. */
  private long from;

  /** The offset after the newest that has been examined. */
  private long until;

  /** The rank of the newest that passed. */
  private long top;

  /** How many passed before {@link #from}. */
  private long bottom;

  /** Up to here there is a key more than there may be; 0 if there never was. */
  private long floor;

  private long floorRank;

  /** Cursors that refer to it. */
  private int users;

  /** Whom it was last made longer for, without having reached it. */
  private @Nullable LatestCursor builder;

  private boolean forgotten;

  /** The newest of something, which may have become old. */
  static final class Survivor {
    final long offset;
    final long rank;
    final @Nullable Object key;
    boolean superseded;

    Survivor(long offset, long rank, @Nullable Object key) {
      this.offset = offset;
      this.rank = rank;
      this.key = key;
    }
  }

  /** An empty table, which grows from this offset on. */
  Newest(Conflations home, Key key, Log log, long next) {
    this.home = home;
    this.key = key;
    this.log = log;
    this.most = log.settings().delivery().latestKeys();
    this.passed = new MatchBits(log.bounds().messages());
    this.from = next;
    this.until = next;
  }

  Key key() {
    return key;
  }

  // Who needs it

  void use() {
    users++;
  }

  /** Whether nobody is left who needs it. */
  boolean release() {
    return --users == 0;
  }

  /**
   * Whether it is being made for somebody who will be served next time round, but not only after
   * the one who asks.
   */
  boolean isBeingBuilt(LatestCursor asking) {
    if (builder == null || !builder.queued || !isTableOf(builder)) {
      return false;
    }
    // Whoever asks is having its session's turn: the others of its line come next.
    return asking.session.equals(builder.session)
        ? asking.fanout.priority().compareTo(builder.fanout.priority()) >= 0
        : builder.session.isUp();
  }

  @SuppressWarnings("ReferenceEquality") // This very table.
  private boolean isTableOf(LatestCursor cursor) {
    return cursor.table == this;
  }

  void forget() {
    forgotten = true;
    byKey.clear();
    line.clear();
  }

  boolean isForgotten() {
    return forgotten;
  }

  // Growing

  /** Takes in what the fanout serves; it follows on what is known. */
  void extend(Window window) {
    for (int i = 0; i < window.count(); i++) {
      Entry entry = window.entry(i);
      boolean passes = passes(entry);
      passed.set(entry.offset(), passes);
      until = entry.offset() + 1;
      if (passes) {
        append(entry);
      }
    }
  }

  private void append(Entry entry) {
    top++;
    Object same = keyOf(entry);
    Survivor survivor = new Survivor(entry.offset(), top, same);
    if (same != null) {
      Survivor old = byKey.put(same, survivor);
      if (old != null) {
        line.supersede(old);
      }
    }
    line.addLast(survivor);
    if (line.alive() > most) {
      Survivor lost = line.removeFirst();
      if (lost.key != null) {
        byKey.remove(lost.key);
      }
      floor = lost.offset;
      floorRank = lost.rank;
    }
  }

  /**
   * Makes it longer downwards, by a bounded number of publications.
   *
   * @return whether everything from this offset on is known now, as far as the log has it, or there
   *     are too many keys behind it
   */
  boolean reach(long offset, int messages, int bytes, LatestCursor forWhom) {
    builder = null;
    long read = 0;
    for (int i = 0; i < messages && read < bytes; i++) {
      Entry entry = from > Math.max(offset, floor + 1) ? log.entry(from - 1) : null;
      if (entry == null) {
        return true;
      }
      read += entry.publication().retainedBytes();
      prepend(entry);
    }
    boolean reached = from <= Math.max(offset, floor + 1);
    builder = reached ? null : forWhom;
    return reached;
  }

  private void prepend(Entry entry) {
    boolean passes = passes(entry);
    from = entry.offset();
    passed.set(from, passes);
    if (!passes) {
      return;
    }
    long rank = bottom--;
    Object same = keyOf(entry);
    if (same != null && byKey.containsKey(same)) {
      return;
    }
    if (line.alive() == most) {
      floor = from;
      floorRank = rank;
      return;
    }
    Survivor survivor = new Survivor(from, rank, same);
    if (same != null) {
      byKey.put(same, survivor);
    }
    line.addFirst(survivor);
  }

  private boolean passes(Entry entry) {
    ChannelPattern pattern = key.pattern();
    return (pattern == null || pattern.covers(entry.publication().draft().channel()))
        && passesFilters(entry);
  }

  private boolean passesFilters(Entry entry) {
    return key.filters().passesEverything() || key.filters().matches(log.fields(entry));
  }

  /** The same key in two channels of a feed is two things. */
  private record OfChannel(ChannelName channel, Object key) {}

  /** What it is the newest of; null if it is a thing of its own. */
  private @Nullable Object keyOf(Entry entry) {
    Object own = ownKeyOf(entry);
    return own == null || log.subject() instanceof ChannelName
        ? own
        : new OfChannel(entry.publication().draft().channel(), own);
  }

  private @Nullable Object ownKeyOf(Entry entry) {
    return key.conflateBy().equals(ChannelSettings.Delivery.BY_KEY)
        ? entry.publication().draft().key()
        : bounded(log.fields(entry).get(key.conflateBy()));
  }

  /** A value as long as no key may be would have the table hold on to what its log has evicted. */
  private static @Nullable Scalar bounded(@Nullable Scalar value) {
    return switch (value) {
      case null -> null;
      case Scalar.Null _ -> null;
      case Scalar.Text text -> text.value().length() <= Draft.MAX_KEY_LENGTH ? text : null;
      case Scalar.Numeric number ->
          number.value().precision() <= Draft.MAX_KEY_LENGTH ? number : null;
      case Scalar.Bool bool -> bool;
    };
  }

  // Reading

  long until() {
    return until;
  }

  /** The rank of the newest that passed. */
  long top() {
    return top;
  }

  /** The newest offset that is lost because there are too many keys after it; 0 if none is. */
  long floor() {
    return floor;
  }

  long floorRank() {
    return floorRank;
  }

  /** The oldest offset of which it is known how many passed before. */
  long countedFrom() {
    return Math.max(from, passed.oldest(until));
  }

  /** How many passed before an offset from {@link #countedFrom} on. */
  long rankBefore(long offset) {
    return top - passed.count(offset, until);
  }

  /** The survivors. */
  Survivors line() {
    return line;
  }
}
