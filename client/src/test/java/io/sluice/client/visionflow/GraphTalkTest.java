package io.sluice.client.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientState;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.FrameType;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.NodeReader;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of a graph does with what a server says, on virtual time. */
class GraphTalkTest {
  private static final String ESTABLISHED =
      "{\"type\":\"connection_established\",\"timestamp\":1,\"is_reconnection\":false,"
          + "\"state_sync_sent\":true}";

  private final List<String> heard = new ArrayList<>();
  private final Ears ears = new Ears();
  private GraphOptions options = GraphOptions.DEFAULTS;
  private Scene scene = new Scene(1_000, 1_000, 1);
  private Moves moves = new Moves(1);
  private VisionFlowWorld<GraphTalk> world = world(options);

  /** Keeps what it is told. */
  private final class Ears implements GraphEars {
    @Override
    public void structure() {
      heard.add("structure");
    }

    @Override
    public void frame() {
      heard.add("frame");
    }

    @Override
    public void interval(int millis) {
      heard.add("interval " + millis);
    }

    @Override
    public void dropped(int count) {
      heard.add("dropped " + count);
    }
  }

  private VisionFlowWorld<GraphTalk> world(GraphOptions with) {
    options = with;
    scene = new Scene(with.maxNodes(), with.maxEdges(), 200 * VisionFlowWorld.MILLI);
    moves = new Moves(with.maxMoves());
    return new VisionFlowWorld<>(
        it -> new GraphTalk(with, scene, moves, it.tally, it, ears),
        with.client(),
        with.pingEvery());
  }

  private static String whole(long revision, String rest) {
    return "{\"type\":\"graph_update\",\"whole\":true,\"revision\":" + revision + rest + "}";
  }

  private static String change(long revision, String rest) {
    return "{\"type\":\"graph_update\",\"revision\":" + revision + rest + "}";
  }

  /** The server tells of nodes 0 to 9 at revision 5, and where they are. */
  private void tellsAll() {
    world.says(
        "{\"type\":\"state_sync\",\"data\":{\"graph\":{\"nodes_count\":10,\"edges_count\":0,"
            + "\"metadata_count\":0},\"settings\":{\"version\":0},\"timestamp\":1}}");
    world.says(whole(5, ",\"added\":[0,1,2,3,4,5,6,7,8,9],\"source\":0"));
    world.says(VisionFlowWorld.nodes(options.form(), 1, IntStream.range(0, 10).toArray()));
    world.says(ESTABLISHED);
  }

  private void connected(GraphOptions with) {
    world = world(with);
    CompletableFuture<@Nullable Void> connected = world.connect();
    assertThat(connected).isNotDone();
    tellsAll();
    assertThat(connected).isCompleted();
  }

  private NodeBatch now() {
    NodeBatch batch = scene.newBatch();
    scene.copyInto(batch);
    return batch;
  }

  /** The nodes of a message that was sent. */
  private NodeBatch sent(int message) {
    NodeBatch batch = new NodeBatch(1_000);
    byte[] bytes = world.binaries.get(message);
    try {
      new NodeReader(VisionFlowLimits.DEFAULTS).v2(bytes, 0, bytes.length, batch);
    } catch (VisionFlowRefused e) {
      throw new AssertionError(e);
    }
    return batch;
  }

  private Moves.Put move(int id, float x) {
    Moves.Put put = moves.put(id, NodeKind.PLAIN, x, 0, 0, 0, 0, 0);
    if (put == Moves.Put.FIRST) {
      world.talk().waiting(world.now());
    }
    return put;
  }

  // The graph.

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void theGraphIsToldInEveryForm(NodeForm form) {
    connected(GraphOptions.DEFAULTS.withForm(form));
    NodeBatch nodes = now();
    assertThat(nodes.size()).isEqualTo(10);
    assertThat(nodes.x(3)).isEqualTo(1);
    assertThat(nodes.kind(3)).isEqualTo(NodeKind.KNOWLEDGE);
    world.says(VisionFlowWorld.nodes(form, 7, 3));
    scene.copyInto(nodes);
    assertThat(nodes.x(3)).isEqualTo(7);
    assertThat(nodes.x(4)).isEqualTo(1);
    assertThat(world.states).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
    assertThat(heard).containsExactly("structure", "frame", "frame");
    GraphFigures figures = world.tally.ofGraph();
    assertThat(figures.messages()).isEqualTo(5);
    assertThat(figures.frames()).isEqualTo(2);
    assertThat(figures.nodes()).isEqualTo(11);
    assertThat(figures.reconnects()).isZero();
  }

