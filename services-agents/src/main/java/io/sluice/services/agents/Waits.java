package io.sluice.services.agents;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one session that wait for something, so that its end, or a run's, ends the waiting
 * too. Any thread; guarded by its own lock.
 */
final class Waits {
  /** Made when the first comes. */
  private List<Wait> waits = List.of();

  private boolean closed;

  /** One of them, and the run whose end ends it. */
  private static final class Wait {
    private final CompletableFuture<?> future;
    private final @Nullable Run run;

    Wait(CompletableFuture<?> future, @Nullable Run run) {
      this.future = future;
      this.run = run;
    }
  }

  /**
   * Waits for it.
   *
   * @param run whose end ends the wait; null for none
   * @throws CancellationException if the run is cancelled
   * @throws SessionClosedException if the session is closed
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> future, @Nullable Run run)
      throws InterruptedException {
    Wait wait = new Wait(future, run);
    if (!future.isDone()) {
      add(wait);
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      // Whoever was interrupted wants it no more.
      future.cancel(false);
      remove(wait);
    }
  }

  private void add(Wait wait) {
    boolean late;
    synchronized (this) {
      late = closed;
      waits = waits.isEmpty() ? new ArrayList<>(1) : waits;
      waits.add(wait);
    }
    if (late) {
      wait.future.completeExceptionally(new SessionClosedException());
    } else if (wait.run != null && wait.run.isCancelled()) {
      wait.future.completeExceptionally(cancelled());
    }
  }

  private synchronized void remove(Wait wait) {
    if (!waits.isEmpty()) {
      waits.remove(wait);
    }
    waits = waits.isEmpty() ? List.of() : waits;
  }

  static CancellationException cancelled() {
    return new CancellationException("the run is cancelled");
  }

  /** Whoever waits in this run waits no longer. */
  void cancel(Run run) {
    for (Wait wait : some(each -> run.equals(each.run))) {
      wait.future.completeExceptionally(cancelled());
    }
  }

  /** Nobody waits any longer. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    for (Wait wait : some(any -> true)) {
      wait.future.completeExceptionally(new SessionClosedException());
    }
  }

  private synchronized List<Wait> some(Predicate<Wait> which) {
    return waits.stream().filter(which).toList();
  }
}
