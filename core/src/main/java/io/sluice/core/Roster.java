package io.sluice.core;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Credit;
import io.sluice.model.FilterSet;
import io.sluice.model.Form;
import io.sluice.model.Publication;
import io.sluice.model.StampedForm;
import io.sluice.model.StampedForm.Tail;
import io.sluice.model.Subject;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one channel on one lane, or of one pattern on a feed, that get the same bytes:
 * same form, same filters, metered or not. Owned by its lane.
 *
 * <p>Dense arrays. Who is in them has been sent everything before the fanout's next offset. Credit
 * is a limit in the roster's own count of what it has sent, so that a delivery writes nothing per
 * subscriber: what a subscriber may still be sent is its limit less the count.
 */
final class Roster {
  /**
   * What its subscribers share.
   *
   * @param form of their connections
   * @param pattern what they subscribed to, in a feed; null in a channel
   * @param recoverable whether they are told their position when filters skip publications
   */
  record Key(
      Form form,
      @Nullable ChannelPattern pattern,
      FilterSet filters,
      boolean metered,
      boolean recoverable) {

    Key with(Form other) {
      return new Key(other, pattern, filters, metered, recoverable);
    }

    Key withCredit() {
      return new Key(form, pattern, filters, true, recoverable);
    }

    Key with(FilterSet others, boolean alsoRecoverable) {
      return new Key(form, pattern, others, metered, alsoRecoverable);
    }
  }

  private static final int FIRST_SIZE = 4;
  private static final long[] UNMETERED = {};

  private final Key key;

  /** What stands in front of its frames, and in every word about its place. */
  private final Form form;

  private final Subject subject;

  /** What a feed's publications must be on; null if all of them are. */
  private final @Nullable ChannelPattern narrowing;

  private final boolean unfiltered;
  private final @Nullable StampedForm stamped;
  private int[] slots = new int[FIRST_SIZE];
  private @Nullable Cursor[] cursors = new Cursor[FIRST_SIZE];
  private long[] messageLimits = UNMETERED;
  private long[] byteLimits = UNMETERED;
  private int size;

  /** Cursors of this roster that are parked. */
  private int parked;

  private long sentMessages;
  private long sentBytes;

  /** The last publication that passed the filters or was not examined here. */
  private long lastMatch;

  /** Every member knows this much: the last offset sent or told. */
  private long told;

  /** Bytes of publications that were filtered out since {@link #told}. */
  private long skippedBytes;

  /**
   * An empty one.
   *
   * @param of the channel, or the pattern of the feed's namespace
   */
  Roster(Key key, Subject of, long next) {
    ChannelPattern pattern = key.pattern();
    this.key = key;
    this.form = pattern == null ? key.form() : key.form().under(pattern);
    this.subject = pattern == null ? of : pattern;
    this.narrowing = pattern == null || coversAll(pattern, of) ? null : pattern;
    this.unfiltered = key.filters().passesEverything();
    this.stamped = form instanceof StampedForm one ? one : null;
    this.lastMatch = next - 1;
    this.told = next - 1;
    if (key.metered()) {
      messageLimits = new long[FIRST_SIZE];
      byteLimits = new long[FIRST_SIZE];
    }
  }

  private static boolean coversAll(ChannelPattern pattern, Subject of) {
    return of instanceof ChannelPattern namespace && pattern.covers(namespace);
  }

  Key key() {
    return key;
  }

  /** What its members are sent. */
  Form form() {
    return form;
  }

  /** What its members subscribed to. */
  Subject subject() {
    return subject;
  }

  /** Whether its one member's frames get their heads as they are written. */
  boolean isStamped() {
    return stamped != null;
  }

  /** What a member of a stamped form is sent behind the head. */
  Tail tail(Publication publication) {
    return Objects.requireNonNull(stamped).tail(publication);
  }

  /** Whether its members get everything there is, so that nothing need be looked at. */
  boolean passesEverything() {
    return unfiltered && narrowing == null && stamped == null;
  }

  /** Whether the publication is for its members. The channel is asked first: it is read already. */
  boolean passes(Log log, Entry entry) {
    return (narrowing == null || narrowing.covers(entry.publication().draft().channel()))
        && (stamped == null || stamped.concerns(entry.publication()))
        && (unfiltered || key.filters().matches(log.fields(entry)));
  }

  boolean isMetered() {
    return key.metered();
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0 && parked == 0;
  }

  int[] slots() {
    return slots;
  }

