package io.sluice.client.line;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a client ends, whatever it speaks: what it made for itself ends with it. Any thread. */
public final class Departure {
  private static final int SECONDS = 3;

  private final CompletableFuture<@Nullable Void> gone;
  private final Runnable own;

  /**
   * Of one client.
   *
   * @param gone done when it has let go of its line
   * @param own ends what it made for itself; may be called more than once
   */
  public Departure(CompletableFuture<@Nullable Void> gone, Runnable own) {
    this.gone = gone;
    this.own = own;
  }

  /** Done when it is gone, and what it made with it. The client has been told to go. */
  public CompletableFuture<@Nullable Void> end() {
    return gone.whenComplete((done, trouble) -> own.run());
  }

  /** Waits for that, three seconds at most. */
  public void await() {
    try {
      end().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      own.run();
    }
  }
}
