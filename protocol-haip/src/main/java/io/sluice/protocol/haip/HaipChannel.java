package io.sluice.protocol.haip;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. How one channel stands. Everything in it is made when it is first
 * needed.
 */
final class HaipChannel {
  /** Nothing is pending. */
  static final long NEVER = Long.MAX_VALUE;

  final String name;

  /** Its place among the session's channels; the high part of its tickets. */
  final int index;

  @Nullable ReceiveLedger receive;
  @Nullable SendLedger send;
  @Nullable Pressure pressure;
  @Nullable AdaptiveWindow window;
  @Nullable Unhandled unhandled;
  @Nullable ArrayDeque<Queued> queue;
  @Nullable Deferred deferred;
  int queuedBytes;

  /** The agent is as far as there in the log, perhaps before the log has told where that is. */
  long handledOffset = -1;

  /**
   * The peer has been asked to wait by one who obeys with PAUSE: until then it counts as that.
   * While there is no line, or it is not read, this stands still.
   */
  long obeysUntil = NEVER;

  /** So often, and each time may be answered. */
  int asked;

  /** The peer asked us to wait, without a way to say when to go on: until then. */
  long waitsUntil = NEVER;

  boolean pausedByPeer;
  boolean pausedByWish;
  boolean metered;

  long sent;
  long received;
  long pressureEvents;
  long latencyNanos;

  HaipChannel(String name, int index) {
    this.name = name;
    this.index = index;
  }

  /** Goes on with what belongs to nobody's session: what waits, and what is not handled yet. */
  void carryOver(HaipChannel before) {
    queue = before.queue;
    queuedBytes = before.queuedBytes;
    sent = before.sent;
    received = before.received;
    pausedByWish = before.pausedByWish;
    unhandled = before.unhandled;
    pressure = before.pressure;
    if (unhandled != null) {
      unhandled.forgive();
    }
  }

  /** How it stands. */
  HaipMetrics metrics() {
    return new HaipMetrics(
        name,
        sent,
        queue == null ? 0 : queue.size(),
        received,
        pressure == null ? 0 : pressure.queued(),
        latencyNanos / 1_000,
        pressureEvents,
        send == null ? 0 : send.messages(),
        send == null ? 0 : send.units(),
        receive == null ? 0 : receive.messages(),
        receive == null ? 0 : receive.units(),
        receive == null ? 0 : receive.windowMessages(),
        receive == null ? 0 : receive.windowUnits(),
        pausedByPeer,
        pausedByWish || (pressure != null && pressure.isWaiting()));
  }

  /**
   * A client's message that waits.
   *
   * @param message what is to be sent
   * @param bytes what it takes of the bound
   */
  record Queued(HaipOutgoing message, int bytes) {}

  /** Owner: its channel. What a flood of controls says altogether, until it is looked at. */
  static final class Deferred {
    long messages;
    long units;
    long reduced;
    boolean asks;
    boolean pressed;
    byte @Nullable [] toggle;
    boolean pauses;
  }
}
