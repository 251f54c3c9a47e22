package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * What the peer may still send on one channel, as who receives sees it. What was granted and not
 * used, and what was received and not handled, are together never more than the window: so what
 * comes is bounded by what is handled, whatever the peer asks for.
 *
 * <p>A returned {@link Credit} is to be told to the peer at once, and is counted as told. Time
 * alone leads on: {@link #dueNanos} is finite whenever the peer might wait for credit that it could
 * have.
 */
sealed interface ReceiveLedger permits OfficialReceiveLedger, SeedReceiveLedger, OpenReceiveLedger {
  /** What became of a message. */
  enum Charge {
    /** The peer had the credit. */
    PAID,
    /** It had not; the message is taken, and the peer is in debt. */
    DEBT,
    /** It had not, and owes too much: nothing was charged, the message is refused. */
    VIOLATION
  }

  /** No balance was named in a request. */
  long UNNAMED = Long.MIN_VALUE;

  /** Ours in the official grammar, where who receives announces and grants. */
  static ReceiveLedger official(HaipLimits.Official official, HaipLimits.Pressure pressure) {
    return new OfficialReceiveLedger(official, pressure);
  }

  /**
   * Ours in the seed's grammar.
   *
   * @param announced the balance that the peer says it begins with
   */
  static ReceiveLedger seed(
      HaipLimits.Seed seed, HaipLimits.Pressure pressure, long announced, Moment now) {
    return new SeedReceiveLedger(seed, pressure, announced, false, now);
  }

  /** The same for a channel that the peer makes up: its clients begin there with nothing. */
  static ReceiveLedger seedFromNothing(
      HaipLimits.Seed seed, HaipLimits.Pressure pressure, long announced, Moment now) {
    return new SeedReceiveLedger(seed, pressure, announced, true, now);
  }

  /** Of a peer that wants no flow control. */
  static ReceiveLedger open() {
    return OpenReceiveLedger.OPEN;
  }

  /** A message came that is not exempt. */
  Charge charge(long size, Moment now);

  /**
   * Messages that were charged are handled, or were refused for another reason.
   *
   * @return what to grant; null if nothing
   */
  @Nullable Credit handled(long messages, long size, Moment now);

  /**
   * The peer asks.
   *
   * @param credits how much, at least 1; 0 does nothing
   * @param current what it says it has, below 0 for a debt; {@link #UNNAMED} if it does not say
   * @return what to grant; null if nothing
   */
  default @Nullable Credit request(long credits, long current, Moment now) {
    ask(credits, current, now);
    return answer(now);
  }

  /**
   * The peer asks, and is answered later: what it says of its balance is true now, and not when the
   * answer comes.
   */
  void ask(long credits, long current, Moment now);

  /**
   * The answer to what was asked.
   *
   * @return what to grant; null if nothing
   */
  @Nullable Credit answer(Moment now);

  /** The peer wants less in future; what it was granted stays. */
  void reduce(long credits);

  /**
   * The channel flows again after a pause.
   *
   * @return what to grant; null if nothing
   */
  @Nullable Credit resumed(Moment now);

  /**
   * The window may be wider.
   *
   * @return what to grant; null if nothing
   */
  @Nullable Credit widen(Moment now);

  /** The window is to be narrower. */
  void narrow();

  /** When {@link #tick} is to be called at the latest; {@link Long#MAX_VALUE} if never. */
  long dueNanos();

  /**
   * Time has passed.
   *
   * @return what to grant; null if nothing
   */
  @Nullable Credit tick(Moment now);

  /** Whether the peer has waited for credit with nothing left to handle; asking forgets it. */
  boolean waited();

  /** Whether the peer owes so much that its socket is better left unread until it is handled. */
  boolean isDeep();

  /** What was granted and not used. */
  long messages();

  /** What was granted and not used; below 0 it is the peer's debt. */
  long units();

  /** What was received and not handled. */
  long unhandled();

  /** So much is granted at most before something is handled. */
  long windowMessages();

  /** The same in units. */
  long windowUnits();

  /** Everything that was ever granted, the first credit included, in units. */
  long grantedTotal();

  /** Everything that was ever charged, in units. */
  long usedTotal();
}
