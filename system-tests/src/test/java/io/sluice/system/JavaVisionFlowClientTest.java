package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.visionflow.GraphClient;
import io.sluice.client.visionflow.GraphListener;
import io.sluice.client.visionflow.GraphOptions;
import io.sluice.client.visionflow.Scene;
import io.sluice.client.visionflow.VoiceClient;
import io.sluice.client.visionflow.VoiceListener;
import io.sluice.client.visionflow.VoiceOptions;
import io.sluice.client.visionflow.VoiceRoom;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.NodeForm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The Java client for VisionFlow against the real server and its demo. */
@Timeout(60)
class JavaVisionFlowClientTest {
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(50), Duration.ofMillis(200));
  private static final GraphOptions OPTIONS =
      GraphOptions.DEFAULTS.withClient(QUICK).withInterval(33);
  private static final int NODES = 3_000;

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(Map.of("visionflow.demo", "true"));
  }

  @AfterAll
  static void close() {
    server.close();
  }

  /** Notes that something has happened, and what went wrong. */
  private static final class Eyes implements GraphListener {
    private final BlockingQueue<String> signs = new LinkedBlockingQueue<>();
    final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

    @Override
    public void onFrame(Scene scene) {
      signs.add("frame");
    }

    @Override
    public void onStructure(Scene scene) {
      signs.add("structure");
    }

    @Override
    public void onState(ClientState state) {
      signs.add("state");
    }

    @Override
    public void onError(SluiceException error) {
      errors.add(error.code());
      signs.add("error");
    }

    /** Waits until it is so; it is looked at whenever something has happened. */
    void until(BooleanSupplier so) throws InterruptedException {
      while (!so.getAsBoolean()) {
        assertThat(signs.poll(10, TimeUnit.SECONDS)).as("something happens").isNotNull();
      }
    }
  }

  private static GraphClient watcher(int port, Eyes eyes, GraphOptions options) {
    return GraphClient.builder("ws://127.0.0.1:" + port + "/ws/positions")
        .graph("demo")
        .token(server.token("ada"))
        .options(options)
        .listener(eyes)
        .build();
  }

  private static Scene seen(GraphClient client) {
    CompletableFuture<Scene> connected = client.connect();
    assertThat(connected).succeedsWithin(Duration.ofSeconds(20));
    return connected.join();
  }

  /** How far a node is from a place; infinite if nobody knows where it is. */
  private static double distance(Scene scene, int id, float x, float y, float z) {
    NodeBatch nodes = scene.newBatch();
    scene.copyInto(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.id(i) == id) {
        return Math.hypot(Math.hypot(nodes.x(i) - x, nodes.y(i) - y), nodes.z(i) - z);
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void theDemoIsSeenToMoveInEveryForm(NodeForm form) throws Exception {
    Eyes eyes = new Eyes();
    try (GraphClient client = watcher(server.port(), eyes, OPTIONS.withForm(form))) {
      Scene scene = seen(client);
      assertThat(scene.size()).isEqualTo(NODES);
      assertThat(scene.edgeCount()).isPositive();
      assertThat(scene.revision()).isNotNegative();
      NodeBatch first = scene.newBatch();
      eyes.until(
          () -> {
            scene.copyInto(first);
            return first.size() == NODES;
          });
      NodeBatch now = scene.newBatch();
      eyes.until(
          () -> {
            scene.sample(now, client.nanos());
            return moved(first, now) > 10;
          });
      eyes.until(() -> client.figures().roundTrips().count() > 0);
      eyes.until(() -> client.figures().nodes() > NODES);
      assertThat(eyes.errors).isEmpty();
    }
  }

  private static int moved(NodeBatch before, NodeBatch after) {
    int moved = 0;
    for (int i = 0; i < before.size(); i++) {
      moved += before.id(i) == after.id(i) && before.x(i) != after.x(i) ? 1 : 0;
    }
    return moved;
  }

  @Test
  void whatOneMovesAnotherSees() throws Exception {
    Eyes his = new Eyes();
    Eyes hers = new Eyes();
    try (GraphClient bob = watcher(server.port(), his, OPTIONS);
        GraphClient ada = watcher(server.port(), hers, OPTIONS.withForm(NodeForm.RAW))) {
      Scene scene = seen(bob);
      seen(ada);
      hers.until(() -> ada.move(7, 900, 800, 700));
      his.until(() -> distance(scene, 7, 900, 800, 700) < 200);
      assertThat(hers.errors).isEmpty();
      assertThat(ada.figures().sentNodes()).isPositive();
    }
  }

  @Test
  void whoStopsReadingIsToldTheNewestWhenItReadsOn() throws Exception {
    Eyes his = new Eyes();
    Eyes hers = new Eyes();
    try (GraphClient bob = watcher(server.port(), his, OPTIONS);
        GraphClient ada = watcher(server.port(), hers, OPTIONS)) {
      Scene scene = seen(bob);
      seen(ada);
      bob.pause();
      // What is answered behind the order to pause came before it.
      bob.connect().join();
      long before = bob.figures().messages();
      long frames = ada.figures().frames();
      hers.until(() -> ada.move(11, -900, 100, -700));
      hers.until(() -> ada.figures().frames() > frames + 15);
      hers.until(() -> distance(ada.scene(), 11, -900, 100, -700) < 200);
      assertThat(bob.figures().messages()).isLessThanOrEqualTo(before + 2);
      bob.resume();
      his.until(() -> distance(scene, 11, -900, 100, -700) < 300);
      assertThat(his.errors).isEmpty();
      assertThat(bob.figures().reconnects()).isZero();
    }
  }

  @Test
  void aLineThatIsCutIsReplacedAndTheGraphIsToldAnew() throws Exception {
    Eyes eyes = new Eyes();
    try (Crossing crossing = new Crossing(server.port());
        GraphClient client = watcher(crossing.port(), eyes, OPTIONS)) {
      Scene scene = seen(client);
      long frames = client.figures().frames();
      crossing.cut();
      eyes.until(() -> client.figures().reconnects() == 1);
      eyes.until(() -> client.figures().frames() > frames + 1);
      assertThat(scene.size()).isEqualTo(NODES);
      assertThat(eyes.errors).allMatch("lost"::equals);
    }
  }

  @Test
  void aGraphThatIsNotThereIsSaidSo() throws Exception {
    Eyes eyes = new Eyes();
    try (GraphClient client =
        GraphClient.builder("ws://127.0.0.1:" + server.port() + "/ws/positions")
            .graph("no such")
            .token(server.token("ada"))
            .options(OPTIONS)
            .listener(eyes)
            .build()) {
      assertThat(client.connect()).failsWithin(Duration.ofSeconds(20));
      assertThat(client.state()).isEqualTo(ClientState.REFUSED);
      eyes.until(() -> eyes.errors.contains("unknown_graph"));
    }
  }

  @Test
  void aRefusedTokenIsFinal() {
    try (GraphClient client =
        GraphClient.builder("ws://127.0.0.1:" + server.port() + "/ws/positions")
            .token("none")
            .options(OPTIONS)
            .build()) {
      assertThat(client.connect()).failsWithin(Duration.ofSeconds(20));
      assertThat(client.state()).isEqualTo(ClientState.REFUSED);
    }
  }

  @Test
  void aTokenThatExpiresIsReplacedByTheNext() throws Exception {
    Eyes eyes = new Eyes();
    BlockingQueue<String> tokens =
        new LinkedBlockingQueue<>(
            List.of(server.token("ada", Duration.ofSeconds(2)), server.token("ada")));
    try (GraphClient client =
        GraphClient.builder("ws://127.0.0.1:" + server.port() + "/ws/positions")
            .tokens(() -> CompletableFuture.completedFuture(tokens.remove()))
            .options(OPTIONS)
            .listener(eyes)
            .build()) {
      seen(client);
      eyes.until(() -> client.figures().reconnects() == 1);
      assertThat(eyes.errors).containsExactly("expired");
    }
  }

  // In a room.

  /** Keeps what it hears. */
  private static final class Ears implements VoiceListener {
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Override
    public void onJoin(int speaker, String name) {
      heard.add("join " + speaker + " " + name);
    }

    @Override
    public void onLeave(int speaker) {
      heard.add("leave " + speaker);
    }

    @Override
    public void onPacket(int speaker, int sequence, ByteBuffer opus) {
      heard.add(speaker + " " + sequence + " " + opus.get(0) + " of " + opus.remaining());
    }

    @Override
    public void onError(SluiceException error) {
      heard.add(error.code());
    }

    String next() throws InterruptedException {
      return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "something is heard");
    }
  }

  private static VoiceClient voice(String user, boolean framed, Ears ears) {
    return VoiceClient.builder("ws://127.0.0.1:" + server.port() + "/ws/voice")
        .room("r" + framed)
        .token(server.token(user))
        .options(VoiceOptions.DEFAULTS.withFramed(framed).withClient(QUICK))
        .listener(ears)
        .build();
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void whatOneSaysTheOtherHearsAndNobodyHearsItself(boolean framed) throws Exception {
    Ears his = new Ears();
    Ears hers = new Ears();
    try (VoiceClient bob = voice("bob", framed, his)) {
      assertThat(bob.connect()).succeedsWithin(Duration.ofSeconds(20));
      try (VoiceClient ada = voice("ada", framed, hers)) {
        CompletableFuture<VoiceRoom> room = ada.connect();
        assertThat(room).succeedsWithin(Duration.ofSeconds(20));
        assertThat(room.join()).isEqualTo(new VoiceRoom("r" + framed, 2, Map.of(1, "bob")));
        assertThat(his.next()).isEqualTo("join 2 ada");
        assertThat(bob.room().orElseThrow().others()).isEqualTo(Map.of(2, "ada"));
        ada.speak(new byte[] {7, 1, 2});
        assertThat(his.next()).isEqualTo("2 0 7 of 3");
        bob.speak(new byte[] {8});
        assertThat(hers.next()).isEqualTo("1 0 8 of 1");
        ada.speak(new byte[] {9});
        assertThat(his.next()).isEqualTo("2 1 9 of 1");
        assertThat(hers.heard).isEmpty();
        assertThat(ada.figures().sent()).isEqualTo(2);
      }
      assertThat(his.next()).isEqualTo("leave 2");
      assertThat(bob.room().orElseThrow().others()).isEmpty();
    }
  }
}
