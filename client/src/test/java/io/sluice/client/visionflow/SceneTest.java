package io.sluice.client.visionflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.PositionEvent.Edges;
import io.sluice.protocol.visionflow.PositionEvent.GraphUpdate;
import io.sluice.protocol.visionflow.PositionEvent.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a scene knows of a graph, and where it draws it. */
class SceneTest {
  private static final long MILLI = 1_000_000;
  private static final int[] NOBODY = {};

  private final Scene scene = new Scene(10, 10, 100 * MILLI);
  private final NodeBatch out = scene.newBatch();

  private static GraphUpdate update(boolean whole, int[] added, int[] removed) {
    return new GraphUpdate(
        whole,
        false,
        1,
        added,
        removed,
        Edges.NONE,
        Edges.NONE,
        Names.NONE,
        GraphUpdate.SAME_SOURCE);
  }

  private void whole(int... ids) {
    assertThat(scene.changed(update(true, ids, NOBODY), 1)).isTrue();
  }

  /** One node at (x, 2x, 3x), which moves by (1, 0, 0) a second. */
  private static NodeBatch at(int id, float x) {
    NodeBatch batch = new NodeBatch(1);
    int row = batch.add(id, NodeKind.AGENT);
    batch.setPosition(row, x, 2 * x, 3 * x);
    batch.setVelocity(row, 1, 0, 0);
    return batch;
  }

  private float drawn(long millis) {
    scene.sample(out, millis * MILLI);
    assertThat(out.size()).isEqualTo(1);
    assertThat(out.y(0)).isCloseTo(2 * out.x(0), within(0.001f));
    assertThat(out.z(0)).isCloseTo(3 * out.x(0), within(0.001f));
    return out.x(0);
  }

  @Test
  void aNodeIsThereFromWhenItIsAddedUntilItIsRemovedWhateverNodesSay() {
    scene.moved(at(5, 1), 0);
    assertThat(scene.contains(5)).isFalse();
    scene.copyInto(out);
    assertThat(out.size()).isZero();
    whole(5, 6);
    assertThat(scene.size()).isEqualTo(2);
    scene.copyInto(out);
    // Of 6 nothing has been told, of 5 it was told before it was there.
    assertThat(out.size()).isEqualTo(1);
    assertThat(out.id(0)).isEqualTo(5);
    assertThat(out.x(0)).isEqualTo(1);
    assertThat(scene.kind(5)).contains(NodeKind.AGENT);
    assertThat(scene.kind(6)).isEmpty();
    scene.changed(update(false, NOBODY, new int[] {5}), 2);
    scene.moved(at(5, 2), MILLI);
    scene.copyInto(out);
    assertThat(out.size()).isZero();
    // Who has the number next is where it was told last.
    scene.changed(update(false, new int[] {5}, NOBODY), 3);
    scene.copyInto(out);
    assertThat(out.x(0)).isEqualTo(2);
  }

  @Test
  void whatWasToldOfWhoIsNotThereIsForgottenInTime() {
    scene.moved(at(5, 1), 0);
    scene.moved(at(6, 1), 10 * MILLI);
    scene.forget(10 * MILLI);
    whole(5, 6);
    scene.copyInto(out);
    assertThat(out.size()).isEqualTo(1);
    assertThat(out.id(0)).isEqualTo(6);
  }

  @Test
  void aNodeGoesEvenlyFromWhereItIsDrawnToWhereItIsToldToBe() {
    whole(5);
    scene.moved(at(5, 10), 0);
    assertThat(drawn(0)).isEqualTo(10);
    scene.moved(at(5, 20), 100 * MILLI);
    assertThat(scene.delayNanos()).isEqualTo(100 * MILLI);
    assertThat(drawn(100)).isEqualTo(10);
    assertThat(drawn(125)).isEqualTo(12.5f);
    assertThat(drawn(150)).isEqualTo(15);
    assertThat(drawn(200)).isEqualTo(20);
    assertThat(drawn(5_000)).isEqualTo(20);
    assertThat(drawn(0)).isEqualTo(10);
  }

