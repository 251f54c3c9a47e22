package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The structure of a graph, as it is told to who joins. */
class StructureTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PIECE = 2 << 10;
  private static final GraphLimits NARROW =
      new GraphLimits(
          2,
          10_000,
          10_000,
          128,
          100,
          100_000,
          32 << 10,
          PIECE,
          GraphLimits.View.DEFAULTS,
          GraphLimits.Burst.DEFAULTS);

  private final Rig rig = new Rig(NARROW);
  private final List<Structure> seen = new ArrayList<>();

  private Graph graph() {
    rig.graphs.create("g", 30);
    return rig.graphs.find("g");
  }

  private static List<String> texts(Structure structure) {
    return structure.pieces().stream().map(piece -> new String(piece, UTF_8)).toList();
  }

  @Test
  void whatIsSmallIsOnePiece() {
    Graph _ = graph();
    assertThat(texts(rig.structure("g")))
        .containsExactly("{\"whole\":true,\"revision\":0,\"source\":null}");
    rig.tell("g", new GraphCommand.PutNodes(Rig.batch(5, 6), List.of(new NodeName(6, "Ada"))));
    rig.tell("g", Rig.edge(5, 6, 0.5f));
    rig.tell("g", new GraphCommand.SetSource(5));
    Structure structure = rig.structure("g");
    assertThat(texts(structure))
        .containsExactly(
            "{\"whole\":true,\"revision\":3,\"added\":[5,6],\"edges\":{\"added\":[[5,6,0.5]]},"
                + "\"names\":{\"6\":\"Ada\"},\"source\":5}");
    assertThat(structure)
        .returns(30, Structure::rate)
        .returns(3L, Structure::revision)
        .returns(2, Structure::nodes)
        .returns(1, Structure::edges)
        .returns(1, Structure::names)
        .returns(6, Structure::maxId);
  }

  @Test
  void whatIsLargeComesInPiecesNoneOfThemTooLarge() {
    Graph _ = graph();
    int[] ids = IntStream.range(0, 2_000).toArray();
    EdgeBatch edges = new EdgeBatch();
    IntStream.range(1, 2_000).forEach(i -> edges.addBoth(i - 1, i, i));
    List<NodeName> names =
        IntStream.range(0, 100).mapToObj(i -> new NodeName(i, "ü".repeat(128))).toList();
    rig.tell("g", new GraphCommand.Replace(Rig.batch(ids), names, edges, 7));
    Structure structure = rig.structure("g");
    assertThat(structure.pieces()).hasSizeGreaterThan(60);
    for (int i = 0; i < structure.pieces().size(); i++) {
      byte[] bytes = structure.pieces().get(i);
      JsonNode piece = JSON.readTree(bytes);
      // With the type that a protocol puts before it.
      assertThat(bytes.length + 32).isLessThanOrEqualTo(PIECE);
      assertThat(piece.get("revision").longValue()).isEqualTo(structure.revision());
      assertThat(piece.has("whole")).isEqualTo(i == 0);
      assertThat(piece.has("more")).isEqualTo(i < structure.pieces().size() - 1);
      assertThat(piece.has("source")).isEqualTo(i == structure.pieces().size() - 1);
    }
    Follower follower = Follower.of(structure);
    assertThat(follower.nodes).hasSize(2_000);
    assertThat(follower.edges).hasSize(3_998).containsEntry("7>8", 8f);
    assertThat(follower.names).hasSize(100);
    assertThat(follower.source).isEqualTo(7);
  }

  @Test
  void itIsPrintedOnceForAllWhoJoinUntilItChanges() {
    Graph graph = graph();
    rig.tell("g", Rig.put(1, 2));
    for (int i = 0; i < 100; i++) {
      graph.look(seen::add);
    }
    rig.work();
    assertThat(rig.pathWork).hasSize(1);
    assertThat(seen).isEmpty();
    rig.settle();
    assertThat(seen).hasSize(100).containsOnly(seen.getFirst());
    // From here on the graph itself is not even asked.
    rig.tell("g", Rig.move(1, 2, 3, 4));
    graph.look(seen::add);
    assertThat(seen.getLast()).isSameAs(seen.getFirst());
    assertThat(rig.graphWork).isEmpty();
    rig.tell("g", Rig.put(3));
    assertThat(rig.structure("g").nodes()).isEqualTo(3);
  }

  @Test
  void nobodyGetsOneThatIsOlderThanItsQuestion() {
    Graph graph = graph();
    rig.tell("g", Rig.put(1));
    graph.look(seen::add);
    rig.work();
    rig.tell("g", Rig.put(2));
    graph.look(seen::add);
    graph.look(seen::add);
    rig.work();
    rig.pathWork.remove().run();
    rig.work();
    assertThat(seen).extracting(Structure::nodes).containsExactly(1);
    rig.settle();
    assertThat(seen).extracting(Structure::nodes).containsExactly(1, 2, 2);
    assertThat(seen).extracting(Structure::revision).containsExactly(1L, 2L, 2L);
  }

  /** What is published is counted before anybody can read it. */
  @Test
  void whoHasReadAChangeDoesNotGetTheStructureBeforeIt() {
    Graph graph = graph();
    rig.tell("g", Rig.put(1));
    Structure before = rig.structure("g");
    rig.broker.onPublish = () -> graph.look(seen::add);
    rig.tell("g", Rig.put(2));
    rig.broker.onPublish = () -> {};
    rig.settle();
    assertThat(seen).hasSize(1).doesNotContain(before);
    assertThat(seen.getFirst().nodes()).isEqualTo(2);
  }

  @Test
  void whoAsksAGraphThatEndsIsToldThatThereIsNone() {
    Graph graph = graph();
    rig.tell("g", Rig.put(1));
    graph.look(seen::add);
    rig.work();
    graph.look(seen::add);
    rig.tell("g", Rig.put(2));
    graph.look(seen::add);
    rig.graphs.remove("g", rig.now(), Answer.NOBODY);
    rig.settle();
    graph.look(seen::add);
    rig.settle();
    assertThat(seen).hasSize(4).containsOnlyNulls();
  }

  @Test
  void whereThreadsHaveStoppedThereIsNoneToBeHad() {
    Graph graph = graph();
    rig.refusesPaths = true;
    graph.look(seen::add);
    rig.work();
    assertThat(seen).containsExactly((Structure) null);
  }

  @Test
  void whoAttendsIsToldOfTheEndOnce() {
    Graph graph = graph();
    List<String> told = new ArrayList<>();
    Runnable stays = () -> told.add("stays");
    Runnable leaves = () -> told.add("leaves");
    graph.attend(stays);
    graph.attend(leaves);
    graph.leave(leaves);
    rig.graphs.remove("g", rig.now(), Answer.NOBODY);
    rig.settle();
    assertThat(told).containsExactly("stays");
    graph.attend(() -> told.add("late"));
    assertThat(told).containsExactly("stays", "late");
  }

  @Test
  void whoHearsThatAGraphIsGoneFindsItsNameFree() {
    rig.graphs.create("brief", 5);
    List<GraphFault> again = new ArrayList<>();
    rig.graphs.find("brief").attend(() -> again.add(rig.graphs.create("brief", 5)));
    rig.graphs.remove("brief", rig.now(), Answer.NOBODY);
    rig.work();
    assertThat(again).containsExactly((GraphFault) null);
  }
}
