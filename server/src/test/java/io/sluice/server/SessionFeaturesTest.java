package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Whom;
import io.sluice.core.log.Broker;
import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.nexus.NexusGrammar;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** History, presence, refresh and disconnect through a whole server and its sockets. */
class SessionFeaturesTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private Sluice sluice;

  @BeforeEach
  void start() throws Exception {
    sluice = Sluice.start(Settings.load(Map.of(), null, Map.of()).withPort(0));
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    sluice.close();
  }

  /** Keeps what comes, and how it ends. */
  private static final class Peer implements WebSocket.Listener {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
      part.append(text);
      if (last) {
        messages.add(part.toString());
        part.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      ended.complete(code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      ended.complete("broken");
    }

    private void say(String message) {
      socket.sendText(message, true).join();
    }

    private String hear() throws InterruptedException {
      return messages.poll(10, TimeUnit.SECONDS);
    }
  }

  private String token(String user, Duration life) {
    return sluice.developer().issue(TokenIssuer.Request.of(user), life, System.currentTimeMillis());
  }

  private Peer connect(String user) throws InterruptedException {
    Peer peer = new Peer();
    peer.socket =
        http.newWebSocketBuilder()
            .subprotocols("sluice.1")
            .buildAsync(
                URI.create(
                    "ws://127.0.0.1:"
                        + sluice.port()
                        + "/ws?token="
                        + token(user, Duration.ofMinutes(1))),
                peer)
            .join();
    assertThat(peer.hear()).contains("\"userId\":\"" + user + "\"").contains("\"expiresAt\":1");
    return peer;
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private void broadcast(String channel, String json) {
    CompletableFuture<Position> receipt = new CompletableFuture<>();
    JsonPayload payload = JsonPayload.parse(json.getBytes(UTF_8), Limits.Json.DEFAULTS);
    sluice
        .switchboard()
        .broadcast(
            new ChannelName(channel),
            payload,
            now(),
            new Broker.Receipt() {
              @Override
              public void appended(Position position) {
                receipt.complete(position);
              }

              @Override
              public void failed(Fault fault) {
                receipt.completeExceptionally(new AssertionError(fault));
              }
            });
    receipt.join();
  }

  private String historyOffConnection(String channel) {
    CompletableFuture<Event.History> read = new CompletableFuture<>();
    sluice
        .switchboard()
        .history(
            new ChannelName(channel),
            null,
            10,
            now(),
            new HistoryReading.Answer() {
              @Override
              public void read(Event.History history) {
                read.complete(history);
              }

              @Override
              public void failed(Fault fault) {
                read.completeExceptionally(new AssertionError(fault));
              }
            });
    return new String(NexusGrammar.EXTENDED.write(read.join()), UTF_8);
  }

  @Test
  void historyIsWhatASubscriberGotByteForByteOnAConnectionAndOff() throws Exception {
    Peer peer = connect("ann");
    peer.say("{\"action\":\"subscribe\",\"channel\":\"c\"}");
    assertThat(peer.hear()).contains("subscribed");
    broadcast("c", "{\"n\":1.50}");
    peer.say("{\"action\":\"publish\",\"channel\":\"c\",\"payload\":[\"é\"]}");
    String first = peer.hear();
    String second = peer.hear();
    peer.say("{\"action\":\"history\",\"channel\":\"c\"}");
    String history = peer.hear();
    assertThat(history).endsWith("\"publications\":[" + first + "," + second + "]}");
    assertThat(historyOffConnection("c")).isEqualTo(history);
  }

  @Test
  void largeHistoriesAskedForInOneBreathAllComeOneAfterTheOther() throws Exception {
    Peer peer = connect("ann");
    for (int i = 0; i < 6; i++) {
      broadcast("big", '"' + "x".repeat(100_000) + '"');
    }
    for (int i = 0; i < 16; i++) {
      peer.say("{\"action\":\"history\",\"channel\":\"big\",\"id\":" + i + "}");
    }
    for (int i = 0; i < 16; i++) {
      assertThat(peer.hear()).startsWith("{\"type\":\"history\",\"channel\":\"big\",\"id\":" + i);
    }
  }

  @Test
  void watcherSeesWhoComesAndGoes() throws Exception {
    Peer watcher = connect("eve");
    watcher.say("{\"action\":\"subscribe\",\"channel\":\"c\",\"presence\":true,\"id\":1}");
    assertThat(watcher.hear()).contains("\"subscribed\"");
    assertThat(watcher.hear())
        .isEqualTo(
            "{\"type\":\"presence\",\"channel\":\"c\",\"id\":1,"
                + "\"users\":[{\"userId\":\"eve\",\"connections\":1}],\"total\":1}");
    Peer bob = connect("bob");
    bob.say("{\"action\":\"subscribe\",\"channel\":\"c\"}");
    assertThat(watcher.hear())
        .startsWith("{\"type\":\"join\",\"channel\":\"c\",\"userId\":\"bob\",\"timestamp\":\"");
    assertThat(sluice.switchboard().presence(new ChannelName("c")).total()).isEqualTo(2);
    bob.socket.abort();
    assertThat(watcher.hear())
        .startsWith("{\"type\":\"leave\",\"channel\":\"c\",\"userId\":\"bob\",\"timestamp\":\"");
  }

  @Test
  void tokenIsRenewedOnTheConnectionAndABadOneIsRefused() throws Exception {
    Peer peer = connect("ann");
    peer.say("{\"action\":\"refresh\",\"id\":1,\"token\":\"no.good.token\"}");
    assertThat(peer.hear()).contains("\"invalid_token\"").contains("\"id\":1");
    String bobs = token("bob", Duration.ofMinutes(5));
    peer.say("{\"action\":\"refresh\",\"id\":2,\"token\":\"" + bobs + "\"}");
    assertThat(peer.hear()).contains("\"invalid_token\"").contains("\"id\":2");
    String anns = token("ann", Duration.ofMinutes(5));
    peer.say("{\"action\":\"refresh\",\"id\":3,\"token\":\"" + anns + "\"}");
    assertThat(peer.hear()).startsWith("{\"type\":\"refreshed\",\"id\":3,\"expiresAt\":1");
  }

  @Test
  void connectionIsEndedByItsNameAndAllOfAUserByTheirs() throws Exception {
    Peer first = connect("ann");
    Peer second = connect("ann");
    CompletableFuture<Integer> polite = new CompletableFuture<>();
    sluice
        .switchboard()
        .disconnect(new Whom.User("ann"), CloseReason.DISCONNECTED, polite::complete);
    assertThat(polite.get(10, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(first.ended.get(10, TimeUnit.SECONDS)).isEqualTo("4403 disconnected");
    assertThat(second.ended.get(10, TimeUnit.SECONDS)).isEqualTo("4403 disconnected");
    Peer third = connect("ann");
    CompletableFuture<Integer> rude = new CompletableFuture<>();
    sluice.switchboard().disconnect(new Whom.User("ann"), CloseReason.RESET, rude::complete);
    assertThat(rude.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(third.ended.get(10, TimeUnit.SECONDS)).isEqualTo("broken");
  }
}
