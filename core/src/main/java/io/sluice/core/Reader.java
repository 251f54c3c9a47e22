package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads one log for somebody inside the process who lives on no lane. Owned by whichever thread its
 * executor lends it, one at a time; {@link #raise}, {@link #goOn} and {@link #close} are for any.
 *
 * <p>It reads from its next offset to the head, some publications at a time, and rests when there
 * is nothing to read: then it costs this object and a place among the log's signals, no thread. It
 * keeps the orders a lane keeps: the signal is joined before the head is read, and it is {@link
 * State#RUNNING}, which is its mark lowered, before it reads the head again.
 *
 * <p>It holds no writer. What is published faster than it reads goes by, and is told as a gap.
 */
public final class Reader implements Signal, Runnable {
  /** To begin at what the log still has. */
  public static final long OLDEST = 0;

  /** To begin at what comes. */
  public static final long HEAD = Long.MAX_VALUE;

  /** Who is told. One call at a time, in the order of the log. */
  public interface Handler {
    /**
     * The next publication.
     *
     * @return false to be given this one again, when there is more or after {@link Reader#goOn}
     */
    boolean publication(Publication publication);

    /**
     * While one is not taken: that one, and what lies behind it, each once, in the order of the
     * log. Its turn comes all the same.
     */
    default void ahead(Publication publication) {}

    /** These were evicted before they could be read. */
    void gap(long first, long last);

    /** The log cannot be opened; nothing follows. On the thread of the broker's answer. */
    void failed(Fault fault);
  }

  private enum State {
    /** Nothing to do, and whoever raises it puts it in the executor. */
    IDLE,
    /** In the executor, and will look at the head. */
    QUEUED,
    /** Looks at the head. */
    RUNNING,
    /** The same, and somebody has raised it since it began. */
    RAISED
  }

  private final Handler handler;
  private final Executor executor;
  private final int step;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

  /** Written under this object's lock, as the closing is, so that the log is left just once. */
  private volatile @Nullable Log log;

  private volatile boolean closed;

  /** The next offset to read. Of whoever runs. */
  private long next;

  /** The next offset to look at ahead of that. Of whoever runs. */
  private long ahead;

  private Reader(long from, int step, Handler handler, Executor executor) {
    this.next = from;
    this.step = step;
    this.handler = handler;
    this.executor = executor;
  }

  /**
   * Begins to read.
   *
   * @param from the first offset to read, {@link #OLDEST} or {@link #HEAD}
   * @param step after so many publications others of the executor have their turn, at least 1
   * @param executor runs what it is given, one after the other or side by side; if it takes no more
   *     the reader stands still
   */
  public static Reader open(
      Broker broker,
      Subject subject,
      long from,
      int step,
      Handler handler,
      Executor executor,
      Moment now) {
    if (from < 0 || step < 1) {
      throw new IllegalArgumentException("from " + from + ", step " + step);
    }
    Reader reader = new Reader(from, step, handler, executor);
    broker.open(subject, reader, now, reader.new Opening(now));
    return reader;
  }

  /** Looks again, after the handler did not take a publication. */
  public void goOn() {
    raise();
  }

  /**
   * Gives the log back. The handler is told nothing more, but for the one thing it may be told just
   * now on another thread.
   */
  public void close(Moment now) {
    Log left;
    synchronized (this) {
      closed = true;
      left = log;
      log = null;
    }
    if (left != null) {
      left.leave(this, now);
    }
  }

  @Override
  public void raise() {
    while (true) {
      State was = state.get();
      if (was == State.QUEUED || was == State.RAISED) {
        return;
      }
      State now = was == State.IDLE ? State.QUEUED : State.RAISED;
      if (state.compareAndSet(was, now)) {
        if (now == State.QUEUED) {
          enqueue();
        }
        return;
      }
    }
  }

  private void enqueue() {
    try {
      executor.execute(this);
    } catch (RejectedExecutionException _) {
      // Whoever lends the threads has stopped: the reader stays queued and will not be heard of.
    }
  }

  /** Of the executor only: reads some, and comes again if there is more. */
  @Override
  public void run() {
    // The mark is lowered before the head is read.
    state.set(State.RUNNING);
    boolean more = true;
    try {
      more = readSome();
    } finally {
      // After a bug of the handler's there may be more, too.
      if (more || !state.compareAndSet(State.RUNNING, State.IDLE)) {
        state.set(State.QUEUED);
        enqueue();
      }
    }
  }

  /** Whether it stopped although there was more to read. */
  private boolean readSome() {
    Log open = log;
    if (open == null) {
      return false;
    }
    long head = open.head();
    for (int left = step; next <= head && !closed; left--) {
      if (left == 0) {
        return true;
      }
      Entry entry = open.entry(next);
      if (entry == null) {
        skip(open, head);
      } else if (!give(entry.publication())) {
        return lookAhead(open, head);
      }
    }
    return false;
  }

  /** The same of what lies behind one that was not taken. */
  private boolean lookAhead(Log open, long head) {
    ahead = Math.max(ahead, Math.max(next, open.first()));
    for (int left = step; ahead <= head && !closed; left--) {
      if (left == 0) {
        return true;
      }
      Entry entry = open.entry(ahead++);
      if (entry != null) {
        handler.ahead(entry.publication());
      }
    }
    return false;
  }

  private boolean give(Publication publication) {
    boolean taken = true;
    try {
      taken = handler.publication(publication);
    } finally {
      // One that the handler failed at is not given again.
      next += taken ? 1 : 0;
    }
    return taken;
  }

  /** Passes over what was evicted, and says so once. */
  private void skip(Log open, long head) {
    long first = next;
    long there = Math.max(next + 1, open.first());
    while (there <= head && open.entry(there) == null) {
      there = Math.max(there + 1, open.first());
    }
    next = there;
    handler.gap(first, there - 1);
  }

  /** Whether it is still wanted. */
  private synchronized boolean take(Log opened, long head) {
    if (closed) {
      return false;
    }
    // Nobody reads before the log is there.
    if (next == HEAD) {
      next = head + 1;
    } else if (next == OLDEST) {
      next = opened.first();
    }
    log = opened;
    return true;
  }

  /** The broker's answer, on any thread. Immutable. */
  private final class Opening implements Broker.Opening {
    private final Moment now;

    Opening(Moment now) {
      this.now = now;
    }

    @Override
    public void opened(Log opened, long head) {
      if (take(opened, head)) {
        raise();
      } else {
        opened.leave(Reader.this, now);
      }
    }

    @Override
    public void failed(Fault fault) {
      if (!closed) {
        handler.failed(fault);
      }
    }
  }
}
