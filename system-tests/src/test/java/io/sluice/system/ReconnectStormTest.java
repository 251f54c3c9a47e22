package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientListener;
import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.Gap;
import io.sluice.client.Message;
import io.sluice.client.Receipt;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscribed;
import io.sluice.client.SubscriptionListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients lose their lines at once. */
@Timeout(60)
class ReconnectStormTest {
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(50), Duration.ofMillis(200));
  private static final Duration ENOUGH = Duration.ofSeconds(15);
  private static final int CLIENTS = 300;
  private static final int CHANNELS = 10;
  private static final String KEY = "0123456789-api-key-0123456789-abc";
  private static final String YAML = "api-keys: {ops: {secret: %s}}".formatted(KEY);

  private final ClientResources resources = ClientResources.create();
  private final List<SluiceClient> clients = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final Queue<ClientState> publisherStates = new ConcurrentLinkedQueue<>();

  /** What the clients are given before each attempt: one that is not done holds them back. */
  private volatile CompletableFuture<String> token = new CompletableFuture<>();

  private TestServer server;
  private SluiceClient publisher;

  /** Any thread. What one client was told, in order. */
  private record Reader(BlockingQueue<String> told) implements SubscriptionListener {
    @Override
    public void onMessage(Message message) {
      told.add(message.data() + "@" + message.offset());
    }

    @Override
    public void onSubscribed(Subscribed subscribed) {
      told.add(subscribed.recovered() ? "recovered" : "anew");
    }

    @Override
    public void onGap(Gap gap) {
      told.add(gap.reason());
    }
  }

  @AfterEach
  void stop() {
    clients.forEach(SluiceClient::closeAsync);
    clients.forEach(SluiceClient::close);
    resources.close();
    server.close();
  }

  @Test
  void clientsCutOffAtOnceMissNothingOfWhatWasPublishedMeanwhileAndGetItOnce() throws Exception {
    begin();
    publish(1, 5);
    everybodyIsTold("anew", "1@1", "2@2", "3@3", "4@4", "5@5");
    long start = System.nanoTime();
    String good = token.join();
    token = new CompletableFuture<>();
    assertThat(cut("ada")).isEqualTo("{\"disconnected\":%d}".formatted(CLIENTS));
    publish(6, 10);
    token.complete(good);
    publish(11, 13);
    everybodyIsTold("recovered", "6@6", "7@7", "8@8", "9@9", "10@10", "11@11", "12@12", "13@13");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ENOUGH);
    assertThat(publisherStates).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
  }

  @Test
  void clientsOfARestartedServerAreToldOfItsNewEpochAndGetAllOfItOnce() throws Exception {
    begin();
    publish(1, 3);
    everybodyIsTold("anew", "1@1", "2@2", "3@3");
    long start = System.nanoTime();
    int port = server.port();
    token = new CompletableFuture<>();
    server.close();
    server = TestServer.start(Map.of("port", Integer.toString(port)), YAML);
    token.complete(server.token("ada"));
    everybodyIsTold("new_epoch", "anew");
    publisher = client("bob");
    publish(4, 8);
    everybodyIsTold("4@1", "5@2", "6@3", "7@4", "8@5");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ENOUGH);
  }

  private void begin() throws Exception {
    server = TestServer.start(Map.of(), YAML);
    token.complete(server.token("ada"));
    publisher = client("bob");
    List<CompletableFuture<Subscribed>> ready = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      SluiceClient client = builder().tokens(() -> token).build();
      clients.add(client);
      var unused = client.connect();
      Reader reader = new Reader(new LinkedBlockingQueue<>());
      readers.add(reader);
      ready.add(client.subscribe("c" + i % CHANNELS, SubscribeOptions.DEFAULTS, reader).ready());
    }
    CompletableFuture.allOf(ready.toArray(CompletableFuture[]::new)).join();
  }

  private SluiceClient.Builder builder() {
    return SluiceClient.builder("ws://127.0.0.1:" + server.port() + "/ws")
        .limits(QUICK)
        .resources(resources);
  }

  private SluiceClient client(String user) {
    ClientListener listener =
        new ClientListener() {
          @Override
          public void onState(ClientState state) {
            publisherStates.add(state);
          }
        };
    SluiceClient client = builder().token(server.token(user)).listener(listener).build();
    clients.add(client);
    client.connect().join();
    return client;
  }

  private void publish(int first, int last) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int number = first; number <= last; number++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        receipts.add(publisher.publish("c" + channel, Integer.toString(number)));
      }
    }
    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
  }

  private void everybodyIsTold(String... expected) throws InterruptedException {
    for (int i = 0; i < CLIENTS; i++) {
      for (String word : expected) {
        assertThat(readers.get(i).told.poll(ENOUGH.toSeconds(), TimeUnit.SECONDS))
            .as("client %d", i)
            .isEqualTo(word);
      }
    }
  }

  /** Cuts all lines of a user without a word, and says what the server answered. */
  private String cut(String user) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/api/v1/disconnect"))
            .header("Authorization", "Bearer " + KEY)
            .POST(BodyPublishers.ofString("{\"userId\":\"" + user + "\",\"reset\":true}"))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString()).body().strip();
    }
  }
}
