package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.services.graph.EdgeBatch;
import io.sluice.services.graph.Graph;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.GraphView;
import io.sluice.services.graph.NodeName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A server with a graph, somebody who attacks it and a neighbour who watches it. Owned by the test
 * that is one.
 */
abstract class PositionsAttack {
  static final int HEADER = 16;
  static final byte NODE_UPDATE = 1;

  RunningServer server;
  VisionFlowPeer neighbour;
  String before;
  private float place;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of("lanes", "2"));
    fill();
  }

  private void fill() {
    NodeBatch nodes = nodes(0);
    nodes.add(9, NodeKind.PLAIN);
    EdgeBatch edges = new EdgeBatch().add(5, 7, 2.5f);
    tell(new GraphCommand.Replace(nodes, List.of(new NodeName(5, "Ada")), edges, -1));
    neighbour = peer(NodeForm.V2);
    neighbour.next("connection_established");
    before = graph();
  }

  void restart(Map<String, String> settings) throws Exception {
    server.restart(settings);
    fill();
  }

  @AfterEach
  void close() {
    server.close();
  }

  // What is attacked

  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  void tell(GraphCommand command) {
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

  /** All of the graph, after all it was told. */
  String graph() {
    CompletableFuture<GraphView> view = new CompletableFuture<>();
    Graph graph = server.sluice().graphs().find("default");
    graph.view(view::complete);
    return new String(view.join().toJson(Integer.MAX_VALUE), StandardCharsets.UTF_8);
  }

  VisionFlowPeer peer(NodeForm form) {
    URI at =
        URI.create(
            "ws://127.0.0.1:" + server.port() + "/ws/positions?token=" + server.token("eve"));
    return new VisionFlowPeer(server.http, at, form);
  }

  /** It is refused by this code, nothing of it is done, and the connection stays. */
  void refused(VisionFlowPeer peer, byte[] message, String code) {
    peer.send(message);
    assertThat(peer.error()).as(Arrays.toString(Arrays.copyOf(message, 20))).isEqualTo(code);
    assertThat(graph()).isEqualTo(before);
  }

  /** Whoever was here all the time is told what moves. */
  void neighbourHears() {
    place++;
    NodeBatch moved = new NodeBatch(1);
    moved.setPosition(moved.add(9, NodeKind.PLAIN), place, 0, 0);
    tell(new GraphCommand.MoveNodes(moved));
    boolean heard = false;
    while (!heard) {
      NodeBatch nodes = neighbour.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        heard |= nodes.id(i) == 9 && nodes.x(i) == place;
      }
    }
    neighbour.roundTrip();
  }

  // What it is attacked with

  /** An agent 5 and knowledge 7, as they are but for where. */
  static NodeBatch nodes(float x) {
    NodeBatch nodes = new NodeBatch(10);
    nodes.setPosition(nodes.add(5, NodeKind.AGENT), x, 2, 3);
    nodes.setPosition(nodes.add(7, NodeKind.KNOWLEDGE), 4, 5, 6);
    return nodes;
  }

  static byte[] written(NodeForm form, NodeBatch nodes) {
    byte[] message = new byte[form.size(nodes.size())];
    try {
      int _ = form.write(nodes, 0, message, 0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return message;
  }

  /** Where the records begin, how long one is, and where its position begins. */
  static int first(NodeForm form) {
    return switch (form) {
      case RAW -> 0;
      case V2 -> 1;
      case FRAMED -> HEADER;
    };
  }

  static int record(NodeForm form) {
    return form == NodeForm.V2 ? 36 : 34;
  }

  static int position(NodeForm form) {
    return form == NodeForm.V2 ? 4 : 2;
  }

  static byte[] framed(int type, int flags, int reserved, byte[] payload) {
    return ByteBuffer.allocate(HEADER + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) type)
        .put((byte) flags)
        .putShort((short) reserved)
        .putInt(payload.length)
        .putLong(0)
        .put(payload)
        .array();
  }

  static byte[] records(NodeForm form, NodeBatch nodes) {
    byte[] message = written(form, nodes);
    return Arrays.copyOfRange(message, first(form), message.length);
  }

  static byte[] gzip(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(payload);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
