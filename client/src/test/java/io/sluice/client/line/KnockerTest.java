package io.sluice.client.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Knocks are few, and only a socket on which writing fails has ended. */
class KnockerTest {
  private final Deque<Runnable> due = new ArrayDeque<>();
  private final Deque<CompletableFuture<WebSocket>> pings = new ArrayDeque<>();
  private final ScheduledThreadPoolExecutor scheduler =
      new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
          due.add(task);
          return super.schedule(() -> {}, 0, TimeUnit.NANOSECONDS);
        }
      };
  private final WebSocket socket =
      (WebSocket)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {WebSocket.class},
              (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("sendPing");
                pings.add(new CompletableFuture<>());
                return pings.getLast();
              });
  private int ended;
  private final Knocker knocker = new Knocker(scheduler, () -> ended++);

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
  }

  private void second() {
    due.removeFirst().run();
  }

  @Test
  void socketThatAnswersIsKnockedAtOnce() {
    knocker.came(socket, true);
    second();
    assertThat(pings).hasSize(1);
    knocker.came(socket, false);
    second();
    assertThat(due).isEmpty();
    knocker.came(socket, true);
    assertThat(due).hasSize(1);
  }

  @Test
  void socketOnWhichMessagesComeIsLeftAlone() {
    for (int i = 0; i < 10; i++) {
      knocker.came(socket, true);
      knocker.came(socket, true);
      assertThat(due).hasSize(1);
      if (i > 0) {
        second();
      }
    }
    assertThat(pings).isEmpty();
  }

  @Test
  void socketThatOnlyPingsIsLeftAlone() {
    knocker.came(socket, false);
    assertThat(due).isEmpty();
  }

  @Test
  void writingThatFailsIsTheEnd() {
    knocker.came(socket, true);
    second();
    second();
    pings.getLast().completeExceptionally(new IllegalStateException("a ping is pending"));
    assertThat(ended).isZero();
    second();
    pings.getLast().completeExceptionally(new IOException("closed output"));
    assertThat(ended).isEqualTo(1);
    second();
    assertThat(due).isEmpty();
  }

  @Test
  void socketThatSaysNothingIsLeftToTheEngine() {
    knocker.came(socket, true);
    while (!due.isEmpty()) {
      second();
    }
    assertThat(pings).hasSize(3);
    assertThat(ended).isZero();
  }
}
