package io.sluice.server;

import io.sluice.gateway.BugLog;
import io.sluice.model.Moment;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service what time it is, again and again, on a thread of its own: what it does may take
 * longer than an event loop has. Owner: who started it.
 */
final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /** For who looks now and then. */
  static final long USUAL_MILLIS = 250;

  private final ScheduledExecutorService thread;

  /** Begins; the thread has this name. */
  Rounds(String name, long everyMillis, Consumer<Moment> service, Supplier<Moment> clock) {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(name).factory());
    var _ =
        thread.scheduleAtFixedRate(
            () -> round(service, clock), 0, everyMillis, TimeUnit.MILLISECONDS);
  }

  /** A bug of one round is not the end of all. */
  private static void round(Consumer<Moment> service, Supplier<Moment> clock) {
    try {
      service.accept(clock.get());
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
      BugLog.report(LOG, "a service failed", bug);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
