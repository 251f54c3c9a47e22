package io.sluice.client.line;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Owner: whoever drains it, one thread at a time. Runs tasks in order, on an executor. */
public final class Serial {
  private final Executor executor;
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  /** Runs on this. */
  public Serial(Executor executor) {
    this.executor = executor;
  }

  /** Runs it behind the others. */
  public void run(Runnable task) {
    queue.add(task);
    if (pending.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    int taken = 1;
    do {
      Runnable task = queue.poll();
      while (task != null) {
        tryTo(task);
        task = queue.poll();
      }
      taken = pending.addAndGet(-taken);
    } while (taken != 0);
  }

  /** A listener that throws must not keep the others from hearing. */
  private static void tryTo(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
