package io.sluice.core;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Credit;
import io.sluice.model.Policy;
import io.sluice.model.Subject;

/**
 * One session's place in one channel, or in a feed for one pattern: the next offset, and the credit
 * to go there. Owned by its session's lane.
 *
 * <p>While it keeps up it stands in its roster, where place and credit are the roster's business
 * and nothing is written here per delivery. While it cannot, it is parked, and they are kept here.
 *
 * <p>This one waits in the log for as long as the log keeps what it is owed. What another policy
 * needs beside, its own kind of cursor has, so that whoever waits pays for none of it.
 */
sealed class Cursor permits DisconnectCursor, DropOldestCursor, LatestCursor, StateCursor {
  private static final int PARKED = -1;

  final Session session;
  final Fanout fanout;
  Roster roster;

  /** Its place in the roster's arrays, or {@link #PARKED}. */
  int index = PARKED;

  /** The next offset to look at, while parked. */
  long next;

  /** What may still be sent, while parked and metered; bytes may be below zero by one message. */
  long messages;

  long bytes;

  /** The highest that its credit in bytes has been: a stamped message of any size fits then. */
  long window;

  /** Whether the next stamped message may not go before its peer gives credit, or resumes. */
  boolean starved;

  /** Whether its peer has stopped it. */
  boolean paused;

  /** Whether presence has noted it, and must be told of its end. */
  boolean present;

  /** Whether it holds the channel's writers while it is slow. Written by {@link Holders}. */
  boolean holds;

  /** Whether it stands in its session's line. */
  boolean queued;

  Cursor(Session session, Fanout fanout, Roster roster) {
    this.session = session;
    this.fanout = fanout;
    this.roster = roster;
  }

  /** What its session subscribed to: the channel, or the pattern as the peer wrote it. */
  Subject subject() {
    ChannelPattern pattern = roster.key().pattern();
    return pattern == null ? fanout.subject() : pattern;
  }

  /** What happens to it while it cannot take more. */
  Policy policy() {
    return Policy.LOSSLESS;
  }

  final boolean isParked() {
    return index == PARKED;
  }

  void markParked() {
    index = PARKED;
  }

  /** The next offset to look at, parked or not. */
  long position() {
    return isParked() ? next : fanout.next();
  }

  /**
   * Whether credit lets the next message start, as far as can be told before it is seen: a message
   * and a byte are enough for any size, unless its form is stamped.
   */
  boolean mayStart() {
    return !paused && !starved && (!roster.isMetered() || (messages > 0 && bytes > 0));
  }

  /**
   * Whether there is a point in feeding it. What is stamped may be free, and then neither credit
   * nor a pause stops it: nobody knows before it has been looked at, once. {@link Starving} does so
   * again when that is gone.
   */
  boolean mayMove() {
    return roster.isStamped() ? !starved : mayStart();
  }

  /** Whether it keeps away from its roster, because its peer wants nothing whatever of it. */
  boolean keepsAway() {
    return paused && !roster.isStamped();
  }

  /**
   * Whether credit pays for one more message behind a batch. A stamped form's protocol lets a
   * message go when all of it is paid for, or when there is as much credit as there can be; what
   * costs nothing it lets go though the channel is paused.
   */
  boolean affords(Batch batch, int cost) {
    if (roster.isStamped() && cost == 0) {
      return true;
    }
    if (paused) {
      return false;
    }
    if (!roster.isMetered()) {
      return true;
    }
    long left = bytes - batch.cost();
    return messages > batch.messages()
        && left > 0
        && (!roster.isStamped() || left >= Math.min(cost, window));
  }

  /** Whether nothing can come to it before it is given more credit. */
  boolean isSpent() {
    return isParked() ? !mayStart() : roster.isSpent(index);
  }

  void charge(long sentMessages, long sentBytes) {
    messages -= sentMessages;
    bytes -= sentBytes;
  }

  /** Takes credit, wherever it is kept now. */
  void spend(long spentMessages, long spentBytes) {
    if (isParked()) {
      charge(spentMessages, spentBytes);
    } else {
      roster.spend(index, spentMessages, spentBytes);
    }
  }

  /** What is left of its credit, wherever that is kept now; of one that is metered. */
  Balance balance() {
    return isParked()
        ? new Balance(messages, bytes, window)
        : new Balance(roster.messagesLeft(index), roster.bytesLeft(index), window);
  }

  /**
   * Adds credit, wherever it is kept now. An increment of {@link Credit#MAX} means "as much as can
   * be", however often it is given. A cursor that was opened without credit stays unmetered.
   *
   * @return false, and nothing is added, if the balance would pass {@link Credit#MAX}
   */
  boolean grant(Credit credit) {
    if (!roster.isMetered()) {
      return true;
    }
    starved = false;
    if (!isParked()) {
      return roster.grant(index, credit);
    }
    long moreMessages = sum(messages, credit.messages());
    long moreBytes = sum(bytes, credit.bytes());
    if (moreMessages > Credit.MAX || moreBytes > Credit.MAX) {
      return false;
    }
    messages = moreMessages;
    bytes = moreBytes;
    window = Math.max(window, bytes);
    return true;
  }

  /** A balance and an increment, which may come out above {@link Credit#MAX}. */
  static long sum(long balance, long increment) {
    return increment == Credit.MAX ? Credit.MAX : balance + increment;
  }
}