  @Test
  void whatComesEarlyMakesNobodyJump() {
    whole(5);
    scene.moved(at(5, 0), 0);
    scene.moved(at(5, 100), 100 * MILLI);
    assertThat(drawn(150)).isEqualTo(50);
    scene.moved(at(5, 200), 150 * MILLI);
    assertThat(drawn(150)).isEqualTo(50);
    // The interval has been learned to be shorter by an eighth of the difference.
    assertThat(scene.delayNanos()).isEqualTo(93_750_000);
    assertThat(drawn(244)).isEqualTo(200);
  }

  @Test
  void theDelayIsTheIntervalMeasuredWithinItsBoundsAndSilenceMeansNothing() {
    whole(5);
    for (int i = 0; i < 200; i++) {
      scene.moved(at(5, i), i * MILLI);
    }
    assertThat(scene.delayNanos()).isEqualTo(1_000 * MILLI / 60);
    scene.moved(at(5, 1), 60_000 * MILLI);
    assertThat(scene.delayNanos()).isEqualTo(1_000 * MILLI / 60);
    scene.paced(60_000 * MILLI);
    assertThat(scene.delayNanos()).isEqualTo(1_000 * MILLI);
  }

  @Test
  void whoGoesOnByVelocityDoesSoForSoLongAtMost() {
    whole(5);
    scene.moved(at(5, 10), 0);
    scene.predict(out, 250 * MILLI, Duration.ofMillis(500));
    assertThat(out.x(0)).isEqualTo(10.25f);
    scene.predict(out, 9_000 * MILLI, Duration.ofMillis(500));
    assertThat(out.x(0)).isEqualTo(10.5f);
    scene.predict(out, -5, Duration.ofMillis(500));
    assertThat(out.x(0)).isEqualTo(10);
    scene.copyInto(out);
    assertThat(out.x(0)).isEqualTo(10);
  }

  @Test
  void theWholeStructureIsKept() {
    Edges linked = new Edges(new int[] {1, 2, 3}, new int[] {2, 3, 1}, new double[] {1, 0.5, 2});
    Names names = new Names(new int[] {1, 9}, new String[] {"Ada", "nobody"});
    scene.changed(
        new GraphUpdate(true, false, 7, new int[] {1, 2, 3}, NOBODY, linked, Edges.NONE, names, 2),
        7);
    assertThat(scene.revision()).isEqualTo(7);
    assertThat(scene.source()).isEqualTo(2);
    assertThat(scene.name(1)).contains("Ada");
    assertThat(scene.name(9)).isEmpty();
    assertThat(scene.edgeCount()).isEqualTo(3);
    Edges again = new Edges(new int[] {1}, new int[] {2}, new double[] {4});
    Edges cut = new Edges(new int[] {3}, new int[] {1}, new double[1]);
    scene.changed(
        new GraphUpdate(
            false, false, 8, NOBODY, NOBODY, again, cut, Names.NONE, GraphUpdate.NO_SOURCE),
        8);
    assertThat(weights()).isEqualTo(Map.of("1-2", 4.0, "2-3", 0.5));
    assertThat(scene.source()).isEqualTo(Scene.NO_SOURCE);
    // With a node go its edges and its name.
    scene.changed(update(false, NOBODY, new int[] {1}), 9);
    assertThat(weights()).isEqualTo(Map.of("2-3", 0.5));
    assertThat(scene.name(1)).isEmpty();
    whole(4);
    assertThat(scene.size()).isEqualTo(1);
    assertThat(scene.edgeCount()).isZero();
  }

  private Map<String, Double> weights() {
    Edges edges = scene.edges();
    Map<String, Double> weights = new HashMap<>();
    for (int i = 0; i < edges.size(); i++) {
      weights.put(edges.from()[i] + "-" + edges.to()[i], edges.weights()[i]);
    }
    return weights;
  }

