package io.sluice.services.agents;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
  /** Stands for a wait that belongs to no run. */
  private static final Object NO_RUN = new Object();

  private final Map<CompletableFuture<?>, Object> waits = new IdentityHashMap<>(2);
  private boolean closed;

  /**
   * Waits for it.
   *
   * @param run whose end ends the wait; null for none
   * @throws CancellationException if the run is cancelled
   * @throws SessionClosedException if the session is closed
   */
  <T extends @Nullable Object> T await(CompletableFuture<T> future, @Nullable Run run)
      throws InterruptedException {
    if (!future.isDone()) {
      add(future, run);
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
      remove(future);
    }
  }

  private void add(CompletableFuture<?> future, @Nullable Run run) {
    boolean late;
    synchronized (this) {
      late = closed;
      waits.put(future, run == null ? NO_RUN : run);
    }
    if (late) {
      future.completeExceptionally(new SessionClosedException());
    } else if (run != null && run.isCancelled()) {
      future.completeExceptionally(cancelled());
    }
  }

  private synchronized void remove(CompletableFuture<?> future) {
    waits.remove(future);
  }

  static CancellationException cancelled() {
    return new CancellationException("the run is cancelled");
  }

  /** Whoever waits in this run waits no longer. */
  void cancel(Run run) {
    for (CompletableFuture<?> future : of(run::equals)) {
      future.completeExceptionally(cancelled());
    }
  }

  /** Nobody waits any longer. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    for (CompletableFuture<?> future : of(any -> true)) {
      future.completeExceptionally(new SessionClosedException());
    }
  }

  private synchronized List<CompletableFuture<?>> of(Predicate<Object> whose) {
    return waits.entrySet().stream()
        .filter(wait -> whose.test(wait.getValue()))
        .<CompletableFuture<?>>map(Map.Entry::getKey)
        .toList();
  }
}
