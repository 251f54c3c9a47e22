package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One command that changes much of a graph: all of it or nothing, in one change. */
class ChangeCommandTest {
  private static final GraphLimits SMALL =
      new GraphLimits(
          2,
          4,
          3,
          5,
          100,
          1_000,
          GraphLimits.LEAST_CHANGE_BYTES,
          GraphLimits.LEAST_CHANGE_BYTES,
          GraphLimits.View.DEFAULTS,
          GraphLimits.Burst.DEFAULTS);

  private final Rig rig = new Rig(SMALL);
  private List<Integer> removed = List.of();
  private NodeBatch put = Rig.batch();
  private NodeBatch moved = Rig.batch();
  private EdgeBatch cut = new EdgeBatch();
  private EdgeBatch linked = new EdgeBatch();
  private List<NodeName> names = List.of();
  private int source = GraphCommand.SAME_SOURCE;

  /** 1, the source, from whom ways lead to 2 and on to 3. */
  @BeforeEach
  void begin() {
    rig.graphs.create("g", 5);
    EdgeBatch edges = new EdgeBatch().add(1, 2, 1).add(2, 3, 1);
    rig.tell(
        "g",
        new GraphCommand.Replace(Rig.batch(1, 2, 3), List.of(new NodeName(1, "Ada")), edges, 1));
  }

  private GraphFault told() {
    return rig.told("g", new GraphCommand.Change(removed, put, moved, cut, linked, names, source));
  }

  private void refused(GraphCode code) {
    String before = new String(rig.view("g").toJson(Integer.MAX_VALUE), UTF_8);
    int published = rig.broker.all.size();
    GraphFault fault = told();
    assertThat(fault).isNotNull();
    assertThat(fault.code()).isEqualTo(code);
    assertThat(new String(rig.view("g").toJson(Integer.MAX_VALUE), UTF_8)).isEqualTo(before);
    assertThat(rig.broker.all).hasSize(published);
    removed = List.of();
    put = Rig.batch();
    moved = Rig.batch();
    cut = new EdgeBatch();
    linked = new EdgeBatch();
    names = List.of();
    source = GraphCommand.SAME_SOURCE;
  }

  @Test
  void allOfItIsOneChange() {
    removed = List.of(3);
    put = Rig.batch(4, 5);
    moved = Rig.move(2, 7, 8, 9).nodes();
    cut.add(1, 2, 0);
    linked.add(2, 4, 0.5f).add(4, 5, 2);
    names = List.of(new NodeName(4, "Bob"), new NodeName(2, "Eve"));
    source = 2;
    assertThat(told()).isNull();
    assertThat(new String(rig.broker.all.getLast().draft().payload().bytes(), UTF_8))
        .isEqualTo(
            "{\"revision\":2,\"removed\":[3],\"added\":[4,5],\"edges\":{\"removed\":[[1,2]],"
                + "\"added\":[[2,4,0.5],[4,5,2.0]]},\"names\":{\"4\":\"Bob\",\"2\":\"Eve\"},"
                + "\"source\":2}");
    rig.settle();
    GraphView view = rig.view("g");
    assertThat(Rig.ids(view.nodes())).containsExactlyInAnyOrder(1, 2, 4, 5);
    assertThat(view.names())
        .containsExactlyInAnyOrder(
            new NodeName(1, "Ada"), new NodeName(2, "Eve"), new NodeName(4, "Bob"));
    assertThat(view.edges().size()).isEqualTo(2);
    assertThat(view.nodes().x(Rig.ids(view.nodes()).indexOf(2))).isEqualTo(7);
    assertThat(view.nodes().distance(Rig.ids(view.nodes()).indexOf(5))).isEqualTo(2.5f);
    Follower follower = new Follower();
    rig.broker
        .of(new GraphName("g").changes())
        .forEach(change -> follower.take(Follower.read(change.draft().payload().bytes())));
    follower.compare(Follower.of(rig.structure("g")));
  }

  @Test
  void nothingIsNoChange() {
    assertThat(told()).isNull();
    assertThat(rig.graphs.find("g").standing().revision()).isEqualTo(1);
  }

  @Test
  void aSourceThatIsRemovedIsNoneAnyMore() {
    removed = List.of(1);
    assertThat(told()).isNull();
    assertThat(rig.graphs.find("g").standing())
        .isEqualTo(new GraphStanding(new GraphName("g"), 5, 2, 1, 2, GraphCommand.NO_SOURCE));
  }

  @Test
  void whatIsNotThereIsRefused() {
    removed = List.of(1, 9);
    refused(GraphCode.UNKNOWN_NODE);
    moved = Rig.batch(1, 9);
    refused(GraphCode.UNKNOWN_NODE);
    removed = List.of(2);
    moved = Rig.batch(2);
    refused(GraphCode.UNKNOWN_NODE);
    cut.add(1, 2, 0).add(1, 3, 0);
    refused(GraphCode.UNKNOWN_EDGE);
    removed = List.of(2);
    cut.add(1, 2, 0);
    refused(GraphCode.UNKNOWN_EDGE);
    removed = List.of(2);
    linked.add(1, 2, 1);
    refused(GraphCode.UNKNOWN_NODE);
    names = List.of(new NodeName(9, "Eve"));
    refused(GraphCode.UNKNOWN_NODE);
    removed = List.of(2);
    source = 2;
    refused(GraphCode.UNKNOWN_NODE);
  }

