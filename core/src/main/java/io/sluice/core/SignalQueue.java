package io.sluice.core;

import io.sluice.core.log.Signal;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one lane that have something new. Any thread raises a mark, the lane takes them;
 * a mark that is already raised is not raised again, so a thousand publications are one signal.
 *
 * <p>A stack threaded through the marks themselves: raising allocates nothing. The lane must lower
 * a mark <em>before</em> it reads the log's head. Then whoever appends later finds the mark lowered
 * and raises it again; the other way round an append between the two would be seen by nobody.
 */
public final class SignalQueue {
  private final AtomicReference<@Nullable Mark> top = new AtomicReference<>();
  private final Runnable wake;

  /**
   * An empty queue.
   *
   * @param wake called by the raising thread after a mark was put in
   */
  public SignalQueue(Runnable wake) {
    this.wake = wake;
  }

  /**
   * Takes every mark raised so far, as a chain: by {@link Mark#rank}, and of one rank the oldest
   * first; null if there is none. Lane only.
   */
  @Nullable Mark takeAll() {
    Mark newest = top.getAndSet(null);
    if (newest == null) {
      return null;
    }
    @Nullable Mark[] oldest = new Mark[Mark.RANKS];
    @Nullable Mark[] last = new Mark[Mark.RANKS];
    while (newest != null) {
      Mark below = newest.below;
      int rank = newest.rank();
      newest.below = oldest[rank];
      oldest[rank] = newest;
      if (last[rank] == null) {
        last[rank] = newest;
      }
      newest = below;
    }
    return joined(oldest, last);
  }

  private static @Nullable Mark joined(@Nullable Mark[] oldest, @Nullable Mark[] last) {
    Mark chain = null;
    for (int rank = Mark.RANKS - 1; rank >= 0; rank--) {
      Mark end = last[rank];
      if (end != null) {
        end.below = chain;
        chain = oldest[rank];
      }
    }
    return chain;
  }

  /** Whether nothing is raised. */
  boolean isEmpty() {
    return top.get() == null;
  }

  private void push(Mark mark) {
    Mark below;
    do {
      below = top.get();
      mark.below = below;
    } while (!top.compareAndSet(below, mark));
    wake.run();
  }

  /** One lane's interest in one channel: a flag that can stand in the queue once. */
  public abstract static class Mark implements Signal {
    /** {@link #rank} is from 0 to below this. */
    static final int RANKS = 4;

    private final SignalQueue queue;
    private final AtomicBoolean raised = new AtomicBoolean();

    /** Owned by whoever raised the mark until it is taken, then by the lane. */
    private @Nullable Mark below;

    protected Mark(SignalQueue queue) {
      this.queue = queue;
    }

    @Override
    public final void raise() {
      if (!raised.get() && raised.compareAndSet(false, true)) {
        queue.push(this);
      }
    }

    /** Marks of a lower rank are taken before those of a higher one. Lane only. */
    protected int rank() {
      return 0;
    }

    /** Lowers the mark; the lane reads the head only after this. */
    public final void lower() {
      raised.set(false);
    }

    /** The next of a chain that was taken; the link is cut. */
    final @Nullable Mark cutNext() {
      Mark next = below;
      below = null;
      return next;
    }
  }
}
