package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientListener;
import io.sluice.client.Gap;
import io.sluice.client.Held;
import io.sluice.client.Message;
import io.sluice.client.Moved;
import io.sluice.client.PublishOptions;
import io.sluice.client.Receipt;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscribed;
import io.sluice.client.Subscription;
import io.sluice.client.SubscriptionListener;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Patterns, policies and hold, as the Java client sees them of the real server. */
@Timeout(60)
class JavaClientReadersTest {
  /** One channel that holds, and a namespace with a feed. */
  static final String CHANNELS =
      """
      channels:
        - {pattern: task.>, feed: {enabled: true}}
        - {pattern: slow, log: {bytes: 1MiB}, hold: {enabled: true, bytes: 64KiB, patience: 10m}}
      """;

  private static final SubscribeOptions ONE_AT_A_TIME =
      SubscribeOptions.DEFAULTS.withCredit(1, 1 << 20);

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("within 20 seconds").isNotNull();
    return next;
  }

  /** Notes everything; a message is handled only when the test permits it. */
  private static final class Reader implements SubscriptionListener {
    final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Subscribed> standings = new LinkedBlockingQueue<>();
    final BlockingQueue<Moved> moves = new LinkedBlockingQueue<>();
    final BlockingQueue<Gap> gaps = new LinkedBlockingQueue<>();
    final Semaphore permits;

    Reader(int permits) {
      this.permits = new Semaphore(permits);
    }

    static Reader quick() {
      return new Reader(Integer.MAX_VALUE);
    }

    @Override
    public void onMessage(Message message) {
      messages.add(message);
      permits.acquireUninterruptibly();
    }

    @Override
    public void onSubscribed(Subscribed subscribed) {
      standings.add(subscribed);
    }

    @Override
    public void onPosition(Moved moved) {
      moves.add(moved);
    }

    @Override
    public void onGap(Gap gap) {
      gaps.add(gap);
    }

    void readOn() {
      permits.release(1_000_000);
    }
  }

  /** Notes what is told of hold, and errors. */
  private static final class Told implements ClientListener {
    final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
    final BlockingQueue<String> released = new LinkedBlockingQueue<>();
    final BlockingQueue<SluiceException> errors = new LinkedBlockingQueue<>();

    @Override
    public void onHeld(Held told) {
      held.add(told);
    }

    @Override
    public void onReleased(String channel) {
      released.add(channel);
    }

    @Override
    public void onError(SluiceException error) {
      errors.add(error);
    }
  }

  private static SluiceClient through(Crossing crossing, TestServer server) {
    return SluiceClient.builder("ws://127.0.0.1:" + crossing.port() + "/ws")
        .token(server.token("ada"))
        .limits(ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(20), Duration.ofMillis(100)))
        .build();
  }

  /** Publishes numbers to task.a, task.b and task.c in turn. */
  private static List<Receipt> publishTasks(SluiceClient client, int first, int last) {
    List<Receipt> receipts = new ArrayList<>();
    for (int n = first; n <= last; n++) {
      receipts.add(client.publish("task." + "abc".charAt(n % 3), Integer.toString(n)).join());
    }
    return receipts;
  }

  /** What the feed has from this number on is what was published. */
  private static Position assertFed(Reader reader, int first, List<Receipt> receipts)
      throws InterruptedException {
    Position last = null;
    for (int i = 0; i < receipts.size(); i++) {
      Receipt receipt = receipts.get(i);
      Message message = next(reader.messages);
      assertThat(message.channel()).isEqualTo(receipt.channel());
      assertThat(message.data()).isEqualTo(Integer.toString(first + i));
      assertThat(message.offset()).isEqualTo(receipt.offset());
      assertThat(message.fed().pattern()).isEqualTo("task.*");
      assertThat(message.fed().epoch()).isEqualTo(receipt.position().epoch());
      assertThat(message.fed().position().offset()).isEqualTo(first + i);
      last = message.fed().position();
    }
    return last;
  }

  @Test
  void patternIsReadOnBehindItsPlaceInTheFeedAndAPlainSubscriptionHasItsOwnCopy() throws Exception {
    try (TestServer server = TestServer.start(Map.of(), CHANNELS);
        Crossing crossing = new Crossing(server.port());
        SluiceClient publisher = JavaClientTest.client(server, "bob").build();
        SluiceClient client = through(crossing, server)) {
      publisher.connect().join();
      client.connect().join();
      Reader fed = Reader.quick();
      Reader plain = Reader.quick();
      Subscription pattern = client.subscribe("task.*", SubscribeOptions.DEFAULTS, fed);
      pattern.ready().join();
      client.subscribe("task.a", SubscribeOptions.DEFAULTS, plain).ready().join();
      Position known = assertFed(fed, 1, publishTasks(publisher, 1, 10));
      crossing.reset();
      List<Receipt> missed = publishTasks(publisher, 11, 40);
      crossing.refuse(false);
      Position last = assertFed(fed, 11, missed);
      assertThat(next(fed.standings).recovered()).isFalse();
      Subscribed again = next(fed.standings);
      assertThat(again.recovered()).isTrue();
      assertThat(again.channel()).isEqualTo("task.*");
      assertFed(fed, 41, publishTasks(publisher, 41, 43));
      assertThat(last.epoch()).isEqualTo(known.epoch());
      for (int n = 3; n <= 42; n += 3) {
        Message copy = next(plain.messages);
        assertThat(copy.data()).isEqualTo(Integer.toString(n));
        assertThat(copy.offset()).isEqualTo(n / 3);
        assertThat(copy.fed()).isNull();
      }
      assertThat(fed.messages).isEmpty();
      assertThat(fed.gaps).isEmpty();
      Reader later = Reader.quick();
      publisher.subscribe("task.*", SubscribeOptions.DEFAULTS.withSince(known), later);
      assertFed(later, 11, missed);
    }
  }

  /** A subscriber with credit for one message, which it has, and does not let go. */
  private static Subscription stall(SluiceClient client, Policy policy, Reader reader)
      throws InterruptedException {
    Subscription subscription = client.subscribe("c", ONE_AT_A_TIME.withPolicy(policy), reader);
    subscription.ready().join();
    assertThat(subscription.policy()).isEqualTo(policy.wireName());
    client.publish("c", "0").join();
    assertThat(next(reader.messages).data()).isEqualTo("0");
    return subscription;
  }

  private static void publishKeyed(SluiceClient client, int messages) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int n = 1; n <= messages; n++) {
      receipts.add(
          client.publish("c", Integer.toString(n), PublishOptions.DEFAULTS.withKey("k" + n % 3)));
    }
    receipts.forEach(CompletableFuture::join);
  }

  @Test
  void latestGivesTheNewestOfEachKeyAndTellsHowManyWereLeftOut() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient publisher = JavaClientTest.client(server, "bob").build();
        SluiceClient client = JavaClientTest.client(server, "ada").build()) {
      publisher.connect().join();
      client.connect().join();
      Reader reader = new Reader(0);
      Subscription subscription = stall(client, Policy.LATEST, reader);
      publishKeyed(publisher, 30);
      reader.readOn();
      for (int n = 28; n <= 30; n++) {
        assertThat(next(reader.messages).data()).isEqualTo(Integer.toString(n));
      }
      Moved moved = next(reader.moves);
      assertThat(moved.conflated()).isEqualTo(27);
      assertThat(moved.position().offset()).isEqualTo(31);
      assertThat(subscription.counters().conflated()).isEqualTo(27);
      assertThat(reader.gaps).isEmpty();
      publishKeyed(publisher, 1);
      assertThat(next(reader.messages).offset()).isEqualTo(32);
    }
  }

  @Test
  void dropOldestNamesWhatItDroppedAndGoesOnCloseToTheHead() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient publisher = JavaClientTest.client(server, "bob").build();
        SluiceClient client = JavaClientTest.client(server, "ada").build()) {
      publisher.connect().join();
      client.connect().join();
      Reader reader = new Reader(0);
      Subscription subscription = stall(client, Policy.DROP_OLDEST, reader);
      publishKeyed(publisher, 100);
      reader.readOn();
      Gap gap = next(reader.gaps);
      assertThat(gap.reason()).isEqualTo("dropped");
      assertThat(gap.firstOffset()).isEqualTo(2);
      assertThat(gap.lastOffset()).isEqualTo(37);
      for (int offset = 38; offset <= 101; offset++) {
        assertThat(next(reader.messages).offset()).isEqualTo(offset);
      }
      assertThat(subscription.counters().gaps()).isEqualTo(1);
    }
  }

  @Test
  void disconnectLosesTheLineAsSlowAndTheClientComesBackForTheRest() throws Exception {
    Told told = new Told();
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient publisher = JavaClientTest.client(server, "bob").build();
        SluiceClient client = JavaClientTest.client(server, "ada").listener(told).build()) {
      publisher.connect().join();
      client.connect().join();
      Reader reader = new Reader(0);
      stall(client, Policy.DISCONNECT, reader);
      publishKeyed(publisher, 600);
      assertThat(next(told.errors).code()).isEqualTo("slow");
      reader.readOn();
      for (int offset = 2; offset <= 601; offset++) {
        assertThat(next(reader.messages).offset()).isEqualTo(offset);
      }
      assertThat(reader.gaps).isEmpty();
    }
  }

  @Test
  void publisherIsToldThatItsPublicationsWaitAndTheyAreDoneWhenTheReaderReadsOn() throws Exception {
    Told told = new Told();
    try (TestServer server = TestServer.start(Map.of(), CHANNELS);
        SluiceClient publisher = JavaClientTest.client(server, "bob").listener(told).build();
        SluiceClient client = JavaClientTest.client(server, "ada").build()) {
      publisher.connect().join();
      client.connect().join();
      Reader reader = new Reader(0);
      Subscription subscription = client.subscribe("slow", ONE_AT_A_TIME, reader);
      assertThat(subscription.ready().join().holds()).isTrue();
      String payload = "\"" + "x".repeat(8_000) + "\"";
      List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
      publisher.publish("slow", payload).join();
      // From here on the reader has no credit.
      assertThat(next(reader.messages).offset()).isEqualTo(1);
      for (int n = 2; n <= 20; n++) {
        receipts.add(publisher.publish("slow", payload));
      }
      Held held = next(told.held);
      assertThat(held.channel()).isEqualTo("slow");
      assertThat(held.readers()).isEqualTo(1);
      assertThat(held.bytes()).isGreaterThan(32_000);
      assertThat(publisher.heldChannels()).containsExactly("slow");
      // Whatever the server would have answered to the others is there before this.
      publisher.publish("free", "1").join();
      assertThat(receipts.getLast()).isNotDone();
      assertThat(told.released).isEmpty();
      reader.readOn();
      for (int n = 2; n <= 20; n++) {
        assertThat(receipts.get(n - 2).join().offset()).isEqualTo(n);
        assertThat(next(reader.messages).offset()).isEqualTo(n);
      }
      assertThat(next(told.released)).isEqualTo("slow");
      assertReleasedAtTheEnd(publisher, told);
    }
  }

  /** It may have been held more than once, as the reader reads one by one. */
  private static void assertReleasedAtTheEnd(SluiceClient publisher, Told told)
      throws InterruptedException {
    for (int times = told.held.size(); times > 0; times--) {
      assertThat(next(told.released)).isEqualTo("slow");
    }
    publisher.history("slow").join();
    assertThat(publisher.heldChannels()).isEmpty();
    assertThat(told.errors).isEmpty();
  }
}