  @Test
  void whatIsNamedTwiceIsRefused() {
    removed = List.of(1, 1);
    refused(GraphCode.DUPLICATE_ID);
    removed = List.of(1);
    put = Rig.batch(1);
    refused(GraphCode.DUPLICATE_ID);
    put = Rig.batch(4, 4);
    refused(GraphCode.DUPLICATE_ID);
    put = Rig.batch(4);
    moved = Rig.batch(4);
    refused(GraphCode.DUPLICATE_ID);
    moved = Rig.batch(1, 1);
    refused(GraphCode.DUPLICATE_ID);
    cut.add(1, 2, 0).add(1, 2, 0);
    refused(GraphCode.DUPLICATE_EDGE);
    cut.add(1, 2, 0);
    linked.add(1, 2, 3);
    refused(GraphCode.DUPLICATE_EDGE);
    names = List.of(new NodeName(1, "a"), new NodeName(1, "b"));
    refused(GraphCode.DUPLICATE_ID);
  }

  @Test
  void whatIsNoNodeEdgeOrNameIsRefused() {
    put = Rig.batch(-1);
    refused(GraphCode.INVALID_NODE);
    moved = Rig.move(1, Float.NaN, 0, 0).nodes();
    refused(GraphCode.NOT_FINITE);
    linked.add(1, 1, 1);
    refused(GraphCode.INVALID_EDGE);
    linked.add(1, 3, -1);
    refused(GraphCode.INVALID_WEIGHT);
    names = List.of(new NodeName(1, ""));
    refused(GraphCode.INVALID_NAME);
    names = List.of(new NodeName(1, "abcdef"));
    refused(GraphCode.NAME_TOO_LONG);
  }

  @Test
  void aGraphIsFullByWhatItHoldsWhenAllIsDone() {
    put = Rig.batch(4, 5);
    refused(GraphCode.GRAPH_FULL);
    put = Rig.batch(4, 5, 6, 7, 8);
    refused(GraphCode.GRAPH_FULL);
    linked.add(1, 3, 1).add(3, 1, 1);
    refused(GraphCode.GRAPH_FULL);
    linked.add(1, 3, 1).add(3, 1, 1).add(3, 2, 1).add(2, 1, 1);
    refused(GraphCode.GRAPH_FULL);
    removed = List.of(2);
    put = Rig.batch(4, 5);
    linked.add(1, 3, 1).add(3, 1, 1).add(4, 5, 1);
    assertThat(told()).isNull();
    assertThat(rig.graphs.find("g").standing().nodes()).isEqualTo(4);
    assertThat(rig.graphs.find("g").standing().edges()).isEqualTo(3);
  }

  @Test
  void aNodeIsMovedAsWhatItIsOrNotAtAll() {
    NodeBatch agent = new NodeBatch(1);
    agent.add(1, NodeKind.AGENT);
    String before = new String(rig.view("g").toJson(Integer.MAX_VALUE), UTF_8);
    GraphFault fault = rig.told("g", new GraphCommand.MoveNodes(agent));
    assertThat(fault.code()).isEqualTo(GraphCode.WRONG_KIND);
    assertThat(new String(rig.view("g").toJson(Integer.MAX_VALUE), UTF_8)).isEqualTo(before);
  }

  @Test
  void aGraphIsPutWholeWhetherThereWasOneOrNot() {
    GraphCommand.Replace whole =
        new GraphCommand.Replace(Rig.batch(7), List.of(), new EdgeBatch(), 7);
    assertThat(rig.graphs.put("h", 30, whole, true, rig.now(), Answer.NOBODY)).isTrue();
    assertThat(rig.graphs.put("h", null, whole, true, rig.now(), Answer.NOBODY)).isFalse();
    rig.settle();
    assertThat(rig.graphs.find("h").standing())
        .isEqualTo(new GraphStanding(new GraphName("h"), 30, 1, 0, 2, 7));
    rig.graphs.put(
        "h",
        5,
        whole,
        true,
        rig.now(),
        fault -> assertThat(fault.code()).isEqualTo(GraphCode.INVALID_RATE));
    GraphCommand.Replace bad =
        new GraphCommand.Replace(Rig.batch(7), List.of(), new EdgeBatch(), 8);
    rig.graphs.remove("h", rig.now(), Answer.NOBODY);
    rig.settle();
    rig.graphs.put(
        "h",
        5,
        bad,
        true,
        rig.now(),
        fault -> assertThat(fault.code()).isEqualTo(GraphCode.UNKNOWN_NODE));
    assertThat(rig.graphs.find("h")).isNull();
  }

  @Test
  void whoMayMakeNoneOnlyPutsAnotherInItsPlace() {
    GraphCommand.Replace whole =
        new GraphCommand.Replace(Rig.batch(7), List.of(), new EdgeBatch(), 7);
    List<GraphFault> told = new ArrayList<>();
    assertThat(rig.graphs.put("h", 30, whole, false, rig.now(), told::add)).isFalse();
    rig.settle();
    assertThat(told).extracting(GraphFault::code).containsExactly(GraphCode.UNKNOWN_GRAPH);
    assertThat(rig.graphs.find("h")).isNull();
    rig.graphs.put("h", 30, whole, true, rig.now(), Answer.NOBODY);
    rig.graphs.put("h", null, whole, false, rig.now(), Answer.NOBODY);
    rig.settle();
    assertThat(rig.graphs.find("h").standing().revision()).isEqualTo(2);
  }

  @Test
  void aGraphThatIsTooLargeIsNotPrinted() {
    GraphView view = rig.view("g");
    int size = view.toJson(Integer.MAX_VALUE).length;
    assertThat(view.toJson(size)).hasSize(size);
    assertThat(view.toJson(size - 1)).isNull();
  }
}