  @Test
  void aWholeInPiecesIsToldOnceItIsAllThere() {
    world.connect();
    world.says(change(4, ",\"added\":[99]"));
    world.says(whole(5, ",\"more\":true,\"added\":[1,2],\"names\":{\"1\":\"Ada\"}"));
    assertThat(heard).isEmpty();
    world.says(change(5, ",\"more\":true,\"added\":[3]"));
    // One that happened since comes between them, and counts behind them.
    world.says(change(6, ",\"removed\":[2]"));
    world.says(change(5, ",\"added\":[4],\"edges\":{\"added\":[[1,4,2]]}"));
    assertThat(heard).contains("structure");
    assertThat(scene.revision()).isEqualTo(6);
    assertThat(scene.size()).isEqualTo(3);
    assertThat(scene.contains(99)).isFalse();
    assertThat(scene.contains(2)).isFalse();
    assertThat(scene.edgeCount()).isEqualTo(1);
    assertThat(scene.name(1)).contains("Ada");
  }

  @Test
  void changesFollowEachOtherAndWhatTheWholeHasIsPassedOver() {
    connected(GraphOptions.DEFAULTS);
    world.says(change(5, ",\"removed\":[1]"));
    world.says(change(3, ",\"removed\":[1]"));
    assertThat(scene.size()).isEqualTo(10);
    world.says(change(6, ",\"removed\":[1]"));
    world.says(change(7, ",\"added\":[20],\"source\":null"));
    assertThat(scene.contains(1)).isFalse();
    assertThat(scene.contains(20)).isTrue();
    assertThat(scene.revision()).isEqualTo(7);
    assertThat(scene.source()).isEqualTo(Scene.NO_SOURCE);
    assertThat(world.errors).isEmpty();
  }

  @Test
  void aHoleBetweenChangesEndsTheLineAndAllIsToldAnew() {
    connected(GraphOptions.DEFAULTS);
    world.says(change(7, ",\"removed\":[1]"));
    assertThat(world.errors).containsExactly("gap");
    assertThat(world.drops).isEqualTo(1);
    assertThat(world.states.getLast()).isEqualTo(ClientState.WAITING);
    // It stays as it was until then.
    assertThat(scene.size()).isEqualTo(10);
    world.pass(1_200);
    world.says(whole(9, ",\"added\":[2,3]"));
    world.says(VisionFlowWorld.nodes(NodeForm.V2, 2, 2, 3));
    world.says(ESTABLISHED);
    assertThat(world.states.getLast()).isEqualTo(ClientState.CONNECTED);
    assertThat(scene.size()).isEqualTo(2);
    assertThat(scene.revision()).isEqualTo(9);
    assertThat(world.tally.ofGraph().reconnects()).isEqualTo(1);
  }

  @Test
  void aWholeThatComesAgainTakesThePlaceOfTheOld() {
    connected(GraphOptions.DEFAULTS);
    world.talk().anew();
    assertThat(world.texts.getLast()).isEqualTo("{\"type\":\"request_full_snapshot\"}");
    world.says(whole(4, ",\"added\":[1]"));
    assertThat(scene.size()).isEqualTo(1);
    // Nobody flickers: where it was told to be is known.
    assertThat(now().x(0)).isEqualTo(1);
  }

  @Test
  void changesThatComeBetweenPiecesAreBounded() {
    world.connect();
    world.says(whole(5, ",\"more\":true,\"added\":[1]"));
    for (int i = 0; i < 1_000; i++) {
      world.says(change(6 + i, ",\"source\":1"));
    }
    assertThat(world.drops).isZero();
    world.says(change(2_000, ",\"source\":1"));
    assertThat(world.drops).isEqualTo(1);
  }

