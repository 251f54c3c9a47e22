package io.sluice.services.graph;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Does one thing after the other, in the order they came, on whichever thread its executor lends
 * it. {@link #post} is for any thread; what is posted belongs to whoever runs.
 */
final class Mailbox implements Runnable {
  /** How much is done before others have a turn on the thread. */
  private static final int STEP = 64;

  private final Queue<Runnable> letters = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isScheduled = new AtomicBoolean();
  private final Executor executor;
  private final Consumer<Throwable> bugs;

  /**
   * An empty one.
   *
   * @param bugs is told what a letter threw; the next is done all the same
   */
  Mailbox(Executor executor, Consumer<Throwable> bugs) {
    this.executor = executor;
    this.bugs = bugs;
  }

  /** Has it done, after all that was posted before. */
  void post(Runnable letter) {
    letters.add(letter);
    schedule();
  }

  private void schedule() {
    if (!letters.isEmpty() && isScheduled.compareAndSet(false, true)) {
      try {
        executor.execute(this);
      } catch (RejectedExecutionException stopped) {
        // The server has stopped its threads: nothing is done any more.
        letters.clear();
      }
    }
  }

  @Override
  public void run() {
    try {
      for (int i = 0; i < STEP; i++) {
        Runnable letter = letters.poll();
        if (letter == null) {
          break;
        }
        open(letter);
      }
    } finally {
      isScheduled.set(false);
      schedule();
    }
  }

  private void open(Runnable letter) {
    try {
      letter.run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
      bugs.accept(bug);
    }
  }
}
