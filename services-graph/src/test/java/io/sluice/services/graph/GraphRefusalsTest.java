package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is refused, with which code, and that nothing of it is done. */
class GraphRefusalsTest {
  private static final GraphLimits SMALL =
      new GraphLimits(
          2,
          4,
          3,
          5,
          3,
          10,
          GraphLimits.LEAST_CHANGE_BYTES,
          GraphLimits.LEAST_CHANGE_BYTES,
          GraphLimits.View.DEFAULTS,
          GraphLimits.Burst.DEFAULTS);

  private final Rig rig = new Rig(SMALL);

  private void refused(GraphCommand command, GraphCode code) {
    String before = new String(rig.view("g").toJson(Integer.MAX_VALUE));
    int told = rig.broker.all.size();
    GraphFault fault = rig.told("g", command);
    assertThat(fault).as("%s", command).isNotNull();
    assertThat(fault.code()).isEqualTo(code);
    assertThat(fault.message()).isNotBlank();
    assertThat(new String(rig.view("g").toJson(Integer.MAX_VALUE))).isEqualTo(before);
    assertThat(rig.broker.all).hasSize(told);
  }

  private void begin() {
    assertThat(rig.graphs.create("g", 60)).isNull();
    rig.tell("g", Rig.put(1, 2, 3));
    rig.tell("g", Rig.edge(1, 2, 1));
    rig.tell("g", Rig.edge(2, 3, 1));
  }

  private static NodeBatch with(int id, float x, float vx) {
    NodeBatch batch = Rig.batch(2);
    int at = batch.add(id, NodeKind.AGENT);
    batch.setPosition(at, x, 0, 0);
    batch.setVelocity(at, vx, 0, 0);
    return batch;
  }

  private static GraphCommand.PutNodes put(NodeBatch batch, NodeName... names) {
    return new GraphCommand.PutNodes(batch, List.of(names));
  }

  private static GraphCommand.Replace whole(NodeBatch nodes, EdgeBatch edges, int source) {
    return new GraphCommand.Replace(nodes, List.of(), edges, source);
  }

