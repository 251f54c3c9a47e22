package io.sluice.client.line;

import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its own lock. Finds out that a socket has ended when the JDK does not say so.
 *
 * <p>The JDK takes messages from a socket one at a time. Whatever ends the stream while one is
 * being handled, it reports into nothing: its transport throws because nobody has asked for more,
 * and no listener hears of it. Only what is written then fails. So a line that falls quiet behind a
 * message is knocked at: a ping, and two more if nothing answers it. One that is alive answers the
 * first; on one that has ended writing fails; and whatever does neither is left to the engine,
 * which waits longer.
 */
final class Knocker {
  private static final int QUIET_MILLIS = 1_000;
  private static final int KNOCKS = 3;

  private final ScheduledExecutorService scheduler;
  private final Runnable ended;
  private long signs;
  private long seen;
  private int knocks;
  private boolean behindMessage;
  private boolean armed;
  private boolean stopped;

  /**
   * A knocker.
   *
   * @param ended called once it is sure that the socket has ended
   */
  Knocker(ScheduledExecutorService scheduler, Runnable ended) {
    this.scheduler = scheduler;
    this.ended = ended;
  }

  /**
   * Something came.
   *
   * @param message whether a message; what is none leads to no knocking
   */
  void came(WebSocket socket, boolean message) {
    synchronized (this) {
      signs++;
      behindMessage = message;
      if (armed || stopped || !message) {
        return;
      }
      armed = true;
      knocks = 0;
      seen = signs;
    }
    arm(socket);
  }

  /** The line is let go. */
  synchronized void stop() {
    stopped = true;
  }

  private void arm(WebSocket socket) {
    try {
      ScheduledFuture<?> unused =
          scheduler.schedule(() -> look(socket), QUIET_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // The resources are gone, and the socket with them.
      stop();
    }
  }

  private void look(WebSocket socket) {
    if (!goesOn()) {
      return;
    }
    arm(socket);
    if (isQuiet()) {
      knock(socket);
    }
  }

  /** Whether there is any doubt left. */
  private synchronized boolean goesOn() {
    boolean answered = seen != signs && !behindMessage;
    armed = !stopped && !answered && !(seen == signs && knocks == KNOCKS);
    return armed;
  }

  private synchronized boolean isQuiet() {
    boolean quiet = seen == signs;
    knocks = quiet ? knocks + 1 : 0;
    seen = signs;
    return quiet;
  }

  private void knock(WebSocket socket) {
    CompletableFuture<WebSocket> unused =
        socket
            .sendPing(ByteBuffer.allocate(0))
            .whenComplete(
                (sent, trouble) -> {
                  if (isEnd(trouble)) {
                    stop();
                    ended.run();
                  }
                });
  }

  /** A ping that may not be sent because one is still being sent is no sign of an end. */
  private static boolean isEnd(@Nullable Throwable trouble) {
    Throwable cause = trouble instanceof CompletionException ? trouble.getCause() : trouble;
    return cause instanceof IOException;
  }
}
