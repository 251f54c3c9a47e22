package io.sluice.services.graph.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.services.graph.Graph;
import io.sluice.services.graph.GraphCode;
import io.sluice.services.graph.GraphView;
import io.sluice.services.graph.Rig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoGraphTest {
  private static final int NODES = 600;
  private static final int LINKS = 1_200;

  private final Rig rig = new Rig();
  private final DemoGraph demo = new DemoGraph(rig.graphs, "demo", 42, NODES, LINKS, 30);

  private void begin() {
    assertThat(demo.begin(rig.now())).isNull();
    rig.settle();
  }

  private void pass(int steps) {
    for (int i = 0; i < steps; i++) {
      rig.pass(34);
      demo.tick(rig.now());
      rig.tick(0);
    }
  }

  private GraphView view() {
    List<GraphView> views = new ArrayList<>();
    Graph graph = rig.graphs.find("demo");
    graph.view(views::add);
    rig.settle();
    return views.getFirst();
  }

  @Test
  void itHasNodesOfEveryKindNamesAndPaths() {
    begin();
    GraphView view = view();
    assertThat(view.nodes().size()).isEqualTo(NODES);
    assertThat(view.edges().size()).isEqualTo(2 * LINKS);
    Set<NodeKind> kinds = new HashSet<>();
    int reached = 0;
    for (int i = 0; i < NODES; i++) {
      kinds.add(view.nodes().kind(i));
      reached += Float.isFinite(view.nodes().distance(i)) ? 1 : 0;
    }
    assertThat(kinds).containsExactlyInAnyOrder(NodeKind.values());
    assertThat(reached).isGreaterThan(NODES * 9 / 10);
    assertThat(view.names()).isNotEmpty();
    assertThat(view.source()).isZero();
  }

  @Test
  void itMovesWhileSomebodyWatches() {
    begin();
    GraphView before = view();
    pass(30);
    assertThat(view().nodes().x(5)).isEqualTo(before.nodes().x(5));
    assertThat(rig.watched("demo", 30)).isNull();
    pass(30);
    assertThat(view().nodes().x(5)).isNotEqualTo(before.nodes().x(5));
    assertThat(rig.graphs.figures().totals().ticks()).isGreaterThan(25);
  }

  @Test
  void itStaysAlive() {
    begin();
    rig.watched("demo", 30);
    pass(900);
    long sent = rig.graphs.figures().totals().nodesSent();
    GraphView before = view();
    pass(300);
    GraphView after = view();
    assertThat(rig.graphs.figures().totals().nodesSent()).isGreaterThan(sent + NODES);
    assertThat(after.revision()).isGreaterThan(before.revision());
    assertThat(after.edges().size()).isEqualTo(2 * LINKS);
    assertThat(rig.graphs.figures().totals().refused()).isZero();
    for (int i = 0; i < NODES; i++) {
      assertThat(after.nodes().isFinite(i)).isTrue();
    }
  }

  @Test
  void whatIsFarFromEveryNudgeComesToRestAndIsNotSent() {
    begin();
    rig.watched("demo", 30);
    pass(900);
    long sent = rig.graphs.figures().totals().nodesSent();
    long ticks = rig.graphs.figures().totals().ticks();
    pass(300);
    long more = rig.graphs.figures().totals().ticks() - ticks;
    assertThat(rig.graphs.figures().totals().nodesSent() - sent).isLessThan(more * NODES / 2);
  }

  @Test
  void aNodeThatAVisitorMovesIsHeldForAMomentAndDrawsItsNeighbours() {
    begin();
    rig.watched("demo", 30);
    pass(100);
    int node = 1;
    int neighbour = neighbourOf(node);
    float before = view().nodes().x(neighbour);
    NodeBatch moved = new NodeBatch(1);
    moved.setPosition(moved.add(node, NodeKind.PLAIN), 500, 0, 0);
    demo.moved(moved.seal());
    pass(1);
    assertThat(view().nodes().x(node)).isEqualTo(500);
    pass(13);
    assertThat(view().nodes().x(node)).isEqualTo(500);
    assertThat(view().nodes().x(neighbour)).isGreaterThan(before + 1);
    pass(10);
    assertThat(view().nodes().x(node)).isLessThan(500);
  }

  private int neighbourOf(int node) {
    GraphView view = view();
    for (int i = 0; i < view.edges().size(); i++) {
      if (view.edges().from(i) == node) {
        return view.edges().to(i);
      }
    }
    throw new AssertionError("it has no neighbour");
  }

  @Test
  void visitorsWhoMoveMoreThanItTakesAndWhatIsNotThereDoNoHarm() {
    begin();
    rig.watched("demo", 30);
    for (int i = 0; i < 1_000; i++) {
      NodeBatch moved = new NodeBatch(1);
      moved.setPosition(moved.add(NODES + i, NodeKind.PLAIN), 1, 2, 3);
      demo.moved(moved.seal());
    }
    pass(2);
    assertThat(rig.graphs.figures().totals().refused()).isZero();
  }

  @Test
  void theSameSeedIsTheSameGraph() {
    begin();
    rig.watched("demo", 30);
    pass(100);
    Rig again = new Rig();
    DemoGraph twin = new DemoGraph(again.graphs, "demo", 42, NODES, LINKS, 30);
    assertThat(twin.begin(again.now())).isNull();
    again.settle();
    again.watched("demo", 30);
    for (int i = 0; i < 100; i++) {
      again.pass(34);
      twin.tick(again.now());
      again.tick(0);
    }
    List<GraphView> views = new ArrayList<>();
    again.graphs.find("demo").view(views::add);
    again.settle();
    assertThat(
            Arrays.equals(
                views.getFirst().toJson(Integer.MAX_VALUE), view().toJson(Integer.MAX_VALUE)))
        .isTrue();
  }

  @Test
  void aNameThatIsTakenIsToldOf() {
    begin();
    assertThat(demo.begin(rig.now()).code()).isEqualTo(GraphCode.GRAPH_EXISTS);
  }

  @Test
  void itIsNoTroubleThatSomebodyRemovesIt() {
    begin();
    rig.watched("demo", 30);
    rig.graphs.remove("demo", rig.now(), fault -> {});
    rig.settle();
    pass(10);
    assertThat(rig.graphs.figures().graphs()).isZero();
  }

  @Test
  void aWorldHasAsManyLinksAsItIsAskedForAndNoneTwice() {
    SmallWorld world = new SmallWorld(1, DemoGraph.NODES, DemoGraph.LINKS);
    assertThat(world.links().size()).isEqualTo(DemoGraph.LINKS);
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < DemoGraph.LINKS; i++) {
      int from = world.links().from(i);
      int to = world.links().to(i);
      assertThat(from).isNotEqualTo(to);
      assertThat(seen.add((long) Math.min(from, to) << 32 | Math.max(from, to))).isTrue();
    }
    assertThat(new SmallWorld(1, 3, 100).links().size()).isLessThanOrEqualTo(3);
    assertThat(new SmallWorld(1, 1, 5).links().size()).isZero();
  }
}
