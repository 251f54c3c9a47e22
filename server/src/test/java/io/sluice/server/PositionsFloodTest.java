package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.services.graph.Answer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Too much, too late and texts that are none, through a whole server. */
class PositionsFloodTest extends PositionsAttack {
  @Test
  void aFloodOfMovesIsBoundedAndAnsweredAndTheRestIsDone() throws Exception {
    restart(Map.of("visionflow.graph.queuedCommands", "3"));
    VisionFlowPeer peer = peer(NodeForm.RAW);
    peer.next("connection_established");
    CountDownLatch goOn = hold();
    for (int i = 1; i <= 20; i++) {
      peer.send(written(NodeForm.RAW, nodes(i)));
    }
    for (int i = 4; i <= 20; i++) {
      assertThat(peer.error()).isEqualTo("busy");
    }
    goOn.countDown();
    assertThat(graph()).contains("\"x\":3.0,\"y\":2.0,\"z\":3.0");
    peer.roundTrip();
    peer.send(written(NodeForm.RAW, nodes(21)));
    peer.roundTrip();
    assertThat(graph()).contains("\"x\":21.0,\"y\":2.0,\"z\":3.0");
    neighbourHears();
  }

  /** The graph has something to do that takes until this is counted down. */
  private CountDownLatch hold() {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    server
        .sluice()
        .graphs()
        .find("default")
        .view(
            view -> {
              stopped.countDown();
              await(goOn);
            });
    await(stopped);
    return goOn;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoMovesWhatIsRemovedMeanwhileIsToldAndLetGo() throws Exception {
    VisionFlowPeer peer = peer(NodeForm.RAW);
    peer.next("connection_established");
    CountDownLatch goOn = hold();
    server.sluice().graphs().remove("default", now(), Answer.NOBODY);
    peer.send(written(NodeForm.RAW, nodes(8)));
    peer.roundTrip();
    goOn.countDown();
    assertThat(peer.error()).isEqualTo("unknown_graph");
    assertThat(peer.closeCode()).isEqualTo(1008);
    assertThat(neighbour.error()).isEqualTo("unknown_graph");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "\"ping\"",
        "[[[[[[[[",
        "{\"type\":\"ping\"} ",
        "{\"type\":\"ping\"}x",
        "{\"type\":7}",
        "{\"type\":null}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
        "{\"type\":\"ping\",\"timestamp\":{}}",
        "{\"type\":\"ping\",\"timestamp\":true}",
        "{\"type\":\"graph_update\",\"removed\":[5]}",
        "{\"type\":\"state_sync\"}",
        "{\"type\":\"subscribe_position_updates\",\"data\":7}",
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":60001}}",
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":1e999}}",
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":\"60\"}}",
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"binary\":1}}",
        "{\"type\":\"request_full_snapshot\",\"graphs\":{}}",
      })
  void aTextIsUnderstoodOrRefused(String text) {
    VisionFlowPeer peer = peer(NodeForm.RAW);
    peer.next("connection_established");
    peer.say(text);
    if (text.endsWith("} ")) {
      peer.next("pong");
    } else {
      assertThat(peer.error())
          .isIn("invalid_json", "unknown_type", "missing_field", "invalid_field");
    }
    peer.roundTrip();
    assertThat(graph()).isEqualTo(before);
    neighbourHears();
  }
}
