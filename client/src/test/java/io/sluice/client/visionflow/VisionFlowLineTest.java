package io.sluice.client.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Transport;
import io.sluice.protocol.visionflow.NodeForm;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clients around their engines: what a program calls, and how it is called. */
class VisionFlowLineTest implements Transport, Transport.Line {
  private final ScheduledThreadPoolExecutor scheduler = new NoTime();

  /** No alarm goes off, so everything happens on the thread of the test. */
  private static final class NoTime extends ScheduledThreadPoolExecutor {
    NoTime() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return super.schedule(() -> {}, 1, TimeUnit.HOURS);
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final ClientResources resources = ClientResources.of(http, scheduler, this::later);
  private final List<String> sent = new ArrayList<>();
  private final List<byte[]> binaries = new ArrayList<>();
  private final List<Boolean> reads = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private Transport.Ear ear;

  private void later(Runnable task) {
    synchronized (tasks) {
      tasks.add(task);
    }
  }

  /** The program's thread works until nothing is left. */
  private void work() {
    while (true) {
      Runnable task;
      synchronized (tasks) {
        task = tasks.poll();
      }
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    http.shutdownNow();
  }

  private GraphClient graph(GraphOptions options) {
    GraphListener listener =
        new GraphListener() {
          @Override
          public void onState(ClientState state) {
            heard.add(state.toString());
          }

          @Override
          public void onStructure(Scene scene) {
            heard.add("structure " + scene.size());
          }

          @Override
          public void onFrame(Scene scene) {
            heard.add("frame");
          }

          @Override
          public void onDropped(int moves) {
            heard.add("dropped " + moves);
          }

          @Override
          public void onError(SluiceException error) {
            heard.add(error.code());
          }
        };
    return new GraphClient(
        options,
        resources,
        () -> CompletableFuture.completedFuture("token"),
        listener,
        this,
        () -> heard.add("own ended"));
  }

  private void text(String text) {
    ear.text(text.getBytes(UTF_8));
  }

  private GraphClient connected(GraphOptions options) {
    GraphClient client = graph(options);
    CompletableFuture<Scene> connected = client.connect();
    work();
    text("{\"type\":\"graph_update\",\"whole\":true,\"revision\":1,\"added\":[1,2,3]}");
    ear.binary(VisionFlowWorld.nodes(NodeForm.V2, 1, 1, 2));
    text(
        "{\"type\":\"connection_established\",\"timestamp\":1,\"is_reconnection\":false,"
            + "\"state_sync_sent\":true}");
    work();
    assertThat(connected).isCompletedWithValue(client.scene());
    return client;
  }

  @Test
  void oneCallTellsOfAllThatCameWhileTheListenerWasSlow() {
    GraphClient client = connected(GraphOptions.DEFAULTS);
    heard.clear();
    for (int i = 0; i < 50; i++) {
      ear.binary(VisionFlowWorld.nodes(NodeForm.V2, i, 1));
      text("{\"type\":\"graph_update\",\"revision\":" + (2 + i) + ",\"added\":[" + (10 + i) + "]}");
    }
    work();
    assertThat(heard).containsExactly("frame", "structure 53");
    ear.binary(VisionFlowWorld.nodes(NodeForm.V2, 1, 1));
    work();
    assertThat(heard).containsExactly("frame", "structure 53", "frame");
    assertThat(client.figures().frames()).isEqualTo(52);
  }

  @Test
  void aMoveIsTakenOrRefusedAtOnce() {
    GraphClient client = graph(GraphOptions.DEFAULTS.withForm(NodeForm.V2));
    assertThat(client.move(1, 1, 1, 1)).isFalse();
    client = connected(GraphOptions.DEFAULTS);
    assertThat(client.move(1, 1, 1, 1)).isTrue();
    assertThat(binaries).hasSize(1);
    assertThat(client.move(77, 1, 1, 1)).isFalse();
    // It is there, but nobody knows where.
    assertThat(client.move(3, 1, 1, 1)).isFalse();
    assertThat(client.figures().refused()).isEqualTo(2);
    GraphClient all = client;
    assertThatThrownBy(() -> all.move(1, Float.NaN, 0, 0)).hasMessageContaining("invalid_option");
    assertThatThrownBy(() -> all.move(1, 0, 0, 0, 0, 0, Float.POSITIVE_INFINITY))
        .hasMessageContaining("invalid_option");
    assertThatThrownBy(() -> all.move(-1, 0, 0, 0)).hasMessageContaining("invalid_option");
    assertThatThrownBy(() -> all.move(1 << 30, 0, 0, 0)).hasMessageContaining("invalid_option");
    ear.broken(1006, "");
    assertThat(client.move(1, 1, 1, 1)).isFalse();
  }

  @Test
  void whatTheFormCannotNameCannotBeMoved() {
    GraphClient raw = graph(GraphOptions.DEFAULTS.withForm(NodeForm.RAW));
    assertThatThrownBy(() -> raw.move(16_384, 0, 0, 0)).hasMessageContaining("invalid_option");
    assertThat(raw.move(16_383, 0, 0, 0)).isFalse();
  }

  @Test
  void aListenerThatIsFarBehindStopsTheReading() {
    ClientLimits limits =
        new ClientLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(25),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            0,
            1,
            1,
            1,
            1,
            1 << 20,
            1,
            10);
    connected(GraphOptions.DEFAULTS.withClient(limits));
    String error =
        "{\"type\":\"error\",\"code\":\"unknown_node\",\"message\":\"m\",\"recoverable\":true}";
    for (int i = 0; i < 9; i++) {
      text(error);
    }
    assertThat(reads).isEmpty();
    text(error);
    assertThat(reads).containsExactly(false);
    work();
    assertThat(reads).containsExactly(false, true);
  }