  @Test
  void aGraphThatIsLargerThanTheSceneIsWatchedNoMore() {
    connected(GraphOptions.DEFAULTS.withScene(10, 1));
    world.says(change(6, ",\"added\":[99]"));
    assertThat(world.errors).containsExactly("graph_full");
    assertThat(world.states.getLast()).isEqualTo(ClientState.FAILED);
    assertThat(world.drops).isEqualTo(1);
    assertThat(world.engine.deadline()).isEqualTo(Long.MAX_VALUE);
    connected(GraphOptions.DEFAULTS.withScene(10, 1));
    world.says(change(6, ",\"edges\":{\"added\":[[1,2,1],[2,1,1]]}"));
    assertThat(world.states.getLast()).isEqualTo(ClientState.FAILED);
  }

  @Test
  void framesTellOfWaysAndErrorsAndPingsToo() {
    connected(GraphOptions.DEFAULTS.withForm(NodeForm.FRAMED));
    NodeBatch paths = new NodeBatch(1);
    paths.setPath(paths.add(3, NodeKind.PLAIN), 8, 2);
    byte[] sssp = new byte[FrameWriter.ssspSize(1)];
    try {
      FrameWriter.sssp(paths, 0, sssp, 0);
    } catch (VisionFlowRefused e) {
      throw new AssertionError(e);
    }
    world.says(sssp);
    assertThat(now().distance(3)).isEqualTo(8);
    byte[] error =
        "{\"type\":\"error\",\"code\":\"busy\",\"message\":\"m\",\"recoverable\":true}"
            .getBytes(UTF_8);
    world.says(FrameWriter.json(FrameType.ERROR, error, 0));
    assertThat(world.errors).containsExactly("busy");
    world.says(FrameWriter.ping(77, 0));
    assertThat(world.binaries.getLast()).isEqualTo(FrameWriter.pong(77, world.now().epochMillis()));
    world.says(FrameWriter.json(FrameType.AGENT_STATUS, "{}".getBytes(UTF_8), 0));
    world.says(FrameWriter.close(1000, "bye", 0));
    assertThat(world.drops).isZero();
  }

