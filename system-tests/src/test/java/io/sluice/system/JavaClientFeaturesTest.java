package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.Arrival;
import io.sluice.client.ClientLimits;
import io.sluice.client.ClientListener;
import io.sluice.client.Connected;
import io.sluice.client.History;
import io.sluice.client.Message;
import io.sluice.client.MessageStream;
import io.sluice.client.Presence;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscription;
import io.sluice.client.SubscriptionListener;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the Java client does beyond publishing and subscribing, against the real server. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class JavaClientFeaturesTest {
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(50), Duration.ofMillis(200));

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<Connected> connections = new LinkedBlockingQueue<>();

  /** Notes errors and connections. */
  private final ClientListener noting =
      new ClientListener() {
        @Override
        public void onError(SluiceException error) {
          told.add(error.code());
        }

        @Override
        public void onConnected(Connected connected) {
          connections.add(connected);
        }
      };

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("within 20 seconds").isNotNull();
    return next;
  }

  private static String url(TestServer server) {
    return "ws://127.0.0.1:" + server.port() + "/ws";
  }

  @Test
  void historyIsReadPageByPage() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client = JavaClientTest.client(server, "ada").build()) {
      client.connect().join();
      for (int i = 1; i <= 25; i++) {
        client.publish("c", Integer.toString(i)).join();
      }
      History newest = client.history("c", null, 5).join();
      assertThat(newest.messages()).extracting(Message::data).containsExactly(numbers(21, 25));
      assertThat(newest.messages()).extracting(Message::from).containsOnly("ada");
      assertThat(newest.head().offset()).isEqualTo(25);
      assertThat(newest.more()).isFalse();
      Position since = new Position(newest.head().epoch(), 3);
      List<String> read = new ArrayList<>();
      boolean more = true;
      while (more) {
        History page = client.history("c", since, 10).join();
        assertThat(page.recovered()).isTrue();
        page.messages().forEach(message -> read.add(message.data()));
        since = page.last();
        more = page.more();
      }
      assertThat(read).containsExactly(numbers(4, 25));
      assertThat(client.history("nothing").join().messages()).isEmpty();
      assertThat(client.history("c", new Position("another", 1), 10).join().recovered()).isFalse();
    }
  }

  private static String[] numbers(int first, int last) {
    String[] numbers = new String[last - first + 1];
    for (int i = first; i <= last; i++) {
      numbers[i - first] = Integer.toString(i);
    }
    return numbers;
  }

  @Test
  void presenceTellsWhoIsThereComesAndGoes() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient ada = JavaClientTest.client(server, "ada").build();
        SluiceClient bob = JavaClientTest.client(server, "bob").build()) {
      ada.connect().join();
      bob.connect().join();
      ada.subscribe("room", SubscribeOptions.DEFAULTS.withPresence(), present()).ready().join();
      assertThat(next(told)).isEqualTo("there [ada]");
      Subscription bobs = bob.subscribe("room", message -> {});
      bobs.ready().join();
      assertThat(next(told)).isEqualTo("bob joined room");
      Presence presence = bob.presence("room").join();
      assertThat(presence.users())
          .containsExactly(new Presence.User("ada", 1), new Presence.User("bob", 1));
      assertThat(presence.total()).isEqualTo(2);
      bobs.unsubscribe().join();
      assertThat(next(told)).isEqualTo("bob left room");
      assertThat(ada.presence("room").join().total()).isEqualTo(1);
    }
  }

  private SubscriptionListener present() {
    return new SubscriptionListener() {
      @Override
      public void onPresence(Presence presence) {
        told.add("there " + presence.users().stream().map(Presence.User::userId).toList());
      }

      @Override
      public void onJoin(Arrival arrival) {
        told.add(arrival.userId() + " joined " + arrival.channel());
      }

      @Override
      public void onLeave(Arrival arrival) {
        told.add(arrival.userId() + " left " + arrival.channel());
      }
    };
  }

  @Test
  void refreshBeforeTheEndKeepsTheConnectionAndItsSubscriptions() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient other = JavaClientTest.client(server, "bob").build();
        SluiceClient client =
            SluiceClient.builder(url(server))
                .tokens(tokens(server, Duration.ofSeconds(3), Duration.ofHours(1)))
                .limits(QUICK)
                .listener(noting)
                .build()) {
      Connected first = client.connect().join();
      other.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      client.subscribe("c", messages::add).ready().join();
      // The token is at its end when the last of these comes, and another is in force.
      long end = first.expiresAt().toEpochMilli() + 1_500;
      int sent = 0;
      while (System.currentTimeMillis() < end) {
        other.publish("c", Integer.toString(++sent)).join();
        assertThat(next(messages).data()).isEqualTo(Integer.toString(sent));
      }
      assertThat(connections).containsExactly(first);
      assertThat(told).isEmpty();
      assertThat(client.publish("c", "0").join().offset()).isEqualTo(sent + 1);
    }
  }

  /** A token of so long a life, and then others. */
  private static Supplier<CompletionStage<String>> tokens(TestServer server, Duration... lives) {
    AtomicInteger asked = new AtomicInteger();
    return () -> {
      Duration life = lives[Math.min(asked.getAndIncrement(), lives.length - 1)];
      return CompletableFuture.completedFuture(
          life.isZero() ? "not.a.token" : server.token("ada", life));
    };
  }

  @Test
  void badTokenOfARefreshLeavesTheOldOneInForceUntilItsEnd() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client =
            SluiceClient.builder(url(server))
                .tokens(
                    tokens(
                        server,
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofHours(1)))
                .limits(QUICK.withConnectTimeout(Duration.ofSeconds(5)))
                .listener(noting)
                .build()) {
      Connected first = client.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      client.subscribe("c", messages::add).ready().join();
      assertThat(next(told)).isEqualTo("invalid_token");
      assertThat(client.publish("c", "1").join().offset()).isEqualTo(1);
      assertThat(next(connections)).isEqualTo(first);
      // Whether by the next refresh or by 4401 and another connection, it goes on.
      long end = first.expiresAt().toEpochMilli() + 2_000;
      while (System.currentTimeMillis() < end) {
        client.publish("d", "1").join();
      }
      client.publish("c", "2").join();
      assertThat(next(messages).data()).isEqualTo("1");
      assertThat(next(messages).data()).isEqualTo("2");
    }
  }

  @Test
  void tokenThatEndsLeadsToAFreshOneAndAnotherConnection() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client =
            SluiceClient.builder(url(server))
                // Every refresh fails, so that the server ends the connection.
                .tokens(failingRefreshes(server))
                .limits(QUICK)
                .listener(noting)
                .build()) {
      client.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      client.subscribe("c", messages::add).ready().join();
      Connected first = next(connections);
      Connected second = next(connections);
      assertThat(second.connectionId()).isNotEqualTo(first.connectionId());
      assertThat(told).contains("expired");
      client.publish("c", "1").join();
      assertThat(next(messages).data()).isEqualTo("1");
    }
  }

  /** A token that ends soon, and no other before the server has ended the connection. */
  private Supplier<CompletionStage<String>> failingRefreshes(TestServer server) {
    AtomicInteger asked = new AtomicInteger();
    return () -> {
      if (asked.getAndIncrement() == 0) {
        return CompletableFuture.completedFuture(server.token("ada", Duration.ofSeconds(2)));
      }
      return told.contains("expired")
          ? CompletableFuture.completedFuture(server.token("ada"))
          : CompletableFuture.failedFuture(new IllegalStateException("as it happens"));
    };
  }

  /** Takes only what the test requests. */
  private static final class Slow implements Flow.Subscriber<Message> {
    final BlockingQueue<String> got = new LinkedBlockingQueue<>();
    final CompletableFuture<String> end = new CompletableFuture<>();
    volatile Flow.Subscription flow;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      flow = subscription;
    }

    @Override
    public void onNext(Message message) {
      got.add(message.data());
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      end.complete("complete");
    }
  }

  @Test
  void streamGetsWhatItRequestsAndTheRestWaitsInTheServer() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client = JavaClientTest.client(server, "ada").build()) {
      client.connect().join();
      Slow slow = new Slow();
      MessageStream stream = client.stream("c");
      stream.subscribe(slow);
      stream.ready().join();
      for (int i = 1; i <= 50; i++) {
        client.publish("c", Integer.toString(i)).join();
      }
      slow.flow.request(3);
      assertThat(List.of(next(slow.got), next(slow.got), next(slow.got)))
          .containsExactly(numbers(1, 3));
      // All that the server had sent before this answer has come by now.
      client.history("c").join();
      assertThat(slow.got).isEmpty();
      assertThat(stream.position().offset()).isLessThanOrEqualTo(3);
      slow.flow.request(47);
      for (int i = 4; i <= 50; i++) {
        assertThat(next(slow.got)).isEqualTo(Integer.toString(i));
      }
      client.closeAsync().join();
      assertThat(slow.end.get(10, TimeUnit.SECONDS)).isEqualTo("complete");
    }
  }

  @Test
  void refusalsHaveTheServersOwnCodes() throws Exception {
    try (TestServer server = TestServer.start(Map.of("limits.connections.perUser", "1"));
        SluiceClient first = JavaClientTest.client(server, "ada").build();
        SluiceClient second = JavaClientTest.client(server, "ada").listener(noting).build()) {
      first.connect().join();
      CompletableFuture<Connected> connecting = second.connect();
      assertThat(next(told)).isEqualTo("user_limit");
      first.closeAsync().join();
      assertThat(connecting.get(30, TimeUnit.SECONDS).userId()).isEqualTo("ada");
    }
  }
}
