package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.StateSource;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lanes ask for the state while the graph ticks: what they get is one version, whole. */
class StateFromAnyThreadTest {
  private static final int NODES = 200;

  private final Rig rig = new Rig();
  private final AtomicBoolean isOver = new AtomicBoolean();

  /** By node: the position that every tick gives to all of them. */
  private static void move(Rig rig, int round) {
    NodeBatch batch = new NodeBatch(NODES);
    for (int id = 0; id < NODES; id++) {
      batch.setPosition(batch.add(id, NodeKind.PLAIN), round, -round, id);
    }
    rig.tell("g", new GraphCommand.MoveNodes(batch));
  }

  private List<Publication> ask(StateSource source) {
    List<Publication> got = new ArrayList<>();
    while (!isOver.get()) {
      Publication state = source.since(0);
      if (got.isEmpty() || got.getLast().offset() != state.offset()) {
        got.add(state);
      }
    }
    return got;
  }

  @Test
  void everyAnswerIsOneVersionWhole() throws Exception {
    rig.graphs.create("g", 60);
    rig.tell("g", Rig.put(IntStream.range(0, NODES).toArray()));
    rig.watched("g", 60);
    StateSource source = rig.source("g", 60);
    Map<Long, Float> rounds = new HashMap<>();
    try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
      CompletableFuture<List<Publication>> asked =
          CompletableFuture.supplyAsync(() -> ask(source), reader);
      for (int round = 1; round <= 2_000; round++) {
        move(rig, round);
        rig.tick(17);
        rounds.put(rig.broker.all.getLast().offset(), (float) round);
      }
      isOver.set(true);
      for (Publication state : asked.get()) {
        NodeBatch nodes = Rig.nodes(state);
        assertThat(nodes.size()).isEqualTo(NODES);
        for (int i = 0; state.offset() > 1 && i < NODES; i++) {
          assertThat(nodes.x(i)).isEqualTo(rounds.get(state.offset()));
          assertThat(nodes.y(i)).isEqualTo(-nodes.x(i));
        }
      }
    } finally {
      isOver.set(true);
    }
  }
}