  @Test
  void shortestWaysChangeWithoutAnybodyMoving() {
    whole(5);
    scene.moved(at(5, 10), 0);
    NodeBatch paths = new NodeBatch(2);
    paths.setPath(paths.add(5, NodeKind.PLAIN), 3.5f, 7);
    paths.setPath(paths.add(8, NodeKind.PLAIN), 1, 7);
    scene.paths(paths);
    scene.copyInto(out);
    assertThat(out.distance(0)).isEqualTo(3.5f);
    assertThat(out.parent(0)).isEqualTo(7);
    assertThat(out.x(0)).isEqualTo(10);
    assertThat(out.kind(0)).isEqualTo(NodeKind.AGENT);
  }

  @Test
  void whatHasNoRoomIsLeftOutAndSaidSo() {
    // Those who are not there make room for those who are.
    for (int id = 100; id < 120; id++) {
      scene.moved(at(id, 1), 0);
    }
    whole(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(scene.changed(update(false, new int[] {10, 11}, NOBODY), 2)).isFalse();
    scene.moved(at(10, 1), 0);
    assertThat(scene.size()).isEqualTo(10);
    int[] ends = new int[11];
    for (int i = 0; i < 11; i++) {
      ends[i] = i;
    }
    Edges linked = new Edges(ends, new int[11], new double[11]);
    GraphUpdate edges =
        new GraphUpdate(false, false, 3, NOBODY, NOBODY, linked, Edges.NONE, Names.NONE, -2);
    assertThat(scene.changed(edges, 3)).isFalse();
    assertThat(scene.edgeCount()).isEqualTo(10);
    assertThatThrownBy(() -> scene.copyInto(new NodeBatch(5)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Against a map of who is there and what was last told of whom. */
  @Test
  void itKnowsWhatAMapKnowsWhateverComesAndGoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Scene large = new Scene(100, 10, MILLI);
    NodeBatch copy = large.newBatch();
    Map<Integer, Float> told = new HashMap<>();
    Map<Integer, Boolean> there = new HashMap<>();
    for (int step = 1; step < 5_000; step++) {
      int id = random.nextInt(60);
      switch (random.nextInt(4)) {
        case 0 -> {
          large.changed(update(false, new int[] {id}, NOBODY), step);
          there.put(id, true);
        }
        case 1 -> {
          large.changed(update(false, NOBODY, new int[] {id}), step);
          there.remove(id);
        }
        default -> {
          large.moved(at(id, step), step * MILLI);
          told.put(id, (float) step);
        }
      }
      large.copyInto(copy);
      Map<Integer, Float> known = new HashMap<>();
      for (int i = 0; i < copy.size(); i++) {
        known.put(copy.id(i), copy.x(i));
      }
      Map<Integer, Float> expected = new HashMap<>(told);
      expected.keySet().retainAll(there.keySet());
      assertThat(known).as("seed %d, step %d", seed, step).isEqualTo(expected);
      assertThat(large.size()).isEqualTo(there.size());
    }
  }

  @Test
  void aCopyAllocatesNothing() {
    Scene large = new Scene(5_000, 10, 100 * MILLI);
    NodeBatch message = new NodeBatch(5_000);
    int[] ids = new int[5_000];
    for (int id = 0; id < 5_000; id++) {
      message.add(id, NodeKind.PLAIN);
      ids[id] = id;
    }
    large.changed(update(true, ids, NOBODY), 1);
    large.moved(message, 0);
    NodeBatch copy = large.newBatch();
    long bytes =
        Allocated.by(
            100,
            () -> {
              large.sample(copy, 50 * MILLI);
              large.predict(copy, 50 * MILLI, Duration.ofSeconds(1));
            });
    assertThat(bytes).isLessThan(200);
  }
}
