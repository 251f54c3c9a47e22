package io.sluice.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Owner: the command between making and closing it. Turns Ctrl-C and SIGTERM into an orderly end
 * with exit code 0, for a command that also ends by itself.
 *
 * <p>The reasons for a shutdown hook that halts are told at {@link Stopping}.
 */
final class Interruption implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interruption(Runnable stop, Surroundings surroundings) {
    this.hook =
        Thread.ofPlatform()
            .name("sluice-stop")
            .unstarted(
                () -> {
                  stop.run();
                  await();
                  surroundings.out().flush();
                  surroundings.err().flush();
                  Runtime.getRuntime().halt(0);
                });
  }

  /** Calls this once when a signal comes, from another thread, and then waits for the end. */
  static Interruption by(Runnable stop, Surroundings surroundings) {
    Interruption interruption = new Interruption(stop, surroundings);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  private void await() {
    try {
      ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The command has said all it had to say. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The signal has come: the hook ends the process.
    }
  }
}