  // What a server must not say.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"type\":1}",
        "{\"type\":\"graph_update\",\"whole\":1}",
        "{\"type\":\"graph_update\",\"revision\":-1}",
        "{\"type\":\"graph_update\",\"added\":[1.5]}",
        "{\"type\":\"ping\"}"
      })
  void textThatIsWrongIsAnErrorAndTheLineBeginsAnew(String text) {
    connected(GraphOptions.DEFAULTS);
    world.says(text);
    assertThat(world.errors).containsExactly("bad_message");
    assertThat(world.drops).isEqualTo(1);
    assertThat(world.states.getLast()).isEqualTo(ClientState.WAITING);
    assertThat(scene.size()).isEqualTo(10);
  }

  @Test
  void textOfATypeThatIsNotKnownIsPassedOver() {
    connected(GraphOptions.DEFAULTS);
    world.says("{\"type\":\"weather\",\"sun\":true}");
    assertThat(world.errors).isEmpty();
    assertThat(world.drops).isZero();
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void bytesThatAreWrongAreAnErrorAndNothingOfThemIsTaken(NodeForm form) {
    connected(GraphOptions.DEFAULTS.withForm(form));
    byte[] message = VisionFlowWorld.nodes(form, 9, 1, 2, 3);
    // The last node comes to lie at infinity.
    int end = message.length - 8;
    message[end - 1] = 0x7F;
    message[end - 2] = (byte) 0x80;
    world.says(message);
    assertThat(world.errors).containsExactly("bad_message");
    assertThat(world.drops).isEqualTo(1);
    assertThat(now().x(1)).isEqualTo(1);
    world.pass(1_200);
    tellsAll();
    assertThat(world.states.getLast()).isEqualTo(ClientState.CONNECTED);
  }

  // The line.

  @Test
  void aLineThatIsLostComesBackAfterEverLongerWaits() {
    connected(GraphOptions.DEFAULTS);
    long expected = 1_000;
    for (int attempt = 0; attempt < 8; attempt++) {
      long lost = world.millis();
      world.cut();
      world.opened.clear();
      while (world.opened.isEmpty()) {
        world.pass(1);
      }
      assertThat(world.opened.getFirst() - lost)
          .isBetween(9 * expected / 10 - 1, 11 * expected / 10 + 1);
      expected = Math.min(2 * expected, 30_000);
    }
    assertThat(world.errors).hasSize(8).allMatch("lost"::equals);
    // One that stood for a while makes the next wait short again.
    tellsAll();
    world.pass(5_000);
    world.opened.clear();
    world.cut();
    world.pass(1_101);
    assertThat(world.opened).hasSize(1);
  }

  @Test
  void eachAttemptAsksForATokenSoThatOneThatExpiredIsReplaced() {
    connected(GraphOptions.DEFAULTS);
    world.token = "second";
    world.ends(4401, "token_expired");
    world.pass(1_200);
    tellsAll();
    assertThat(world.tokens).containsExactly("token", "second");
    assertThat(world.states.getLast()).isEqualTo(ClientState.CONNECTED);
  }

  @Test
  void aRefusedTokenIsFinal() {
    CompletableFuture<@Nullable Void> connected = world.connect();
    world.refuses(401, "bad_token");
    assertThat(connected).isCompletedExceptionally();
    assertThat(world.states.getLast()).isEqualTo(ClientState.REFUSED);
    assertThat(world.engine.deadline()).isEqualTo(Long.MAX_VALUE);
    assertThat(world.connect()).isCompletedExceptionally();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown_graph", "forbidden", "invalid_field"})
  void whoIsTurnedAwayAtTheDoorDoesNotComeAgain(String code) {
    String error =
        "{\"type\":\"error\",\"code\":\"" + code + "\",\"message\":\"m\",\"recoverable\":true}";
    CompletableFuture<@Nullable Void> connected = world.connect();
    world.says(error);
    world.ends(1008, code);
    assertThat(world.errors).containsExactly(code);
    assertThat(world.states.getLast()).isEqualTo(ClientState.REFUSED);
    assertThat(connected).isCompletedExceptionally();
    assertThat(world.engine.deadline()).isEqualTo(Long.MAX_VALUE);
    // Inside it is an error as any other, and the line decides.
    connected(GraphOptions.DEFAULTS);
    world.says(error);
    assertThat(world.states.getLast()).isEqualTo(ClientState.CONNECTED);
    world.ends(1008, code);
    assertThat(world.states.getLast()).isEqualTo(ClientState.WAITING);
  }

  @Test
  void whatIsOnlyBusyIsTriedAgain() {
    world.connect();
    world.says("{\"type\":\"error\",\"code\":\"busy\",\"message\":\"m\",\"recoverable\":true}");
    world.ends(1008, "busy");
    assertThat(world.errors.getFirst()).isEqualTo("busy");
    assertThat(world.states.getLast()).isEqualTo(ClientState.WAITING);
  }

  @Test
  void aServerThatNeverTellsTheGraphIsGivenUp() {
    world.connect();
    world.says(whole(5, ",\"added\":[1]"));
    world.pass(10_000);
    assertThat(world.errors).containsExactly("connect_timeout");
    assertThat(world.drops).isEqualTo(1);
  }

  @Test
  void closingEndsItForGoodAndWhatWaitsGoesFirst() {
    connected(GraphOptions.DEFAULTS);
    move(1, 5);
    move(1, 6);
    assertThat(world.binaries).hasSize(1);
    world.engine.close(world.now());
    assertThat(world.binaries).hasSize(2);
    assertThat(sent(1).x(0)).isEqualTo(6);
    assertThat(world.closes).isEqualTo(1);
    assertThat(world.states.getLast()).isEqualTo(ClientState.CLOSED);
    assertThat(world.engine.isClosed()).isTrue();
    assertThat(world.connect()).isCompletedExceptionally();
    world.engine.close(world.now());
    assertThat(world.closes).isEqualTo(1);
  }

  // Signs of life.

  @Test
  void pingsOfTheServerAreAnsweredWithTheirTime() {
    connected(GraphOptions.DEFAULTS);
    world.says("{\"type\":\"ping\",\"timestamp\":1700000000123}");
    assertThat(world.texts).contains("{\"type\":\"pong\",\"timestamp\":1700000000123}");
  }

  @Test
  void roundTripsAreMeasuredByPingsOfOurs() {
    connected(GraphOptions.DEFAULTS.withPing(Duration.ofMillis(500)));
    for (int i = 1; i <= 120; i++) {
      world.pass(0);
      int taken = i <= 20 ? 400 : i - 20;
      world.pass(taken);
      world.answers();
      world.pass(500 - taken);
    }
    RoundTrips times = world.tally.ofGraph().roundTrips();
    assertThat(times)
        .isEqualTo(new RoundTrips(100, 100_000, 1_000, 50_500, 100_000, 95_000, 99_000));
    // An answer to another question measures nothing.
    world.says("{\"type\":\"pong\",\"timestamp\":3}");
    world.says("{\"type\":\"pong\"}");
    assertThat(world.tally.ofGraph().roundTrips()).isEqualTo(times);
  }

  @Test
  void aServerThatDoesNotAnswerIsReplaced() {
    connected(GraphOptions.DEFAULTS.withPing(Duration.ofSeconds(5)));
    world.pass(9_999);
    assertThat(world.drops).isZero();
    world.pass(1);
    assertThat(world.errors).containsExactly("silent");
    assertThat(world.drops).isEqualTo(1);
  }

  @Test
  void whoStopsReadingStaysAliveAndReadsOn() {
    connected(GraphOptions.DEFAULTS.withPing(Duration.ofSeconds(5)));
    world.pass(1);
    world.answers();
    world.engine.pause(true, world.now());
    world.engine.pause(true, world.now());
    world.pass(60_000);
    assertThat(world.drops).isZero();
    // The server hears of us every 5 s.
    assertThat(world.texts.stream().filter(text -> text.contains("\"ping\""))).hasSize(13);
    world.engine.pause(false, world.now());
    assertThat(world.reads).containsExactly(false, true);
    // A connection that comes anew while nobody reads is told the graph first.
    world.engine.pause(true, world.now());
    world.cut();
    world.pass(2_000);
    assertThat(world.reads).containsExactly(false, true, false);
    tellsAll();
    assertThat(world.reads).containsExactly(false, true, false, false);
  }

  @Test
  void aListenerFarBehindStopsTheReadingToo() {
    connected(GraphOptions.DEFAULTS);
    world.engine.behind(true, world.now());
    world.engine.pause(true, world.now());
    world.engine.behind(false, world.now());
    assertThat(world.reads).containsExactly(false);
    world.engine.pause(false, world.now());
    assertThat(world.reads).containsExactly(false, true);
  }

  // The pace.

  @Test
  void thePaceIsAskedForOnceTheGraphIsToldAndAfterEachReconnect() {
    connected(GraphOptions.DEFAULTS.withInterval(33));
    String wish =
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":33,\"binary\":true}}";
    assertThat(world.texts).containsExactly(wish);
    world.says(
        "{\"type\":\"subscription_confirmed\",\"subscription\":\"position_updates\","
            + "\"interval\":50,\"binary\":true,\"timestamp\":1,\"rate_limit\":"
            + "{\"requests_per_minute\":300,\"min_interval_ms\":16}}");
    assertThat(heard).contains("interval 50");
    assertThat(scene.delayNanos()).isEqualTo(50 * VisionFlowWorld.MILLI);
    world.talk().wish(1_000);
    world.cut();
    world.pass(1_200);
    world.texts.clear();
    tellsAll();
    assertThat(world.texts).containsExactly(wish.replace("33", "1000"));
    world.talk().wish(0);
    assertThat(world.texts).contains(wish.replace("33", "200"));
  }

  // Moves.

  @Test
  void movesGoEverySixteenMillisecondsAndOfANodeTheNewest() {
    connected(GraphOptions.DEFAULTS);
    assertThat(move(1, 5)).isEqualTo(Moves.Put.FIRST);
    assertThat(world.binaries).hasSize(1);
    world.pass(5);
    move(1, 6);
    world.pass(5);
    assertThat(move(1, 7)).isEqualTo(Moves.Put.REPLACED);
    assertThat(move(2, 8)).isEqualTo(Moves.Put.ADDED);
    world.pass(5);
    assertThat(world.binaries).hasSize(1);
    world.pass(1);
    assertThat(world.binaries).hasSize(2);
    NodeBatch sent = sent(1);
    assertThat(sent.size()).isEqualTo(2);
    assertThat(sent.x(0)).isEqualTo(7);
    assertThat(sent.x(1)).isEqualTo(8);
    world.pass(15);
    move(3, 1);
    assertThat(world.binaries).hasSize(2);
    world.pass(1);
    assertThat(world.binaries).hasSize(3);
    world.pass(100);
    // After a rest the next goes at once.
    move(3, 2);
    assertThat(world.binaries).hasSize(4);
    assertThat(world.tally.ofGraph().sentFrames()).isEqualTo(4);
    assertThat(world.tally.ofGraph().sentNodes()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void movesGoInTheFormOfTheLine(NodeForm form) {
    connected(GraphOptions.DEFAULTS.withForm(form));
    move(4, 2);
    assertThat(world.binaries.getFirst()).hasSize(form.size(1));
  }

  @Test
  void movesGoOnBeingReplacedWhileTheLineTakesNothing() {
    connected(GraphOptions.DEFAULTS);
    world.ready = false;
    move(1, 5);
    world.pass(100);
    move(1, 6);
    world.pass(100);
    assertThat(world.binaries).isEmpty();
    world.writable();
    assertThat(world.binaries).hasSize(1);
    assertThat(sent(0).x(0)).isEqualTo(6);
  }

  @Test
  void movesOfSoManyNodesWaitAtMost() {
    connected(GraphOptions.DEFAULTS.withMoves(2, Duration.ofMillis(16)));
    world.ready = false;
    move(1, 1);
    move(2, 1);
    assertThat(move(3, 1)).isEqualTo(Moves.Put.FULL);
    assertThat(move(2, 4)).isEqualTo(Moves.Put.REPLACED);
    world.writable();
    assertThat(sent(0).size()).isEqualTo(2);
    assertThat(move(3, 1)).isEqualTo(Moves.Put.FIRST);
  }

  @Test
  void movesThatWaitWhenTheLineIsCutAreDroppedAndTold() {
    connected(GraphOptions.DEFAULTS);
    world.ready = false;
    move(1, 1);
    move(2, 1);
    world.cut();
    assertThat(heard).contains("dropped 2");
    // So is what comes too late to know of it.
    move(3, 1);
    assertThat(heard).contains("dropped 1");
    world.ready = true;
    world.pass(1_200);
    tellsAll();
    world.pass(1_000);
    assertThat(world.binaries).isEmpty();
    assertThat(world.tally.ofGraph().dropped()).isEqualTo(3);
  }

  @Test
  void whatTheServerSaysOfAMoveIsTold() {
    connected(GraphOptions.DEFAULTS);
    world.says(
        "{\"type\":\"error\",\"code\":\"unknown_node\",\"message\":\"m\",\"recoverable\":true}");
    world.says("{\"type\":\"rate_limit_warning\",\"message\":\"slower\",\"retry_after\":2}");
    assertThat(world.errors).containsExactly("unknown_node", "rate_limited");
    assertThat(world.states.getLast()).isEqualTo(ClientState.CONNECTED);
  }

  // Memory.

  /** Bare nodes take nothing at all; a frame is a header and the frame itself. */
  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void aMessageOfNodesAllocatesNextToNothingWhateverTheirNumber(NodeForm form) {
    connected(GraphOptions.DEFAULTS.withForm(form));
    int[] ids = IntStream.range(0, 3_000).toArray();
    StringBuilder added = new StringBuilder("0");
    for (int id = 1; id < 3_000; id++) {
      added.append(',').append(id);
    }
    world.says(whole(6, ",\"added\":[" + added + "]"));
    byte[] message = VisionFlowWorld.nodes(form, 3, ids);
    byte[] small = VisionFlowWorld.nodes(form, 3, 1, 2);
    heard.clear();
    long large = Allocated.by(200, () -> says(message));
    assertThat(large).isLessThanOrEqualTo(form == NodeForm.FRAMED ? 128 : 32);
    assertThat(Allocated.by(200, () -> says(small))).isLessThanOrEqualTo(large + 16);
    assertThat(now().size()).isEqualTo(3_000);
  }

  /** Without a list that grows. */
  private void says(byte[] message) {
    world.says(message);
    heard.clear();
  }
}