  @Test
  void pausingStopsTheReadingAndAskingGoesOn() {
    GraphClient client = connected(GraphOptions.DEFAULTS);
    client.pause();
    client.resume();
    assertThat(reads).containsExactly(false, true);
    client.interval(1_000);
    client.snapshot();
    assertThat(sent)
        .contains("{\"type\":\"request_full_snapshot\"}")
        .anyMatch(text -> text.contains("\"interval\":1000"));
    assertThatThrownBy(() -> client.interval(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(client.nanos()).isNotNegative();
  }

  @Test
  void closingLetsGoOfEverything() {
    GraphClient client = connected(GraphOptions.DEFAULTS);
    CompletableFuture<?> closed = client.closeAsync();
    assertThat(sent).contains("close");
    work();
    assertThat(closed).isNotDone();
    ear.broken(1000, "");
    work();
    assertThat(closed).isCompleted();
    assertThat(heard).contains("CLOSED", "own ended");
    assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    assertThat(client.connect()).isNotDone();
  }

  @Test
  void aListenerThatThrowsKeepsNobodyFromHearing() {
    GraphClient client =
        new GraphClient(
            GraphOptions.DEFAULTS,
            resources,
            () -> CompletableFuture.completedFuture("token"),
            new GraphListener() {
              @Override
              public void onState(ClientState state) {
                heard.add(state.toString());
                throw new IllegalStateException("as planned");
              }
            },
            this,
            () -> {});
    Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> heard.add("thrown"));
    try {
      client.connect();
      work();
      ear.broken(1006, "");
      work();
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(before);
    }
    assertThat(heard).containsExactly("CONNECTING", "thrown", "WAITING", "thrown");
  }

  @Test
  void optionsThatLetNothingHappenAreRefused() {
    GraphOptions graph = GraphOptions.DEFAULTS;
    List<Runnable> wrong =
        List.of(
            () -> graph.withInterval(60_001),
            () -> graph.withScene(0, 1),
            () -> graph.withMoves(0, Duration.ofMillis(1)),
            () -> graph.withMoves(100_001, Duration.ofMillis(1)),
            () -> graph.withMoves(1, Duration.ZERO),
            () -> graph.withPing(Duration.ofSeconds(-1)),
            () -> VoiceOptions.DEFAULTS.withPackets(0, 1),
            () -> VoiceOptions.DEFAULTS.withPackets(1, 0),
            () -> VoiceOptions.DEFAULTS.withPing(Duration.ofDays(2)),
            () -> GraphClient.builder("http://127.0.0.1/ws/positions"),
            () -> VoiceClient.builder("127.0.0.1:8080"));
    wrong.forEach(it -> assertThatThrownBy(it::run).isInstanceOf(IllegalArgumentException.class));
    assertThatThrownBy(() -> GraphClient.builder("ws://h/ws/positions").build())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> VoiceClient.builder("ws://h/ws/voice").build())
        .isInstanceOf(IllegalStateException.class);
  }

