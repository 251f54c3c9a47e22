package io.sluice.services.graph;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private static final int WRITERS = 4;
  private static final int LETTERS = 20_000;

  @Test
  void ofManyThreadsItDoesOneThingAtATimeEachInItsOrder() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Mailbox mailbox = new Mailbox(threads, bug -> {});
      AtomicInteger inside = new AtomicInteger();
      AtomicBoolean wrong = new AtomicBoolean();
      int[] next = new int[WRITERS];
      CountDownLatch done = new CountDownLatch(WRITERS * LETTERS);
      List<Thread> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int j = 0; j < LETTERS; j++) {
                        int number = j;
                        mailbox.post(
                            () -> {
                              boolean isAlone = inside.getAndIncrement() == 0;
                              boolean isInOrder = next[writer]++ == number;
                              if (!isAlone || !isInOrder) {
                                wrong.set(true);
                              }
                              inside.decrementAndGet();
                              done.countDown();
                            });
                      }
                    }));
      }
      assertThat(done.await(60, SECONDS)).isTrue();
      assertThat(wrong).isFalse();
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  @Test
  void othersHaveATurnOnTheThread() {
    List<Runnable> work = new ArrayList<>();
    Mailbox mailbox = new Mailbox(work::add, bug -> {});
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      mailbox.post(done::incrementAndGet);
    }
    assertThat(work).hasSize(1);
    work.removeFirst().run();
    assertThat(done.get()).isBetween(1, 999);
    assertThat(work).hasSize(1);
  }

  @Test
  void whenThereAreNoThreadsAnyMoreNothingIsKept() {
    AtomicBoolean isStopped = new AtomicBoolean(true);
    List<Runnable> work = new ArrayList<>();
    Mailbox mailbox =
        new Mailbox(
            task -> {
              if (isStopped.get()) {
                throw new RejectedExecutionException();
              }
              work.add(task);
            },
            bug -> {});
    AtomicInteger done = new AtomicInteger();
    mailbox.post(done::incrementAndGet);
    assertThat(work).isEmpty();
    assertThat(done).hasValue(0);
  }
}
