package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Healthy people beside those who are not, one on each of two lanes: each says something to the
 * agent that echoes, hears it, and says the next. How long that takes is known from before the
 * attack, which begins when this has been made. Each person is its own thread's; the rest is for
 * the test's.
 */
final class HaipNeighbour implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;
  private static final int WARM = 50;
  private static final int SAMPLES = 50;

  /** So many are looked at, though the attack be over before. */
  private static final int LEAST = 20;

  /**
   * Whoever attacks takes its share of the machine as well: what is looked for is somebody who is
   * kept waiting. Half of all echoes may take so many times as long as without an attack, or this
   * long, which is nothing to a person.
   */
  private static final int FACTOR = 30;

  private static final long UNNOTICED = 30_000_000;

  private final List<Echoes> people;

  HaipNeighbour(HaipPerson... people) throws InterruptedException {
    this.people = Stream.of(people).map(Echoes::new).toList();
    for (Echoes one : this.people) {
      long[] _ = one.take(WARM);
      one.usual = median(one.take(SAMPLES));
    }
    this.people.forEach(one -> one.times.clear());
  }

  /** As many more echoes have come to each, since the attack began, and half of them in time. */
  void hears(int more) throws InterruptedException {
    for (Echoes one : people) {
      long[] during = one.take(Math.max(Math.max(more, LEAST), one.times.size()));
      assertThat(median(during))
          .as("%d echoes during the attack, in ns; usual are %d", during.length, one.usual)
          .isLessThan(Math.max(FACTOR * one.usual, UNNOTICED));
    }
  }

  private static long median(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  @Override
  public void close() {
    people.forEach(one -> one.over = true);
    people.forEach(one -> one.end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
  }

  /** One of them. */
  private static final class Echoes {
    private final BlockingQueue<Long> times = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile boolean over;
    private long usual;

    Echoes(HaipPerson person) {
      var _ = Thread.ofVirtual().start(() -> talk(person));
    }

    private void talk(HaipPerson person) {
      try {
        person.official(1_000, 1 << 20).next("HAI");
        while (!over) {
          long begin = System.nanoTime();
          person.echo();
          times.add(System.nanoTime() - begin);
          person.grant("AGENT", 1, 1_000);
          person.all.clear();
        }
        person.cut();
        end.complete(null);
      } catch (AssertionError | RuntimeException e) {
        end.completeExceptionally(e);
      }
    }

    /** The next so many. */
    private long[] take(int count) throws InterruptedException {
      List<Long> taken = new ArrayList<>();
      while (taken.size() < count) {
        Long nanos = times.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(nanos).as("the neighbour hears echo %d of %d", taken.size(), count).isNotNull();
        taken.add(nanos);
      }
      return taken.stream().mapToLong(Long::longValue).toArray();
    }
  }
}
