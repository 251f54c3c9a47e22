package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.line.Turnstile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One event at a time, from however many threads; and no more read than the program handles. */
@Timeout(30)
class DriverTest {
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

  /** A queue whose user is interrupted between putting something in and counting it. */
  private static final class Interrupted
      extends ConcurrentLinkedQueue<Turnstile.Happening<Engine>> {
    private static final long serialVersionUID = 1;
    private final transient CountDownLatch added = new CountDownLatch(1);
    private final transient CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public boolean add(Turnstile.Happening<Engine> happening) {
      boolean done = super.add(happening);
      if (Thread.currentThread().getName().equals("interrupted")) {
        added.countDown();
        await(goOn);
      }
      return done;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nobodyIsLetInBesideAnotherThoughWhatWasTakenIsNotCountedYet() throws Exception {
    Interrupted queue = new Interrupted();
    FakeTransport own = new FakeTransport(ClientLimits.DEFAULTS, queue);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    Thread other =
        Thread.ofPlatform().name("interrupted").unstarted(() -> own.driver.post((in, now) -> {}));
    own.driver.post(
        (engine, now) -> {
          other.start();
          await(queue.added);
        });
    own.driver.post((engine, now) -> {});
    own.driver.post(
        (engine, now) -> {
          inside.incrementAndGet();
          own.driver.post((in, then) -> overlaps.addAndGet(inside.get()));
          // Whoever believes to be inside as well goes on now.
          own.work();
          inside.decrementAndGet();
        });
    queue.goOn.countDown();
    other.join();
    own.work();
    own.stop();
    assertThat(overlaps).hasValue(0);
    assertThat(queue).isEmpty();
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
