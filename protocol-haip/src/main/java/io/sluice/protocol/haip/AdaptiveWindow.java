package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;

/**
 * Owner: its conversation. Whether the window of one channel is to be wider or narrower, judged by
 * how the messages of the last five seconds were handled. A channel on which nothing happened is
 * left alone, and wants no call.
 *
 * <p>The score is 0.4 for how little is queued, 0.4 for how short of a second handling took, 0.2
 * for how seldom the peer had to be asked to wait; 0 if nothing was handled.
 */
final class AdaptiveWindow {
  /** What is to become of the window. */
  enum Verdict {
    /** A tenth more. */
    WIDEN,
    /** A fifth less. */
    NARROW,
    /** As it is. */
    KEEP
  }

  private static final long NEVER = Long.MAX_VALUE;
  private static final double GOOD = 0.8;
  private static final double BAD = 0.3;
  private static final int LONG_QUEUE = 10;
  private static final double QUEUE_WEIGHT = 0.4;
  private static final double LATENCY_WEIGHT = 0.4;
  private static final double PRESSURE_WEIGHT = 0.2;
  private static final double WORST_NANOS = 1e9;
  private static final double WORST_PRESSURE = 10;

  private final long every;
  private long due = NEVER;
  private long handled;
  private double nanos;
  private int pressed;

  AdaptiveWindow(HaipLimits.Pressure limits) {
    this.every = limits.adapt().toNanos();
  }

  /** A tenth more, and one at least. */
  static long wider(long window) {
    return window + Math.max(window / 10, 1);
  }

  /** A fifth less. */
  static long narrower(long window) {
    return window - window / 5;
  }

  /** A message came. */
  void received(Moment now) {
    if (due == NEVER) {
      due = now.nanos() + every;
    }
  }

  /** A message was handled, so long after its receipt. */
  void handled(long latencyNanos, Moment now) {
    received(now);
    handled++;
    nanos += latencyNanos;
  }

  /** The peer was asked to wait. */
  void pressed(Moment now) {
    received(now);
    pressed++;
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    return due;
  }

  /**
   * Judges, if it is time, and begins anew.
   *
   * @param queued messages that are received and not handled
   * @param waited whether the peer has waited for credit with nothing left to handle
   */
  Verdict tick(int queued, boolean waited, Moment now) {
    if (due > now.nanos()) {
      return Verdict.KEEP;
    }
    Verdict verdict = judge(queued, waited);
    handled = 0;
    nanos = 0;
    pressed = 0;
    due = queued > 0 ? now.nanos() + every : NEVER;
    return verdict;
  }

  private Verdict judge(int queued, boolean waited) {
    if (queued == 0 && waited) {
      return Verdict.WIDEN;
    }
    if (queued == 0 && handled == 0) {
      return Verdict.KEEP;
    }
    double score = score(queued);
    if (score > GOOD && queued == 0) {
      return Verdict.WIDEN;
    }
    return score < BAD || queued > LONG_QUEUE ? Verdict.NARROW : Verdict.KEEP;
  }

  /** From 0 to 1. */
  double score(int queued) {
    if (handled == 0) {
      return 0;
    }
    double done = handled;
    double latency = nanos / done;
    return QUEUE_WEIGHT * (1 - queued / (done + queued))
        + LATENCY_WEIGHT * Math.max(0, 1 - latency / WORST_NANOS)
        + PRESSURE_WEIGHT * Math.max(0, 1 - pressed / WORST_PRESSURE);
  }
}
