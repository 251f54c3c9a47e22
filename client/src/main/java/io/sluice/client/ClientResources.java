package io.sluice.client;

import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The threads of clients: an HTTP client for their sockets, a scheduler for their timers, and an
 * executor on which they call the program back. Immutable; any number of clients may share one.
 *
 * <p>A client that is given none makes its own and closes it with itself. A program with many
 * clients makes one and gives it to all: ten thousand clients then have a handful of threads.
 *
 * <p>Listeners and whatever hangs on a future run on the executor, by default each time on a
 * virtual thread, so they may wait. No thread keeps the process alive.
 */
public final class ClientResources implements AutoCloseable {
  private final HttpClient http;
  private final ScheduledExecutorService scheduler;
  private final Executor callbacks;
  private final @Nullable ExecutorService sockets;

  private ClientResources(
      HttpClient http,
      ScheduledExecutorService scheduler,
      Executor callbacks,
      @Nullable ExecutorService sockets) {
    this.http = http;
    this.scheduler = scheduler;
    this.callbacks = callbacks;
    this.sockets = sockets;
  }

  /** Makes them all; {@link #close} ends them. */
  public static ClientResources create() {
    ThreadFactory daemons = Thread.ofPlatform().daemon().name("sluice-client-", 0).factory();
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    ExecutorService sockets = Executors.newFixedThreadPool(threads, daemons);
    ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1, daemons);
    scheduler.setRemoveOnCancelPolicy(true);
    ThreadFactory virtual = Thread.ofVirtual().name("sluice-callback-", 0).factory();
    HttpClient http = HttpClient.newBuilder().executor(sockets).build();
    return new ClientResources(http, scheduler, task -> virtual.newThread(task).start(), sockets);
  }

  /**
   * Uses what the program has; {@link #close} leaves it alone.
   *
   * @param http for the sockets: with proxies, certificates and an executor of the program's choice
   * @param scheduler for the timers, which are short and never wait
   * @param callbacks for listeners and futures; what waits in them holds up one of its threads
   */
  public static ClientResources of(
      HttpClient http, ScheduledExecutorService scheduler, Executor callbacks) {
    return new ClientResources(http, scheduler, callbacks, null);
  }

  /** For the sockets. */
  public HttpClient http() {
    return http;
  }

  /** For the timers. */
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** For listeners and futures. */
  public Executor callbacks() {
    return callbacks;
  }

  /** Ends what {@link #create} made. Close the clients before. */
  @Override
  public void close() {
    if (sockets != null) {
      scheduler.shutdownNow();
      http.shutdownNow();
      sockets.shutdown();
    }
  }
}
