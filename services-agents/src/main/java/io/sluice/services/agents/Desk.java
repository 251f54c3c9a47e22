package io.sluice.services.agents;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One thing after the other, each on a thread of its own; none while there is nothing to do. Any
 * thread; guarded by its own lock.
 */
final class Desk {
  private final Threads threads;
  private final Runnable relieved;
  private @Nullable Queue<Runnable> tasks;
  private boolean busy;
  private boolean closed;

  /** Counts what was begun, so that an interrupt meets the task it is meant for. */
  private long begun;

  /** Up to this one they are interrupted. */
  private long interrupted;

  private Threads.@Nullable Running running;

  /**
   * A desk with nothing on it.
   *
   * @param relieved called when less is on it than before; on any thread
   */
  Desk(Threads threads, Runnable relieved) {
    this.threads = threads;
    this.relieved = relieved;
  }

  /** Does it after everything before it, unless closed. The task catches what it throws. */
  void add(Runnable task) {
    if (put(task)) {
      begin();
    }
  }

  /** Whether it is the first, so that somebody has to begin. */
  private synchronized boolean put(Runnable task) {
    if (closed) {
      return false;
    }
    if (tasks == null) {
      tasks = new ArrayDeque<>(2);
    }
    tasks.add(task);
    boolean first = !busy;
    busy = true;
    return first;
  }

  synchronized boolean isIdle() {
    return !busy;
  }

  synchronized int size() {
    return (tasks == null ? 0 : tasks.size()) + (busy ? 1 : 0);
  }

  private void begin() {
    Runnable task;
    long number;
    synchronized (this) {
      task = tasks == null ? null : tasks.poll();
      if (task == null) {
        // An idle session has neither a queue nor a thread that is over.
        busy = false;
        tasks = null;
        running = null;
        return;
      }
      number = ++begun;
    }
    Threads.Running started = threads.start(() -> work(task));
    boolean late;
    synchronized (this) {
      // It may be over already, and the next begun.
      if (number == begun && busy) {
        running = started;
      }
      late = number <= interrupted;
    }
    if (late) {
      started.interrupt();
    }
  }

  private void work(Runnable task) {
    try {
      task.run();
    } finally {
      begin();
      relieved.run();
    }
  }

  /** Does this last, after what has begun and is interrupted, and nothing else. */
  void close(Runnable task) {
    clear();
    boolean first;
    synchronized (this) {
      tasks = null;
      first = put(task);
      closed = true;
    }
    if (first) {
      begin();
    }
  }

  /** Forgets what has not begun, and interrupts what has. */
  void clear() {
    Threads.Running last;
    synchronized (this) {
      tasks = null;
      interrupted = begun;
      last = running;
    }
    if (last != null) {
      last.interrupt();
    }
  }
}
