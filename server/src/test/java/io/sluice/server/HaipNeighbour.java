package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Somebody healthy beside those who are not: says something to the agent that echoes, hears it, and
 * says the next. Its thread owns the person; the rest is for any.
 */
final class HaipNeighbour implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Semaphore echoes = new Semaphore(0);
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile boolean over;

  HaipNeighbour(HaipPerson person) {
    var _ = Thread.ofVirtual().start(() -> talk(person));
  }

  private void talk(HaipPerson person) {
    try {
      person.official(1_000, 1 << 20).next("HAI");
      while (!over) {
        person.echo();
        person.grant("AGENT", 1, 1_000);
        echoes.release();
      }
      person.cut();
      end.complete(null);
    } catch (AssertionError | RuntimeException e) {
      end.completeExceptionally(e);
    }
  }

  /** As many more echoes have come. */
  void hears(int more) throws InterruptedException {
    echoes.drainPermits();
    assertThat(echoes.tryAcquire(more, PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("the neighbour hears %d more echoes", more)
        .isTrue();
  }

  @Override
  public void close() {
    over = true;
    end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
