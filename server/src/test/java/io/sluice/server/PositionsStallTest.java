package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.services.graph.GraphCommand;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who stops reading while all of a large graph moves, over a real socket. */
class PositionsStallTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int NODES = 16_000;

  /** So many ticks go by that the socket does not take: as many would wait, if any did. */
  private static final int UNTAKEN = 50;

  private RunningServer server;
  private int moves;

  @BeforeEach
  void start() throws Exception {
    // By one lane whoever is answered knows that the watcher has had its turn. And the log has room
    // for all the messages it may keep: it is not for want of them that nobody gets them.
    server = new RunningServer(Map.of("lanes", "1", "limits.log.bytes", "64MiB"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private void tell(GraphCommand command) {
    CompletableFuture<Object> answer = new CompletableFuture<>();
    server
        .sluice()
        .graphs()
        .submit("default", command, now(), fault -> answer.complete(fault == null ? "" : fault));
    assertThat(answer.join()).isEqualTo("");
  }

  /** All nodes, as far along as there were moves. */
  private NodeBatch nodes() {
    NodeBatch nodes = new NodeBatch(NODES);
    for (int id = 0; id < NODES; id++) {
      nodes.setPosition(nodes.add(id, NodeKind.PLAIN), moves, 0, 0);
    }
    return nodes;
  }

  private long ticks() {
    return server.sluice().graphs().figures().totals().ticks();
  }

  /** Every node moves, and the server has published it. */
  private void move() {
    long before = ticks();
    moves++;
    tell(new GraphCommand.MoveNodes(nodes()));
    await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> ticks() > before);
  }

  /** How many publications the server has handed to sockets. */
  private long delivered() throws Exception {
    JsonNode stats = JSON.readTree(server.send(server.request("/stats").build()).body());
    return stats.get("deliveries").asLong();
  }

  private VisionFlowPeer watcher() {
    URI at =
        URI.create(
            "ws://127.0.0.1:" + server.port() + "/ws/positions?token=" + server.token("ada"));
    VisionFlowPeer watcher = new VisionFlowPeer(server.http, at, NodeForm.RAW);
    watcher.next("connection_established");
    watcher.say("{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":16}}");
    watcher.next("subscription_confirmed");
    assertThat(watcher.nodes().size()).isEqualTo(NODES);
    return watcher;
  }

  /**
   * They move until the one who watches has taken nothing for long.
   *
   * @return at which move it took something for the last time
   */
  private int moveUntilNothingIsTaken() throws Exception {
    int full = moves;
    while (moves < full + UNTAKEN) {
      long before = delivered();
      move();
      if (delivered() != before) {
        full = moves;
      }
    }
    return full;
  }

  @Test
  void whoStallsGetsTheNewestOfEveryNodeInOneMessageAndNoBacklog() throws Exception {
    tell(new GraphCommand.PutNodes(nodes(), List.of()));
    VisionFlowPeer watcher = watcher();
    watcher.stop();
    int full = moveUntilNothingIsTaken();
    watcher.goOn();
    int behind = 0;
    int seen = 0;
    while (seen < moves) {
      NodeBatch nodes = watcher.nodes();
      seen = (int) nodes.x(0);
      behind += seen > full ? 1 : 0;
      assertThat(nodes.size()).isEqualTo(NODES);
      for (int i = 0; i < NODES; i++) {
        assertThat((int) nodes.x(i) == seen).isTrue();
      }
    }
    // What the socket had taken was older; of what came after it there is the newest only.
    assertThat(behind).isEqualTo(1);
    watcher.roundTrip();
    assertThat(watcher.hasBinary()).isFalse();
  }
}