  Cursor cursor(int index) {
    Cursor cursor = cursors[index];
    if (cursor == null) {
      throw new IllegalStateException("no cursor at " + index + " of " + size);
    }
    return cursor;
  }

  /** Takes in a cursor that is parked elsewhere or new, and counts it as parked here. */
  void adopt(Cursor cursor) {
    cursor.roster = this;
    parked++;
  }

  /** Lets a parked cursor go for good. */
  void release() {
    parked--;
  }

  /**
   * Puts a parked cursor of this roster into the arrays: it is at the fanout's next offset.
   *
   * @param knows the offset up to which the subscriber knows everything was sent or filtered out
   */
  void join(Cursor cursor, long knows) {
    if (size == slots.length) {
      grow();
    }
    if (knows < told) {
      told = knows;
      skippedBytes = Long.MAX_VALUE / 2;
    }
    slots[size] = cursor.session.slot();
    cursors[size] = cursor;
    if (key.metered()) {
      messageLimits[size] = sentMessages + cursor.messages;
      byteLimits[size] = sentBytes + cursor.bytes;
    }
    cursor.index = size++;
    parked--;
  }

  private void grow() {
    int larger = size * 2;
    slots = Arrays.copyOf(slots, larger);
    cursors = Arrays.copyOf(cursors, larger);
    if (key.metered()) {
      messageLimits = Arrays.copyOf(messageLimits, larger);
      byteLimits = Arrays.copyOf(byteLimits, larger);
    }
  }

  /** Takes a cursor out of the arrays; it is parked at this offset with what credit it has left. */
  void park(Cursor cursor, long next) {
    int index = cursor.index;
    if (key.metered()) {
      cursor.messages = messageLimits[index] - sentMessages;
      cursor.bytes = byteLimits[index] - sentBytes;
    }
    cursor.next = next;
    cursor.markParked();
    parked++;
    int last = --size;
    if (index != last) {
      Cursor moved = cursor(last);
      slots[index] = slots[last];
      cursors[index] = moved;
      moved.index = index;
      if (key.metered()) {
        messageLimits[index] = messageLimits[last];
        byteLimits[index] = byteLimits[last];
      }
    }
    cursors[last] = null;
  }

  /** Adds credit to a member; false, and nothing is added, if the balance would be absurd. */
  boolean grant(int index, Credit credit) {
    long messages = Cursor.sum(messageLimits[index] - sentMessages, credit.messages());
    long bytes = Cursor.sum(byteLimits[index] - sentBytes, credit.bytes());
    if (messages > Credit.MAX || bytes > Credit.MAX) {
      return false;
    }
    messageLimits[index] = sentMessages + messages;
    byteLimits[index] = sentBytes + bytes;
    Cursor cursor = cursor(index);
    cursor.window = Math.max(cursor.window, bytes);
    return true;
  }

  /** Takes credit from a member, which may be left with less than nothing. */
  void spend(int index, long messages, long bytes) {
    messageLimits[index] -= messages;
    byteLimits[index] -= bytes;
  }

  long messagesLeft(int index) {
    return messageLimits[index] - sentMessages;
  }

  long bytesLeft(int index) {
    return byteLimits[index] - sentBytes;
  }

  /** Whether a member's credit lets the whole batch go. */
  boolean affords(int index, Batch batch) {
    return messageLimits[index] - sentMessages >= batch.count()
        && byteLimits[index] - sentBytes > batch.costBeforeLast();
  }

  /** Whether a member's credit lets nothing start. */
  boolean isSpent(int index) {
    return key.metered()
        && (messageLimits[index] <= sentMessages || byteLimits[index] <= sentBytes);
  }

  /** The batch has gone to everybody who is still a member. */
  void sent(Batch batch) {
    sentMessages += batch.count();
    sentBytes += batch.cost();
  }

  /** A publication that passed the filters. */
  void matched(long offset) {
    lastMatch = offset;
    told = offset;
    skippedBytes = 0;
  }

  /** A publication that no filter let pass. */
  void skipped(int bytes) {
    skippedBytes += bytes;
  }

  /** Publications before this offset were lost before anybody could examine them. */
  void missed(long before) {
    lastMatch = before - 1;
  }

  /** Members have been told that everything up to here was sent or filtered out. */
  void tell(long offset) {
    told = offset;
    skippedBytes = 0;
  }

  long told() {
    return told;
  }

  long skippedBytes() {
    return skippedBytes;
  }

  /** Whether something from this offset on was examined here and passed, or was not examined. */
  boolean mayHaveMatched(long from) {
    return lastMatch >= from;
  }
}
