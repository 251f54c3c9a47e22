package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;

/**
 * Owner: its conversation. What may still be sent on one channel, as who sends sees it: credit in
 * messages and units, and whether either end has paused the channel.
 *
 * <p>A message may go if there is credit for it, or if nothing is missing from the window: so
 * nothing is too large for ever, and the balance goes below zero by the excess of one message at
 * most. What is below zero is paid by the next grants.
 *
 * <p>In the official grammar the peer announces the window and grants of its own accord, and what
 * it grants is taken as it comes. In the seed's the window is ours, the balance never exceeds it,
 * and who sends asks: once, and again only when that was answered or long ago.
 */
final class SendLedger {
  private enum Grammar {
    OFFICIAL,
    SEED,
    OPEN
  }

  /** One request names no more: a whole number of 32 bits. */
  private static final long MOST_ASKED = Integer.MAX_VALUE;

  private static final long NEVER = Long.MAX_VALUE;

  private final Grammar grammar;
  private final long initial;
  private final long window;
  private final long least;

  /** A balance below it is renewed before it is needed. */
  private final long low;

  private final long patience;
  private long messages;
  private long units;
  private long askedUntil = NEVER;
  private boolean pausedHere;
  private boolean pausedThere;

  private SendLedger(
      Grammar grammar,
      long messages,
      long initial,
      long window,
      long least,
      long low,
      long patience) {
    this.grammar = grammar;
    this.messages = messages;
    this.units = initial;
    this.initial = initial;
    this.window = window;
    this.least = least;
    this.low = low;
    this.patience = patience;
  }

  /** Of a peer that speaks the official grammar and announces so much. */
  static SendLedger official(long messages, long bytes) {
    return new SendLedger(Grammar.OFFICIAL, messages, bytes, bytes, 0, 0, 0);
  }

  /**
   * Ours in the seed's grammar.
   *
   * @param again a request that was not answered for so long is repeated: {@code
   *     haip.pressure.calm}
   * @param threshold below this part of what it begins with more is asked for
   */
  static SendLedger seed(HaipLimits.Seed seed, HaipLimits.Pressure again, double threshold) {
    long initial = Math.min(seed.initial(), seed.window());
    return new SendLedger(
        Grammar.SEED,
        Credit.MAX,
        initial,
        seed.window(),
        seed.least(),
        (long) (initial * threshold),
        again.calm().toNanos());
  }

  /** Of a peer that wants no flow control: only pauses count. */
  static SendLedger open() {
    return new SendLedger(Grammar.OPEN, Credit.MAX, Credit.MAX, Credit.MAX, 0, 0, 0);
  }

  /** Whether a message of this size may go now. */
  boolean maySend(long size) {
    return !isPaused() && hasCredit(size);
  }

  /** Whether there is credit for a message of this size, paused or not. */
  boolean hasCredit(long size) {
    return messages >= 1 && units >= Math.min(cost(size), window);
  }

  /** A message of this size goes; {@link #maySend} has just said that it may. */
  void spend(long size) {
    if (!hasCredit(size)) {
      throw new IllegalStateException("no credit for " + size);
    }
    if (grammar != Grammar.OPEN) {
      units -= cost(size);
    }
    if (grammar == Grammar.OFFICIAL) {
      messages--;
    }
  }

  /** Nothing is for nothing. */
  private static long cost(long size) {
    return Math.max(size, 1);
  }

  /**
   * The peer grants more.
   *
   * @param moreMessages not below 0; says nothing in the seed's grammar
   * @param moreUnits not below 0
   */
  void grant(long moreMessages, long moreUnits) {
    switch (grammar) {
      case OFFICIAL -> {
        messages = added(messages, moreMessages, Credit.MAX);
        units = added(units, moreUnits, Credit.MAX);
      }
      case SEED -> {
        units = added(units, moreUnits, window);
        askedUntil = NEVER;
      }
      case OPEN -> {
        // There is enough for ever.
      }
    }
  }

  /** Beyond what fits is cut off, and nothing overflows. */
  private static long added(long balance, long more, long most) {
    return more >= most - balance ? most : balance + more;
  }

  /** The peer takes back so much in the seed's grammar; never below the least, never upwards. */
  void reduce(long lessUnits) {
    if (grammar == Grammar.SEED && units > least) {
      units = lessUnits >= units - least ? least : units - lessUnits;
    }
  }

  /**
   * How much to ask for now, in the seed's grammar; 0 if nothing. What is returned counts as asked
   * for. The request names {@link #units} as the balance unless that is below 0: a peer that is
   * told 0 would think the debt paid, and not grant it.
   *
   * @param waiting the size of the first message that waits; 0 if none does
   */
  long ask(long waiting, Moment now) {
    if (grammar != Grammar.SEED || !isShort(waiting)) {
      return 0;
    }
    if (askedUntil != NEVER && now.nanos() < askedUntil) {
      return 0;
    }
    askedUntil = now.nanos() + patience;
    long wanted = Math.max(initial, Math.min(waiting, window) - units);
    return Math.min(Math.min(wanted, window - units), MOST_ASKED);
  }

  private boolean isShort(long waiting) {
    boolean stuck = waiting > 0 && !hasCredit(waiting);
    return (stuck || units < low) && units < window;
  }

  /**
   * When {@link #ask} is to be called though nothing happened; {@link Long#MAX_VALUE} if never.
   *
   * @param waiting as there
   */
  long dueNanos(long waiting) {
    return grammar == Grammar.SEED && isShort(waiting) ? askedUntil : NEVER;
  }

  /** We want to send nothing more for now. */
  void pauseHere() {
    pausedHere = true;
  }

  /** We want to go on; the peer's own pause stands. */
  void resumeHere() {
    pausedHere = false;
  }

  /** The peer wants nothing more for now. */
  void pauseThere() {
    pausedThere = true;
  }

  /** The peer wants to go on; our own pause stands. */
  void resumeThere() {
    pausedThere = false;
  }

  boolean isPaused() {
    return pausedHere || pausedThere;
  }

  boolean isPausedHere() {
    return pausedHere;
  }

  boolean isPausedThere() {
    return pausedThere;
  }

  /** What may still be sent; {@link Credit#MAX} is without end. */
  long messages() {
    return messages;
  }

  /** What may still be sent; below 0 it is a debt. */
  long units() {
    return units;
  }

  /** From here on a message of any size may go. */
  long window() {
    return window;
  }
}
