package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;

/** Owner: its conversation. Signs of life: anything that comes is one. */
final class Pulse {
  /** What is to be done. */
  enum Beat {
    NOTHING,
    PING,
    DEAD
  }

  private final HaipLimits.Heartbeat limits;
  private long heard;
  private long asked;
  private boolean waits;
  private boolean deaf;

  Pulse(HaipLimits.Heartbeat limits, Moment now) {
    this.limits = limits;
    heard = now.nanos();
    asked = now.nanos();
  }

  /** Something came. */
  void heard(Moment now) {
    heard = now.nanos();
    waits = false;
  }

  /** Nothing is read for a while, so that nothing can be heard. */
  void deafen(boolean unread, Moment now) {
    deaf = unread;
    heard(now);
  }

  /** When {@link #tick} is to be called. */
  long dueNanos() {
    return asked + (waits && !deaf ? limits.answer() : limits.every()).toNanos();
  }

  /** Time has passed. */
  Beat tick(Moment now) {
    if (dueNanos() > now.nanos()) {
      return Beat.NOTHING;
    }
    if (waits && !deaf) {
      return Beat.DEAD;
    }
    asked = now.nanos();
    waits = true;
    return Beat.PING;
  }

  /** When something came last. */
  long lastHeard() {
    return heard;
  }
}
