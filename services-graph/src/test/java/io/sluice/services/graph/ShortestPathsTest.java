package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.core.Seeds;
import io.sluice.model.NodeBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ShortestPathsTest {
  private static final float NONE = Float.POSITIVE_INFINITY;

  private final Rig rig = new Rig();

  private static final class Model {
    final Map<Integer, Map<Integer, Float>> edges = new HashMap<>();
    int source = GraphCommand.NO_SOURCE;

    void remove(int id) {
      edges.remove(id);
      edges.values().forEach(out -> out.remove(id));
      source = source == id ? GraphCommand.NO_SOURCE : source;
    }

    /** Dijkstra's way, as it stands in books. */
    Map<Integer, Double> distances() {
      record Reached(int id, double distance) {}
      Map<Integer, Double> done = new HashMap<>();
      PriorityQueue<Reached> open =
          new PriorityQueue<>((one, other) -> Double.compare(one.distance, other.distance));
      if (source != GraphCommand.NO_SOURCE) {
        open.add(new Reached(source, 0));
      }
      while (!open.isEmpty()) {
        Reached next = open.remove();
        if (done.putIfAbsent(next.id, next.distance) == null) {
          edges
              .get(next.id)
              .forEach((to, weight) -> open.add(new Reached(to, next.distance + weight)));
        }
      }
      return done;
    }
  }

  private static void compare(NodeBatch nodes, Model model) {
    Map<Integer, Double> distances = model.distances();
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      places.put(nodes.id(i), i);
    }
    assertThat(places.keySet()).isEqualTo(model.edges.keySet());
    for (int i = 0; i < nodes.size(); i++) {
      Double distance = distances.get(nodes.id(i));
      if (distance == null) {
        assertThat(nodes.distance(i)).isEqualTo(NONE);
        assertThat(nodes.parent(i)).isEqualTo(-1);
        continue;
      }
      assertThat((double) nodes.distance(i)).isCloseTo(distance, within(distance * 1e-6));
      if (nodes.id(i) == model.source) {
        assertThat(nodes.distance(i)).isZero();
        assertThat(nodes.parent(i)).isEqualTo(-1);
      } else {
        int parent = nodes.parent(i);
        Float step = model.edges.get(parent).get(nodes.id(i));
        assertThat(step).as("edge from %s to %s", parent, nodes.id(i)).isNotNull();
        assertThat(distances.get(parent) + step).isCloseTo(distance, within(distance * 1e-6));
      }
    }
  }

  /** Plays a graph, its changes in any order with searches that come late; both in the end. */
  private static void play(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Rig rig = new Rig();
    Model model = new Model();
    rig.graphs.create("g", 60);
    int nodes = 1 + random.nextInt(40);
    for (int step = 0; step < 60; step++) {
      change(random, rig, model, nodes);
      if (random.nextInt(4) == 0 && !rig.pathWork.isEmpty()) {
        rig.pathWork.remove().run();
      }
      assertThat(rig.pathWork).hasSizeLessThanOrEqualTo(1);
      if (random.nextInt(10) == 0) {
        rig.settle();
        compare(rig.view("g").nodes(), model);
      }
    }
    rig.settle();
    compare(rig.view("g").nodes(), model);
  }

  private static void change(SplittableRandom random, Rig rig, Model model, int most) {
    List<Integer> ids = new ArrayList<>(model.edges.keySet());
    int id = random.nextInt(most);
    int other = random.nextInt(most);
    boolean areThere = model.edges.containsKey(id) && model.edges.containsKey(other);
    switch (random.nextInt(10)) {
      case 0 -> {
        rig.tell("g", Rig.put(id));
        model.edges.putIfAbsent(id, new HashMap<>());
      }
      case 1 -> {
        if (model.edges.containsKey(id) && random.nextInt(3) == 0) {
          rig.tell("g", new GraphCommand.RemoveNodes(List.of(id)));
          model.remove(id);
        }
      }
      case 2 -> {
        int source = ids.isEmpty() || random.nextInt(8) == 0 ? -1 : ids.get(ids.size() / 2);
        rig.tell("g", new GraphCommand.SetSource(source));
        model.source = source;
      }
      case 3 -> {
        if (areThere && model.edges.get(id).remove(other) != null) {
          rig.tell("g", new GraphCommand.RemoveEdges(new EdgeBatch().add(id, other, 0)));
        }
      }
      case 4 -> {
        if (random.nextInt(20) == 0) {
          replace(random, rig, model, most);
        }
      }
      default -> {
        if (areThere && id != other) {
          float weight = random.nextInt(5) == 0 ? 0 : (float) random.nextDouble(10);
          rig.tell("g", Rig.edge(id, other, weight));
          model.edges.get(id).put(other, weight);
        }
      }
    }
  }

  private static void replace(SplittableRandom random, Rig rig, Model model, int most) {
    int[] ids = random.ints(most, 0, most).distinct().toArray();
    model.edges.clear();
    for (int id : ids) {
      model.edges.put(id, new HashMap<>());
    }
    EdgeBatch edges = new EdgeBatch();
    for (int i = 1; i < ids.length; i++) {
      edges.addBoth(ids[i - 1], ids[i], 1);
      model.edges.get(ids[i - 1]).put(ids[i], 1f);
      model.edges.get(ids[i]).put(ids[i - 1], 1f);
    }
    model.source = ids[0];
    rig.tell("g", new GraphCommand.Replace(Rig.batch(ids), List.of(), edges, ids[0]));
  }

  @Test
  void inTheEndEveryNodeKnowsItsWayWhateverChanges() {
    assertThat(Seeds.forEach(200, ShortestPathsTest::play)).isPositive();
  }

  private void line() {
    rig.graphs.create("g", 60);
    rig.tell("g", Rig.put(1, 2, 3));
    rig.tell("g", Rig.edge(1, 2, 1.5f));
    rig.tell("g", Rig.edge(2, 3, 1));
    rig.tell("g", new GraphCommand.SetSource(1));
  }

  @Test
  void theGraphGoesOnWhileASearchRuns() {
    line();
    assertThat(rig.pathWork).hasSize(1);
    assertThat(rig.view("g").nodes().distance(1)).isEqualTo(NONE);
    rig.settle();
    assertThat(rig.view("g").nodes().distance(1)).isEqualTo(1.5f);
    assertThat(rig.view("g").nodes().distance(2)).isEqualTo(2.5f);
    assertThat(rig.view("g").nodes().parent(2)).isEqualTo(2);
  }

  @Test
  void changesWhileASearchRunsAreOneMoreSearch() {
    line();
    for (int i = 0; i < 100; i++) {
      rig.tell("g", Rig.edge(1, 2, i));
    }
    assertThat(rig.pathWork).hasSize(1);
    rig.settle();
    assertThat(rig.graphs.figures().totals().pathRuns()).isEqualTo(2);
    assertThat(rig.view("g").nodes().distance(2)).isEqualTo(100);
  }

  @Test
  void whatDoesNotTouchPathsIsNotSearchedFor() {
    line();
    rig.settle();
    rig.tell("g", Rig.move(1, 5, 5, 5));
    rig.tell("g", Rig.put(4));
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(4)));
    rig.tell("g", new GraphCommand.SetSource(1));
    assertThat(rig.pathWork).isEmpty();
    rig.tell("g", new GraphCommand.SetSource(-1));
    rig.settle();
    rig.tell("g", Rig.edge(1, 3, 1));
    assertThat(rig.pathWork).isEmpty();
  }

  @Test
  void aResultDoesNotReachWhoCameInTheStead() {
    line();
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(3)));
    rig.tell("g", Rig.put(9));
    rig.pathWork.remove().run();
    rig.work();
    NodeBatch nodes = rig.view("g").nodes();
    assertThat(Rig.ids(nodes)).containsExactly(1, 2, 9);
    assertThat(nodes.distance(2)).isEqualTo(NONE);
  }

  @Test
  void whenTheSourceGoesThereAreNoPaths() {
    line();
    rig.settle();
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(1)));
    rig.settle();
    assertThat(rig.view("g").source()).isEqualTo(GraphCommand.NO_SOURCE);
    assertThat(rig.view("g").nodes().distance(0)).isEqualTo(NONE);
  }

  @Test
  void aWayLongerThanAFloatCanSayIsStillAWay() {
    rig.graphs.create("g", 60);
    rig.tell("g", Rig.put(1, 2, 3));
    rig.tell("g", Rig.edge(1, 2, Float.MAX_VALUE));
    rig.tell("g", Rig.edge(2, 3, Float.MAX_VALUE));
    rig.tell("g", new GraphCommand.SetSource(1));
    rig.settle();
    assertThat(rig.view("g").nodes().distance(2)).isEqualTo(Float.MAX_VALUE);
    assertThat(rig.view("g").nodes().parent(2)).isEqualTo(2);
  }

  @Test
  void searchesThatNobodyRunsAreNoTroubleToTheGraph() {
    rig.graphs.create("g", 60);
    rig.tell("g", Rig.put(1, 2));
    rig.work();
    rig.refusesPaths = true;
    rig.tell("g", new GraphCommand.SetSource(1));
    rig.refusesPaths = false;
    rig.tell("g", Rig.edge(1, 2, 3));
    rig.settle();
    assertThat(rig.view("g").nodes().distance(1)).isEqualTo(3);
  }
}
