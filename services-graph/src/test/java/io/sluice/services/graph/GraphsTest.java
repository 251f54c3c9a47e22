package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GraphsTest {
  private final Rig rig = new Rig();

  @Test
  void aProgramIsToldWhenItsCommandIsDoneOrWhyItIsNot() {
    rig.graphs.create("g", 60);
    CompletableFuture<GraphFault> done =
        rig.graphs.submit("g", Rig.put(1, 2)).toCompletableFuture();
    CompletableFuture<GraphFault> not =
        rig.graphs.submit("g", Rig.move(3, 0, 0, 0)).toCompletableFuture();
    assertThat(done).isNotDone();
    rig.settle();
    assertThat(done).isCompletedWithValue(null);
    assertThat(not.join().code()).isEqualTo(GraphCode.UNKNOWN_NODE);
    assertThat(rig.graphs.submit("none", Rig.put(1)).toCompletableFuture().join().code())
        .isEqualTo(GraphCode.UNKNOWN_GRAPH);
  }

  @Test
  void whatThereIsAndWasDoneIsCounted() {
    rig.graphs.create("one", 60);
    rig.graphs.create("two", 5);
    rig.tell("one", Rig.put(1, 2, 3));
    rig.tell("two", Rig.put(1));
    rig.tell("one", Rig.edge(1, 2, 1));
    rig.tell("one", new GraphCommand.SetSource(1));
    rig.watched("one", 60);
    rig.watched("one", 5);
    rig.watched("two", 5);
    rig.tick(200);
    GraphFigures figures = rig.graphs.figures();
    assertThat(figures.graphs()).isEqualTo(2);
    assertThat(figures.nodes()).isEqualTo(4);
    assertThat(figures.edges()).isEqualTo(1);
    assertThat(figures.classes()).isEqualTo(3);
    assertThat(figures.totals().pathRuns()).isEqualTo(1);
    rig.tick(200);
    figures = rig.graphs.figures();
    assertThat(figures.totals().ticks()).isEqualTo(5);
    assertThat(figures.totals().nodesSent()).isEqualTo(7 + 2 * 2);
    assertThat(figures.totals().changes()).isEqualTo(4);
    assertThat(rig.graphs.names()).hasSize(2);
  }

  @Test
  void aGraphIsRemovedAfterAllItWasTold() {
    rig.graphs.create("g", 5);
    rig.watched("g", 5);
    List<GraphFault> answers = new ArrayList<>();
    Graph graph = rig.graphs.find("g");
    rig.graphs.submit("g", Rig.put(1), rig.now(), answers::add);
    rig.graphs.remove("g", rig.now(), answers::add);
    rig.graphs.submit("g", Rig.put(2), rig.now(), answers::add);
    rig.graphs.remove("g", rig.now(), answers::add);
    assertThat(rig.graphs.create("g", 5).code()).isEqualTo(GraphCode.GRAPH_EXISTS);
    rig.settle();
    assertThat(answers)
        .extracting(fault -> fault == null ? null : fault.code())
        .containsExactly(null, null, GraphCode.UNKNOWN_GRAPH, GraphCode.UNKNOWN_GRAPH);
    assertThat(rig.kept).isEmpty();
    assertThat(rig.graphs.find("g")).isNull();
    graph.submit(Rig.put(3), rig.now(), answers::add);
    assertThat(answers.getLast().code()).isEqualTo(GraphCode.UNKNOWN_GRAPH);
    List<GraphView> views = new ArrayList<>();
    graph.view(views::add);
    graph.watch(5, rig.now(), answers::add);
    rig.settle();
    assertThat(views).containsExactly((GraphView) null);
    assertThat(answers.getLast().code()).isEqualTo(GraphCode.UNKNOWN_GRAPH);
    assertThat(rig.graphs.create("g", 5)).isNull();
    assertThat(rig.graphs.figures().nodes()).isZero();
  }

  @Test
  void whoWaitsForAFirstTickIsToldThatThereIsNone() {
    rig.graphs.create("g", 5);
    rig.broker.answersLater = true;
    List<GraphFault> answers = new ArrayList<>();
    rig.graphs.watch("g", 5, rig.now(), answers::add);
    rig.graphs.remove("g", rig.now(), Answer.NOBODY);
    rig.work();
    assertThat(answers).hasSize(1);
    assertThat(answers.getFirst().code()).isEqualTo(GraphCode.UNKNOWN_GRAPH);
    rig.broker.answer();
    rig.settle();
    assertThat(answers).hasSize(1);
  }

  @Test
  void allAreEndedInOrderAndThereAreNoOthers() {
    rig.graphs.create("g", 5);
    rig.graphs.create("h", 5);
    rig.watched("g", 5);
    rig.graphs.submit("g", Rig.put(1), rig.now(), Answer.NOBODY);
    rig.graphs.close();
    assertThat(rig.graphs.create("i", 5)).isNotNull();
    rig.settle();
    assertThat(rig.kept).isEmpty();
    assertThat(rig.graphs.names()).isEmpty();
    assertThat(rig.broker.of(new GraphName("g").changes())).hasSize(2);
    assertThat(rig.broker.of(new GraphName("h").changes())).hasSize(1);
  }

  @Test
  void aBugOfOneAnswerIsNotedAndTheGraphGoesOn() {
    rig.graphs.create("g", 5);
    rig.graphs.submit(
        "g",
        Rig.put(1),
        rig.now(),
        fault -> {
          throw new IllegalStateException("a bug");
        });
    rig.tell("g", Rig.put(2));
    assertThat(rig.bugs).hasSize(1);
    assertThat(rig.graphs.find("g").standing().nodes()).isEqualTo(2);
  }

  @Test
  void ticksThatComeFasterThanTheGraphAreNotPiledUp() {
    rig.graphs.create("g", 60);
    rig.watched("g", 60);
    for (int i = 0; i < 1_000; i++) {
      rig.pass(1);
      rig.graphs.tick(rig.now());
    }
    // One turn of the mailbox is enough for it.
    rig.graphWork.remove().run();
    assertThat(rig.graphWork).isEmpty();
  }

  @Test
  void theNamesOfItsChannelsAreChannelNames() {
    GraphName longest = new GraphName("x".repeat(GraphName.MAX_LENGTH));
    assertThat(longest.changes().value()).endsWith(".changes").startsWith("graph.x");
    assertThat(longest.ticks(60).value()).isEqualTo("graph." + longest + ".60");
  }
}
