package io.sluice.gateway.http;

import org.jspecify.annotations.Nullable;

/**
 * Connections that wait, each for the same time, in the order of their arrival: who waits longest
 * stands in front, so a tick looks at those it ends and at one more. Owned by one event loop.
 */
final class Deadlines {
  private final long patienceNanos;
  private @Nullable Waiter first;
  private @Nullable Waiter last;

  Deadlines(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** Whoever waits, in at most one queue at a time. Owned by the same event loop. */
  abstract static class Waiter {
    private @Nullable Deadlines queue;
    private @Nullable Waiter before;
    private @Nullable Waiter after;
    private long endsNanos;

    /** The time is over; it waits in no queue any more. */
    abstract void expired();

    /** Waits no longer. */
    final void stopWaiting() {
      Deadlines from = queue;
      if (from != null) {
        from.remove(this);
      }
    }

    /** Begins to wait, in this queue only. */
    final void waitIn(Deadlines queue, long nowNanos) {
      stopWaiting();
      queue.append(this, nowNanos);
    }
  }

  private void append(Waiter waiter, long nowNanos) {
    Waiter behind = last;
    waiter.queue = this;
    waiter.endsNanos = nowNanos + patienceNanos;
    waiter.before = behind;
    last = waiter;
    if (behind == null) {
      first = waiter;
    } else {
      behind.after = waiter;
    }
  }

  private void remove(Waiter waiter) {
    Waiter before = waiter.before;
    Waiter after = waiter.after;
    if (before == null) {
      first = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.before = before;
    }
    waiter.queue = null;
    waiter.before = null;
    waiter.after = null;
  }

  /** Ends the waiting of everybody whose time is over. */
  void tick(long nowNanos) {
    for (Waiter waiter = first;
        waiter != null && nowNanos - waiter.endsNanos >= 0;
        waiter = first) {
      waiter.stopWaiting();
      waiter.expired();
    }
  }

  /** Ends the waiting of everybody, now. */
  void expireAll() {
    for (Waiter waiter = first; waiter != null; waiter = first) {
      waiter.stopWaiting();
      waiter.expired();
    }
  }
}
