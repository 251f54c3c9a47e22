package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.services.graph.EdgeBatch;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.NodeName;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Graphs through a whole server and its sockets. */
class PositionsTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of("lanes", "2"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private URI at(String query) {
    return URI.create("ws://127.0.0.1:" + server.port() + "/ws/positions?" + query);
  }

  private VisionFlowPeer watcher(NodeForm form) {
    return new VisionFlowPeer(server.http, at("token=" + server.token("ada")), form);
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private void tell(GraphCommand command) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    server
        .sluice()
        .graphs()
        .submit(
            "default",
            command,
            now(),
            fault -> answer.complete(fault == null ? "" : fault.code().text()));
    assertThat(answer.join()).isEmpty();
  }

  private static NodeBatch two(float x) {
    NodeBatch nodes = new NodeBatch(10);
    nodes.setPosition(nodes.add(5, NodeKind.AGENT), x, 2, 3);
    nodes.setPosition(nodes.add(7, NodeKind.KNOWLEDGE), 4, 5, 6);
    return nodes;
  }

  /** An agent 5, which is called Ada, from whom a way leads to 7. */
  private void fill() {
    tell(new GraphCommand.PutNodes(two(1), List.of(new NodeName(5, "Ada"))));
    EdgeBatch edges = new EdgeBatch();
    edges.add(5, 7, 2.5f);
    tell(new GraphCommand.PutEdges(edges));
    tell(new GraphCommand.SetSource(5));
  }

  /** What a watcher knows of node 5 once its position has come to this. */
  private static void waitFor(VisionFlowPeer watcher, float x) {
    while (true) {
      NodeBatch nodes = watcher.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.id(i) == 5 && nodes.x(i) == x) {
          return;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void whoComesIsToldTheGraphAndThenWhatMoves(NodeForm form) {
    fill();
    VisionFlowPeer ada = watcher(form);
    JsonNode graph = ada.next("state_sync").get("data").get("graph");
    assertThat(graph.get("nodes_count").asInt()).isEqualTo(2);
    assertThat(graph.get("edges_count").asInt()).isEqualTo(1);
    assertThat(graph.get("metadata_count").asInt()).isEqualTo(1);
    JsonNode structure = ada.next("graph_update");
    assertThat(structure.get("whole").asBoolean()).isTrue();
    assertThat(structure.get("names").get("5").asString()).isEqualTo("Ada");
    assertThat(structure.get("source").asInt()).isEqualTo(5);
    NodeBatch all = ada.nodes();
    assertThat(all.size()).isEqualTo(2);
    assertThat(all.kind(0)).isEqualTo(NodeKind.AGENT);
    assertThat(all.x(0)).isEqualTo(1);
    assertThat(ada.next("connection_established").get("state_sync_sent").asBoolean()).isTrue();
    tell(new GraphCommand.MoveNodes(two(9)));
    waitFor(ada, 9);
    ada.roundTrip();
  }

  @Test
  void pathsComeWithTheNodes() {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    float distance = Float.POSITIVE_INFINITY;
    while (distance != 2.5f) {
      NodeBatch nodes = ada.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.id(i) == 7) {
          distance = nodes.distance(i);
          assertThat(nodes.parent(i)).isIn(5, -1);
        }
      }
    }
  }

  @Test
  void whoMayMovesNodesAndEverybodySeesIt() throws Exception {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    VisionFlowPeer eve = watcher(NodeForm.V2);
    eve.nodes();
    byte[] moved = new byte[NodeForm.RAW.size(2)];
    int _ = NodeForm.RAW.write(two(42), 0, moved, 0);
    ada.send(moved);
    waitFor(eve, 42);
    waitFor(ada, 42);
  }

  @Test
  void aWishForAnotherPaceIsConfirmedAndAllComesAnew() {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    ada.next("connection_established");
    ada.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":30}}");
    JsonNode confirmed = ada.next("subscription_confirmed");
    assertThat(confirmed.get("interval").asInt()).isEqualTo(33);
    assertThat(confirmed.get("rate_limit").get("min_interval_ms").asInt()).isEqualTo(16);
    assertThat(ada.nodes().size()).isEqualTo(2);
    ada.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":60000}}");
    assertThat(ada.next("subscription_confirmed").get("interval").asInt()).isEqualTo(1_000);
    ada.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":900}}");
    assertThat(ada.next("subscription_confirmed").get("interval").asInt()).isEqualTo(1_000);
  }

  @Test
  void whoAsksForItGetsTheWholeGraphAgain() {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.FRAMED);
    ada.next("connection_established");
    ada.say("{\"type\":\"request_full_snapshot\",\"graphs\":[\"agent\"]}");
    assertThat(ada.nodes().size()).isEqualTo(2);
  }

  @Test
  void whatChangesInTheStructureIsTold() {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    assertThat(ada.next("graph_update").has("whole")).isTrue();
    tell(new GraphCommand.RemoveNodes(List.of(7)));
    JsonNode update = ada.next("graph_update");
    assertThat(update.get("removed").get(0).asInt()).isEqualTo(7);
  }

  @Test
  void nodesThatAFormCannotNameAreLeftOutAndThatIsSaid() {
    NodeBatch nodes = new NodeBatch(2);
    nodes.add(16_383, NodeKind.PLAIN);
    nodes.add(16_384, NodeKind.PLAIN);
    tell(new GraphCommand.PutNodes(nodes, List.of()));
    VisionFlowPeer raw = watcher(NodeForm.RAW);
    assertThat(raw.error()).isEqualTo("id_out_of_range");
    NodeBatch some = raw.nodes();
    assertThat(some.size()).isEqualTo(1);
    assertThat(some.id(0)).isEqualTo(16_383);
    assertThat(watcher(NodeForm.V2).nodes().size()).isEqualTo(2);
  }

  // What is wrong

  @ParameterizedTest
  @CsvSource({
    "RAW, 33, invalid_length",
    "RAW, 1, invalid_length",
    "V2, 0, invalid_length",
    "V2, 36, unknown_version",
    "FRAMED, 0, invalid_length",
    "FRAMED, 15, invalid_length",
    "FRAMED, 16, unknown_type",
    "RAW, 68, duplicate_id",
  })
  void aBadMessageIsAnErrorAndTheConnectionStays(NodeForm form, int zeros, String code) {
    fill();
    VisionFlowPeer ada = watcher(form);
    ada.send(new byte[zeros]);
    assertThat(ada.error()).isEqualTo(code);
    ada.roundTrip();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | missing_field",
        "[] | invalid_json",
        "x | invalid_json",
        "{\"type\":\"strange\"} | unknown_type",
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":-1}} | invalid_field",
        "{\"type\":\"request_full_snapshot\",\"graphs\":[1]} | invalid_field",
      })
  void aBadTextIsAnErrorAndTheConnectionStays(String text, String code) {
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    ada.say(text);
    assertThat(ada.error()).isEqualTo(code);
    ada.roundTrip();
  }

  @Test
  void ofAMessageThatNamesAStrangerNothingIsMoved() throws Exception {
    fill();
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    NodeBatch nodes = two(77).copy();
    NodeBatch more = new NodeBatch(3);
    more.add(nodes, 0);
    more.add(99, NodeKind.PLAIN);
    byte[] message = new byte[NodeForm.RAW.size(2)];
    int _ = NodeForm.RAW.write(more, 0, message, 0);
    ada.send(message);
    assertThat(ada.error()).isEqualTo("unknown_node");
    assertThat(watcher(NodeForm.RAW).nodes().x(0)).isEqualTo(1);
  }

  @Test
  void whoMayOnlyReadMovesNothing() throws Exception {
    fill();
    TokenIssuer.Request reading =
        new TokenIssuer.Request(
            "eve", null, List.of(), List.of(new ChannelPattern("graph.default.>")));
    String token =
        server
            .sluice()
            .developer()
            .issue(reading, Duration.ofMinutes(5), System.currentTimeMillis());
    VisionFlowPeer eve = new VisionFlowPeer(server.http, at("token=" + token), NodeForm.FRAMED);
    assertThat(eve.nodes().size()).isEqualTo(2);
    byte[] moved = new byte[NodeForm.FRAMED.size(2)];
    int _ = NodeForm.FRAMED.write(two(13), 0, moved, 0);
    eve.send(moved);
    assertThat(eve.error()).isEqualTo("forbidden");
    eve.send(FrameWriter.ping(7, 0));
    eve.roundTrip();
  }

  @ParameterizedTest
  @CsvSource({"graph.default.5, 403", "graph.default.changes, 403", "graph.default, 200"})
  void nobodyElseSpeaksInAGraphsName(String channel, int status) throws Exception {
    HttpRequest request =
        server
            .request("/api/v1/publish")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"channel\":\"" + channel + "\",\"payload\":1}"))
            .build();
    assertThat(server.send(request).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"graph.default.5, 403", "graph.default.changes, 403", "graph.default, 200"})
  void notEvenAnAdministratorIsTheGraph(String channel, int status) throws Exception {
    String token =
        server
            .sluice()
            .developer()
            .issue(
                new TokenIssuer.Request("root", "admin", null, null),
                Duration.ofMinutes(5),
                System.currentTimeMillis());
    HttpRequest request =
        HttpRequest.newBuilder(server.at("/api/v1/broadcast"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString("{\"channel\":\"" + channel + "\",\"payload\":1}"))
            .build();
    assertThat(server.send(request).statusCode()).isEqualTo(status);
  }

  /** Not even how many nodes it has, or what they are called. */
  @Test
  void whoMayNotWatchIsToldNothingOfTheGraph() throws Exception {
    fill();
    TokenIssuer.Request elsewhere =
        new TokenIssuer.Request("eve", null, null, List.of(new ChannelPattern("graph.other.>")));
    String token =
        server
            .sluice()
            .developer()
            .issue(elsewhere, Duration.ofMinutes(5), System.currentTimeMillis());
    VisionFlowPeer eve = new VisionFlowPeer(server.http, at("token=" + token), NodeForm.RAW);
    assertThat(eve.first().get("code").asString()).isEqualTo("forbidden");
    assertThat(eve.closeCode()).isEqualTo(1008);
  }

  @ParameterizedTest
  @CsvSource({"16.67, 16", "33.34, 33", "17, 16", "18, 33", "50, 50"})
  void aPaceThatIsCountedInThirdsIsTheOneThatIsMeant(String interval, int confirmed) {
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    ada.next("connection_established");
    ada.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":" + interval + "}}");
    assertThat(ada.next("subscription_confirmed").get("interval").asInt()).isEqualTo(confirmed);
  }

  @ParameterizedTest
  @CsvSource({"nowhere", "a.b", "''", "%20"})
  void aGraphThatDoesNotExistIsSaidAndTheLineEnds(String graph) throws Exception {
    VisionFlowPeer ada =
        new VisionFlowPeer(
            server.http, at("graph=" + graph + "&token=" + server.token("ada")), NodeForm.RAW);
    assertThat(ada.error()).isEqualTo("unknown_graph");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  @Test
  void whoIsSilentIsAskedAndLetGo() throws Exception {
    server.restart(
        Map.of("visionflow.heartbeat.every", "50ms", "visionflow.heartbeat.timeout", "200ms"));
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    assertThat(ada.next("ping").has("timestamp")).isTrue();
    assertThat(ada.closeCode()).isEqualTo(1001);
  }

  @Test
  void aPaceThatNobodyWatchesIsGivenBack() throws Exception {
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    ada.next("connection_established");
    ada.leave();
    assertThat(ada.closeCode()).isEqualTo(1000);
    await().until(() -> server.sluice().graphs().figures().classes() == 0);
  }
}