  // In a room.

  private VoiceClient voice(VoiceOptions options) {
    VoiceListener listener =
        new VoiceListener() {
          @Override
          public void onRoom(VoiceRoom room) {
            heard.add(room.name() + " " + room.speaker());
          }

          @Override
          public void onPacket(int speaker, int sequence, ByteBuffer opus) {
            heard.add(speaker + " " + sequence + " " + opus.remaining() + " " + opus.get(0));
          }
        };
    VoiceClient client =
        new VoiceClient(
            options,
            resources,
            () -> CompletableFuture.completedFuture("token"),
            listener,
            this,
            () -> {});
    CompletableFuture<VoiceRoom> connected = client.connect();
    work();
    assertThat(client.room()).isEmpty();
    text("{\"type\":\"room\",\"room\":\"r\",\"speaker\":2,\"speakers\":[]}");
    work();
    assertThat(connected.join().speaker()).isEqualTo(2);
    return client;
  }

  @Test
  void packetsAreAViewOfWhatCameAndForASlowListenerSoManyWait() {
    VoiceClient client = voice(VoiceOptions.DEFAULTS.withPackets(4_000, 3));
    for (byte i = 0; i < 5; i++) {
      ear.binary(new byte[] {1, 0, i, 0, 42, 43});
    }
    work();
    assertThat(heard).containsExactly("r 2", "1 0 2 42", "1 1 2 42", "1 2 2 42");
    assertThat(client.figures().unheard()).isEqualTo(2);
    assertThat(client.figures().packets()).isEqualTo(5);
    ear.binary(new byte[] {1, 0, 9, 0, 42});
    work();
    assertThat(heard.getLast()).isEqualTo("1 9 1 42");
  }

  @Test
  void whatIsSpokenIsACopyWithinItsBounds() {
    VoiceClient client = voice(VoiceOptions.DEFAULTS.withPackets(2, 1));
    byte[] opus = {5, 6};
    client.speak(opus);
    opus[0] = 9;
    assertThat(binaries.getFirst()).containsExactly(0, 0, 5, 6);
    assertThatThrownBy(() -> client.speak(new byte[0])).hasMessageContaining("invalid_option");
    assertThatThrownBy(() -> client.speak(new byte[3])).hasMessageContaining("invalid_option");
    text("{\"type\":\"join\",\"speaker\":1,\"name\":\"ada\"}");
    assertThat(client.room().orElseThrow().others()).containsEntry(1, "ada");
  }

  // What the clients order.

  @Override
  public Line open(String token, Ear told) {
    ear = told;
    return this;
  }

  @Override
  public void send(String text) {
    sent.add(text);
  }

  @Override
  public void sendBinary(byte[] message) {
    binaries.add(message);
  }

  @Override
  public void ping() {
    throw new AssertionError("pings are messages here");
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void close() {
    sent.add("close");
  }

  @Override
  public void drop() {
    sent.add("drop");
  }

  @Override
  public void read(boolean wanted) {
    reads.add(wanted);
  }
}
