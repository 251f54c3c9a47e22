package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.services.graph.Answer;
import io.sluice.services.graph.EdgeBatch;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.Graphs;
import io.sluice.services.graph.NodeName;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The structure of a graph, and its end, through a whole server. */
class PositionsStructureTest {
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

  @Test
  void aStructureThatIsLargeComesInPieces() throws Exception {
    server.restart(Map.of("visionflow.graph.pieceBytes", "2KiB"));
    int count = 5_000;
    NodeBatch nodes = new NodeBatch(count);
    EdgeBatch edges = new EdgeBatch();
    for (int id = 0; id < count; id++) {
      nodes.add(id, NodeKind.PLAIN);
      if (id > 0) {
        edges.add(id - 1, id, 1);
      }
    }
    tell(new GraphCommand.Replace(nodes, List.of(new NodeName(7, "Ada")), edges, 0));
    VisionFlowPeer ada = watcher(NodeForm.RAW);
    assertWhole(ada, count);
    assertThat(ada.nodes().size()).isEqualTo(count);
    ada.next("connection_established");
    ada.say("{\"type\":\"request_full_snapshot\"}");
    assertWhole(ada, count);
    assertThat(ada.nodes().size()).isEqualTo(count);
    ada.roundTrip();
  }

  private static void assertWhole(VisionFlowPeer peer, int count) {
    int added = 0;
    int linked = 0;
    int pieces = 0;
    JsonNode piece;
    do {
      piece = peer.next("graph_update");
      assertThat(piece.has("whole")).isEqualTo(pieces == 0);
      assertThat(piece.toString().length()).isLessThanOrEqualTo(2 << 10);
      added += piece.path("added").size();
      linked += piece.path("edges").path("added").size();
      pieces++;
    } while (piece.has("more"));
    assertThat(pieces).isGreaterThan(20);
    assertThat(added).isEqualTo(count);
    assertThat(linked).isEqualTo(count - 1);
    assertThat(piece.get("names").get("7").asString()).isEqualTo("Ada");
    assertThat(piece.get("source").asInt()).isZero();
  }

  @Test
  void aGraphThatIsRemovedWhileItIsWatchedEndsTheLineAndLeavesNothing() throws Exception {
    Graphs graphs = server.sluice().graphs();
    assertThat(graphs.create("short", 5)).isNull();
    URI there = at("graph=short&token=" + server.token("ada"));
    VisionFlowPeer ada = new VisionFlowPeer(server.http, there, NodeForm.RAW);
    VisionFlowPeer bob = new VisionFlowPeer(server.http, there, NodeForm.FRAMED);
    ada.next("connection_established");
    bob.next("connection_established");
    ada.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":1000}}");
    ada.next("subscription_confirmed");
    graphs.remove("short", now(), Answer.NOBODY);
    JsonNode error = ada.next("error");
    assertThat(error.get("code").asString()).isEqualTo("unknown_graph");
    assertThat(error.get("recoverable").asBoolean()).isFalse();
    assertThat(bob.error()).isEqualTo("unknown_graph");
    assertThat(ada.closeCode()).isEqualTo(1008);
    assertThat(bob.closeCode()).isEqualTo(1008);
    assertThat(graphs.figures().graphs()).isEqualTo(1);
    assertThat(graphs.figures().classes()).isZero();
    // Who comes back finds another graph, which knows nothing of who has gone.
    assertThat(graphs.create("short", 5)).isNull();
    VisionFlowPeer eve = new VisionFlowPeer(server.http, there, NodeForm.RAW);
    assertThat(eve.next("graph_update").get("revision").asInt()).isZero();
    eve.next("connection_established");
    assertThat(graphs.figures().classes()).isEqualTo(1);
    eve.leave();
    await().until(() -> graphs.figures().classes() == 0);
  }
}