  @Test
  void nodesArePutWholeOrNotAtAll() {
    begin();
    refused(put(with(-1, 0, 0)), GraphCode.INVALID_NODE);
    refused(put(with(NodeBatch.MAX_ID + 1, 0, 0)), GraphCode.INVALID_NODE);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      refused(put(with(1, bad, 0)), GraphCode.NOT_FINITE);
      refused(put(with(1, 0, bad)), GraphCode.NOT_FINITE);
      refused(new GraphCommand.MoveNodes(with(1, bad, 0)), GraphCode.NOT_FINITE);
      refused(new GraphCommand.MoveNodes(with(1, 0, bad)), GraphCode.NOT_FINITE);
    }
    refused(put(with(2, 0, 0)), GraphCode.DUPLICATE_ID);
    refused(Rig.put(4, 5), GraphCode.GRAPH_FULL);
    refused(Rig.put(1, 2, 3, 4, 5), GraphCode.GRAPH_FULL);
    refused(put(Rig.batch(1), new NodeName(1, "longer")), GraphCode.NAME_TOO_LONG);
    refused(put(Rig.batch(1), new NodeName(1, "")), GraphCode.INVALID_NAME);
    refused(put(Rig.batch(1), new NodeName(1, "a\ud83d")), GraphCode.INVALID_NAME);
    refused(put(Rig.batch(1), new NodeName(2, "Ada")), GraphCode.UNKNOWN_NODE);
    refused(put(Rig.batch(1), new NodeName(-2, "Ada")), GraphCode.UNKNOWN_NODE);
    refused(
        put(Rig.batch(1), new NodeName(1, "Ada"), new NodeName(1, "Bob")), GraphCode.DUPLICATE_ID);
    rig.tell("g", put(Rig.batch(1, 4), new NodeName(1, "\ud83d\ude00 Ad")));
  }

  @Test
  void onlyNodesThatAreThereAreMovedOrRemoved() {
    begin();
    refused(new GraphCommand.MoveNodes(Rig.batch(1, 4)), GraphCode.UNKNOWN_NODE);
    refused(new GraphCommand.MoveNodes(Rig.batch(1, -4)), GraphCode.UNKNOWN_NODE);
    refused(new GraphCommand.MoveNodes(Rig.batch(1, 2, 1)), GraphCode.DUPLICATE_ID);
    refused(new GraphCommand.RemoveNodes(List.of(1, 4)), GraphCode.UNKNOWN_NODE);
    refused(new GraphCommand.RemoveNodes(List.of(1, -4)), GraphCode.UNKNOWN_NODE);
    refused(new GraphCommand.RemoveNodes(List.of(1, 1)), GraphCode.DUPLICATE_ID);
    refused(new GraphCommand.SetSource(4), GraphCode.UNKNOWN_NODE);
    refused(new GraphCommand.SetSource(-2), GraphCode.UNKNOWN_NODE);
  }

  @Test
  void edgesArePutAndRemovedWholeOrNotAtAll() {
    begin();
    refused(Rig.edge(1, 4, 1), GraphCode.UNKNOWN_NODE);
    refused(Rig.edge(-1, 1, 1), GraphCode.UNKNOWN_NODE);
    refused(Rig.edge(1, 1, 1), GraphCode.INVALID_EDGE);
    for (float bad : new float[] {-1, -Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(Rig.edge(1, 3, bad), GraphCode.INVALID_WEIGHT);
    }
    refused(
        new GraphCommand.PutEdges(new EdgeBatch().add(1, 3, 1).add(1, 3, 2)),
        GraphCode.DUPLICATE_EDGE);
    refused(new GraphCommand.PutEdges(new EdgeBatch().addBoth(1, 3, 1)), GraphCode.GRAPH_FULL);
    refused(
        new GraphCommand.RemoveEdges(new EdgeBatch().add(1, 2, 0).add(2, 1, 0)),
        GraphCode.UNKNOWN_EDGE);
    refused(new GraphCommand.RemoveEdges(new EdgeBatch().add(-1, -1, 0)), GraphCode.UNKNOWN_EDGE);
    refused(
        new GraphCommand.RemoveEdges(new EdgeBatch().add(1, 2, 0).add(1, 2, 0)),
        GraphCode.DUPLICATE_EDGE);
    rig.tell("g", new GraphCommand.PutEdges(new EdgeBatch().add(1, 2, 0).add(3, 1, -0f)));
  }

  @Test
  void anotherGraphIsPutWholeOrNotAtAll() {
    begin();
    refused(whole(with(1, Float.NaN, 0), new EdgeBatch(), -1), GraphCode.NOT_FINITE);
    refused(whole(Rig.batch(1, 2, 3, 4, 5), new EdgeBatch(), -1), GraphCode.GRAPH_FULL);
    refused(whole(Rig.batch(8, 9), new EdgeBatch().add(1, 8, 1), -1), GraphCode.UNKNOWN_NODE);
    refused(whole(Rig.batch(8, 9), new EdgeBatch().add(9, 8, -1), -1), GraphCode.INVALID_WEIGHT);
    EdgeBatch four = new EdgeBatch().addBoth(8, 9, 1).addBoth(7, 8, 1);
    refused(whole(Rig.batch(7, 8, 9), four, -1), GraphCode.GRAPH_FULL);
    refused(whole(Rig.batch(8, 9), new EdgeBatch(), 1), GraphCode.UNKNOWN_NODE);
    refused(
        new GraphCommand.Replace(
            Rig.batch(8), List.of(new NodeName(9, "Ada")), new EdgeBatch(), -1),
        GraphCode.UNKNOWN_NODE);
  }

  @Test
  void aBoundMayBeReached() {
    begin();
    rig.tell("g", put(Rig.batch(4), new NodeName(4, "fives")));
    rig.tell("g", Rig.edge(3, 4, 1));
    assertThat(rig.graphs.find("g").standing().nodes()).isEqualTo(SMALL.nodes());
    assertThat(rig.graphs.find("g").standing().edges()).isEqualTo(SMALL.edges());
  }

  @Test
  void whatWaitsForAGraphIsBounded() {
    begin();
    for (int i = 0; i < 3; i++) {
      rig.graphs.submit("g", new GraphCommand.RemoveNodes(List.of()), rig.now(), fault -> {});
    }
    assertThat(rig.told("g", new GraphCommand.RemoveNodes(List.of())).code())
        .isEqualTo(GraphCode.BUSY);
    rig.graphs.submit("g", Rig.put(1, 2, 3), rig.now(), fault -> {});
    int[] eight = IntStream.rangeClosed(1, 8).toArray();
    assertThat(rig.told("g", Rig.put(eight)).code()).isEqualTo(GraphCode.BUSY);
    // What is too large to wait beside others may wait alone, and is judged by other bounds.
    int[] twelve = IntStream.rangeClosed(1, 12).toArray();
    assertThat(rig.told("g", Rig.put(twelve)).code()).isEqualTo(GraphCode.GRAPH_FULL);
    rig.tell("g", new GraphCommand.RemoveNodes(List.of()));
  }

  @Test
  void graphsAreBoundedInNumberAndHaveNamesAndRates() {
    begin();
    assertThat(rig.graphs.create("g", 5).code()).isEqualTo(GraphCode.GRAPH_EXISTS);
    for (String bad : List.of("", "a.b", "a b", "x".repeat(65), "*", "ü")) {
      assertThat(rig.graphs.create(bad, 5).code()).isEqualTo(GraphCode.INVALID_GRAPH_NAME);
    }
    for (int bad : new int[] {-1, 0, 3, 7, 59, 61, 120}) {
      assertThat(rig.graphs.create("h", bad).code()).isEqualTo(GraphCode.INVALID_RATE);
    }
    assertThat(rig.graphs.create("x".repeat(64), 5)).isNull();
    assertThat(rig.graphs.create("h", 5).code()).isEqualTo(GraphCode.TOO_MANY_GRAPHS);
    assertThat(rig.told("h", Rig.put(1)).code()).isEqualTo(GraphCode.UNKNOWN_GRAPH);
    assertThat(rig.watched("h", 5).code()).isEqualTo(GraphCode.UNKNOWN_GRAPH);
    for (int bad : new int[] {0, -5, 3, 120}) {
      assertThat(rig.watched("g", bad).code()).isEqualTo(GraphCode.INVALID_RATE);
    }
    assertThat(rig.watched("x".repeat(64), 10).code()).isEqualTo(GraphCode.INVALID_RATE);
    assertThat(rig.graphs.figures().totals().refused()).isPositive();
  }

  @Test
  void everyCodeSaysWhatBringsItAboutAndWhatToDo() {
    assertThat(Arrays.stream(GraphCode.values()).map(GraphCode::text)).doesNotHaveDuplicates();
    assertThat(
            Arrays.stream(GraphCode.values()).flatMap(c -> Stream.of(c.cause(), c.cure())).toList())
        .allSatisfy(text -> assertThat(text).endsWith("."));
    assertThat(Arrays.stream(GraphCode.values()))
        .allSatisfy(code -> assertThat(code.text()).isEqualTo(code.name().toLowerCase()));
  }
}
