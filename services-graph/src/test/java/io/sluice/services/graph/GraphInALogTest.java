package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.MemoryBroker;
import io.sluice.core.log.StateKeeper;
import io.sluice.core.log.StateSource;
import io.sluice.model.ChannelName;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.NodeBatch;
import io.sluice.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Graphs on the broker of the house, every executor being whoever calls. */
class GraphInALogTest {
  private static final ChannelName TICKS = new GraphName("g").ticks(5);
  private static final long SECOND = 1_000_000_000;

  private final MemoryBroker broker =
      new MemoryBroker(
          Limits.defaults(1 << 26).hub(), Namespaces.of(Limits.Log.DEFAULTS), () -> "epoch");
  private final AtomicReference<StateSource> source = new AtomicReference<>();
  private final List<GraphFault> answers = new ArrayList<>();
  private Moment now = new Moment(0, 1_700_000_000_000L);
  private final Graphs graphs =
      new Graphs(
          new GraphPorts(
              broker,
              new Spy(),
              Runnable::run,
              Runnable::run,
              () -> now,
              (graph, what, why) -> {
                throw new AssertionError(what, why);
              }),
          GraphLimits.DEFAULTS);

  /** Sees what the broker is told. */
  private final class Spy implements StateKeeper {
    @Override
    public boolean keep(ChannelName channel, StateSource kept, Moment at) {
      source.set(kept);
      return broker.keep(channel, kept, at);
    }

    @Override
    public void keepNoMore(ChannelName channel, Moment at) {
      broker.keepNoMore(channel, at);
    }
  }

  private void pass(long seconds) {
    now = new Moment(now.nanos() + seconds * SECOND, now.epochMillis() + seconds * 1_000);
    graphs.tick(now);
    broker.tick(now);
  }

  private void watch() {
    graphs.watch("g", 5, now, answers::add);
    assertThat(answers.getLast()).isNull();
  }

  private long head() {
    Position head = broker.head(TICKS);
    return head == null ? -1 : head.offset();
  }

  @Test
  void theStateStandsWhereTheLogEnds() {
    graphs.create("g", 5);
    graphs.submit("g", Rig.put(1, 2), now, answers::add);
    watch();
    assertThat(head()).isEqualTo(1);
    for (int i = 2; i < 100; i++) {
      graphs.submit("g", Rig.move(1, i, 0, 0), now, answers::add);
      pass(1);
      assertThat(head()).isEqualTo(i);
      assertThat(source.get().since(0).offset()).isEqualTo(i);
      assertThat(Rig.ids(Rig.nodes(source.get().since(i - 1)))).containsExactly(1);
    }
    assertThat(answers).containsOnlyNulls();
  }

  @Test
  void theLogStaysWhileSomebodyWatchesAndGoesWhenNobodyDoes() {
    graphs.create("g", 5);
    watch();
    pass(1_000_000);
    pass(1);
    assertThat(head()).isEqualTo(1);
    graphs.unwatch("g", 5, now);
    pass(1_000);
    pass(1);
    assertThat(head()).isEqualTo(-1);
  }

  @Test
  void aGraphThatIsRemovedWhileItIsWatchedLeavesNoLog() {
    graphs.create("g", 5);
    graphs.submit("g", Rig.put(1), now, answers::add);
    watch();
    assertThat(broker.channels()).isEqualTo(2);
    graphs.remove("g", now, answers::add);
    assertThat(answers).containsOnlyNulls();
    pass(1_000);
    pass(1);
    assertThat(broker.channels()).isZero();
    // Who watched and has not heard of it gives back what is not there.
    graphs.unwatch("g", 5, now);
    assertThat(graphs.figures().classes()).isZero();
  }

  @Test
  void whoeverWatchesLaterGoesOnBehindTheEarlierTicks() {
    graphs.create("g", 5);
    graphs.submit("g", Rig.put(1), now, answers::add);
    watch();
    graphs.unwatch("g", 5, now);
    graphs.remove("g", now, answers::add);
    graphs.create("g", 5);
    graphs.submit("g", Rig.put(7), now, answers::add);
    watch();
    assertThat(head()).isEqualTo(2);
    NodeBatch state = Rig.nodes(source.get().since(0));
    assertThat(Rig.ids(state)).containsExactly(7);
    graphs.close();
    assertThat(graphs.names()).isEmpty();
  }

  @Test
  void aHundredThousandNodesFitIntoATick() {
    graphs.create("g", 5);
    int[] ids = IntStream.range(0, GraphLimits.DEFAULTS.nodes()).toArray();
    graphs.submit("g", Rig.put(ids), now, answers::add);
    watch();
    assertThat(answers).containsOnlyNulls();
    assertThat(Rig.nodes(source.get().since(0)).size()).isEqualTo(ids.length);
    assertThat(broker.logBytes()).isLessThan(64L << 20);
  }
}
