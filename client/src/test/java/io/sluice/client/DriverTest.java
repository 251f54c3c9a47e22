package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One event at a time, from however many threads; and no more read than the program handles. */
class DriverTest {
  private static final int POSTS = 100_000;

  private final FakeTransport line = new FakeTransport(ClientLimits.DEFAULTS.withUnhandled(4));

  @AfterEach
  void stop() {
    line.stop();
  }

  @Test
  void socketIsNotReadWhileTooMuchWaitsForListeners() {
    line.connected();
    List<String> handled = new ArrayList<>();
    line.client.subscribe("c", message -> handled.add(message.data()));
    line.subscribed("c");
    line.work();
    for (int offset = 1; offset <= 3; offset++) {
      line.deliver("c", offset);
    }
    assertThat(line.reads).isEmpty();
    line.deliver("c", 4);
    assertThat(line.reads).containsExactly(false);
    // What was under way already is taken all the same.
    line.deliver("c", 5);
    assertThat(handled).isEmpty();
    line.work();
    assertThat(line.reads).containsExactly(false, true);
    assertThat(handled).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void manyThreadsAreLetInOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> postMany(inside, overlaps, done)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    line.workUntil(() -> done.get() == 4 * POSTS);
    assertThat(overlaps).hasValue(0);
    assertThat(done).hasValue(4 * POSTS);
  }

  private void postMany(AtomicInteger inside, AtomicInteger overlaps, AtomicInteger done) {
    for (int i = 0; i < POSTS; i++) {
      line.driver.post(
          (engine, now) -> {
            overlaps.addAndGet(inside.getAndIncrement());
            done.incrementAndGet();
            inside.decrementAndGet();
          });
    }
  }

  @Test
  void listenerThatThrowsIsNotCalledLess() {
    line.connected();
    List<String> handled = new ArrayList<>();
    line.client.subscribe(
        "c",
        message -> {
          handled.add(message.data());
          throw new IllegalStateException("as it happens");
        });
    line.subscribed("c");
    line.deliver("c", 1);
    line.deliver("c", 2);
    line.work();
    assertThat(handled).containsExactly("1", "2");
  }
}
