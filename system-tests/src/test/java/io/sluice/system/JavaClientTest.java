package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.Message;
import io.sluice.client.Receipt;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java client against the real server. */
@Timeout(60)
class JavaClientTest {
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(50), Duration.ofMillis(200));

  static SluiceClient.Builder client(TestServer server, String user) {
    return SluiceClient.builder("ws://127.0.0.1:" + server.port() + "/ws")
        .token(server.token(user))
        .limits(QUICK);
  }

  @Test
  void publishesAreAcknowledgedAndReachTheSubscriber() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client = client(server, "ada").build()) {
      assertThat(client.connect().join().userId()).isEqualTo("ada");
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      Subscription subscription = client.subscribe("tasks", messages::add);
      subscription.ready().join();
      Receipt receipt = client.publish("tasks", "{\"title\":\"Water\",\"n\":1.50}").join();
      Message message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message.data()).isEqualTo("{\"title\":\"Water\",\"n\":1.50}");
      assertThat(message.from()).isEqualTo("ada");
      assertThat(message.offset()).isEqualTo(receipt.offset()).isEqualTo(1);
      assertThat(message.string("title")).contains("Water");
    }
  }

  @Test
  void slowListenersAreGrantedOnlyWhatTheyHandle() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client = client(server, "ada").build()) {
      client.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      client
          .subscribe("c", SubscribeOptions.DEFAULTS.withCredit(4, 1_000), messages::add)
          .ready()
          .join();
      for (int i = 0; i < 500; i++) {
        client.publish("c", Integer.toString(i)).join();
      }
      for (int i = 0; i < 500; i++) {
        assertThat(messages.poll(10, TimeUnit.SECONDS).data()).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void resumesWhereTheLineBroke() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Crossing crossing = new Crossing(server.port());
        SluiceClient publisher = client(server, "bob").build();
        SluiceClient reader =
            SluiceClient.builder("ws://127.0.0.1:" + crossing.port() + "/ws")
                .token(server.token("ada"))
                .limits(QUICK)
                .build()) {
      publisher.connect().join();
      reader.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      reader.subscribe("c", messages::add).ready().join();
      for (int i = 1; i <= 300; i++) {
        publisher.publish("c", Integer.toString(i)).join();
        if (i % 100 == 50) {
          crossing.cut();
        }
      }
      for (int i = 1; i <= 300; i++) {
        assertThat(messages.poll(10, TimeUnit.SECONDS).data()).isEqualTo(Integer.toString(i));
      }
      assertThat(reader.state()).isEqualTo(ClientState.CONNECTED);
    }
  }

  @Test
  void publicationsInFlightWhenTheLineBreaksAreAppendedOnce() throws Exception {
    int count = 2_000;
    try (TestServer server = TestServer.start(Map.of("limits.log.messages", "10000"));
        Crossing crossing = new Crossing(server.port());
        SluiceClient reader = client(server, "ada").build();
        SluiceClient publisher =
            SluiceClient.builder("ws://127.0.0.1:" + crossing.port() + "/ws")
                .token(server.token("bob"))
                .limits(QUICK)
                .build()) {
      reader.connect().join();
      BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
      reader.subscribe("c", messages::add).ready().join();
      publisher.connect().join();
      List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        receipts.add(publisher.publish("c", Integer.toString(i)));
        if (i % 500 == 250) {
          receipts.get(i - 100).join();
          crossing.cut();
        }
      }
      for (int i = 0; i < count; i++) {
        assertThat(receipts.get(i).join().offset()).isEqualTo(i + 1);
        assertThat(messages.poll(10, TimeUnit.SECONDS).data()).isEqualTo(Integer.toString(i));
      }
    }
  }
}
