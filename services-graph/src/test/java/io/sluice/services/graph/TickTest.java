package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.StateSource;
import io.sluice.model.Draft;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TickTest {
  private final Rig rig = new Rig();

  @BeforeEach
  void create() {
    assertThat(rig.graphs.create("g", 60)).isNull();
    rig.tell("g", Rig.put(1, 2, 3));
  }

  private List<Publication> ticks() {
    return rig.ticks("g", 5);
  }

  private List<Integer> last() {
    return Rig.ids(Rig.nodes(ticks().getLast()));
  }

  private void watch() {
    assertThat(rig.watched("g", 5)).isNull();
  }

  @Test
  void nobodyTicksBeforeSomebodyWatches() {
    rig.tick(1_000);
    assertThat(ticks()).isEmpty();
    assertThat(rig.kept).isEmpty();
    watch();
    assertThat(last()).containsExactly(1, 2, 3);
    assertThat(rig.source("g", 5)).isNotNull();
  }

  @Test
  void theFirstTickComesAtOnceEvenOfNothing() {
    rig.graphs.create("empty", 5);
    assertThat(rig.watched("empty", 1)).isNull();
    assertThat(rig.ticks("empty", 1)).hasSize(1);
    assertThat(Rig.nodes(rig.ticks("empty", 1).getFirst()).size()).isZero();
    assertThat(rig.source("empty", 1).since(0).offset()).isEqualTo(1);
  }

  @Test
  void whoWatchesIsAnsweredWhenThereIsATickToBeginWith() {
    rig.broker.answersLater = true;
    List<GraphFault> answers = new ArrayList<>();
    rig.graphs.watch("g", 5, rig.now(), answers::add);
    rig.graphs.watch("g", 5, rig.now(), answers::add);
    rig.work();
    assertThat(answers).isEmpty();
    rig.broker.answer();
    rig.work();
    assertThat(answers).containsExactly(null, null);
    assertThat(ticks()).hasSize(1);
  }

  @Test
  void itTicksAtItsRateAndOnlyWhenThereIsNews() {
    watch();
    for (int i = 1; i <= 100; i++) {
      rig.tell("g", Rig.move(2, i, 0, 0));
      rig.tick(10);
    }
    assertThat(ticks()).hasSize(1 + 5);
    rig.tick(10_000);
    assertThat(ticks()).hasSize(6);
    rig.tell("g", Rig.move(2, 0, 0, 0));
    rig.tick(200);
    assertThat(last()).containsExactly(2);
  }

  @Test
  void thePaceDoesNotDriftAndNothingIsMadeUpFor() {
    watch();
    rig.tell("g", Rig.move(2, 5, 0, 0));
    rig.tick(290);
    assertThat(ticks()).hasSize(2);
    rig.tell("g", Rig.move(2, 6, 0, 0));
    rig.tick(101);
    assertThat(ticks()).hasSize(2);
    rig.tick(1);
    assertThat(ticks()).hasSize(3);
    rig.tell("g", Rig.move(2, 7, 0, 0));
    rig.tick(10_000);
    rig.tell("g", Rig.move(2, 8, 0, 0));
    rig.tick(1);
    assertThat(ticks()).hasSize(4);
  }

  @Test
  void whoMovesAsOftenAsTheRateAllowsWaitsForNothing() {
    watch();
    long seed = Long.getLong("sluice.seed", 41);
    System.out.println("sluice.seed=" + seed);
    Random random = new Random(seed);
    long late = 0;
    for (int i = 1; i <= 1_000; i++) {
      long next = random.nextLong(-4, 5);
      rig.pass(200 + next - late);
      late = next;
      rig.tell("g", Rig.move(2, i, 0, 0));
      assertThat(ticks()).hasSize(1 + i);
    }
  }

  @Test
  void afterARestWhatMovesIsToldOfAtOnce() {
    watch();
    rig.tick(5_013);
    rig.tell("g", Rig.move(2, 9, 0, 0));
    assertThat(last()).containsExactly(2);
    rig.tick(191);
    rig.tell("g", Rig.move(2, 10, 0, 0));
    assertThat(ticks()).hasSize(2);
    rig.tick(1);
    assertThat(ticks()).hasSize(3);
  }

  @Test
  void whatIsAskedForInOneGoIsToldInOneTick() {
    watch();
    rig.pass(200);
    rig.graphs.submit("g", Rig.move(1, 9, 0, 0), rig.now(), fault -> {});
    rig.graphs.submit("g", Rig.move(2, 9, 0, 0), rig.now(), fault -> {});
    rig.work();
    assertThat(ticks()).hasSize(2);
    assertThat(last()).containsExactly(1, 2);
  }

  @Test
  void whatIsWithinTheBandUsesNoTickUp() {
    watch();
    rig.tick(200);
    rig.tell("g", Rig.move(1, 1.001f, 0, 0));
    assertThat(ticks()).hasSize(1);
    rig.pass(1);
    rig.tell("g", Rig.move(1, 5, 0, 0));
    assertThat(ticks()).hasSize(2);
  }

  @Test
  void pathsThatWereFoundAreToldOfAtOnce() {
    watch();
    rig.tick(1_000);
    rig.tell("g", Rig.edge(1, 2, 1));
    rig.tell("g", new GraphCommand.SetSource(1));
    rig.settle();
    assertThat(last()).containsExactly(1, 2);
  }

  @Test
  void aPositionWithinTheBandIsNotSent() {
    watch();
    rig.tell("g", Rig.move(1, 1.0099f, 0, 0));
    rig.tell("g", Rig.move(2, 2.006f, 0.006f, 0.006f));
    rig.tick(200);
    assertThat(last()).containsExactly(2);
    assertThat(ticks()).hasSize(2);
    // Against what was sent, not what was last: a creeping node is told of in the end.
    rig.tell("g", Rig.move(1, 1.0105f, 0, 0));
    rig.tick(200);
    assertThat(last()).containsExactly(1);
  }

  @Test
  void aVelocityWithinTheBandIsNotSent() {
    watch();
    NodeBatch slow = Rig.batch(1, 2);
    slow.setVelocity(0, 0, 0.0049f, 0);
    slow.setVelocity(1, 0.003f, 0.003f, 0.003f);
    rig.tell("g", new GraphCommand.MoveNodes(slow));
    rig.tick(200);
    assertThat(last()).containsExactly(2);
  }

  @Test
  void kindAndPathCountAlways() {
    watch();
    rig.tell("g", Rig.edge(1, 2, 0.001f));
    rig.tick(200);
    assertThat(ticks()).hasSize(1);
    rig.tell("g", new GraphCommand.SetSource(1));
    rig.settle();
    rig.tick(200);
    assertThat(last()).containsExactly(1, 2);
    rig.tell("g", Rig.edge(1, 2, 0.002f));
    rig.settle();
    rig.tick(200);
    assertThat(last()).containsExactly(2);
    NodeBatch agent = new NodeBatch(1);
    agent.setPosition(agent.add(3, NodeKind.AGENT), 3, 0, 0);
    rig.tell("g", new GraphCommand.PutNodes(agent, List.of()));
    rig.tick(200);
    assertThat(last()).containsExactly(3);
    assertThat(Rig.nodes(ticks().getLast()).kind(0)).isEqualTo(NodeKind.AGENT);
  }

  @Test
  void whoComesInTheSteadOfAnotherIsToldOf() {
    watch();
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(2)));
    rig.tell("g", Rig.put(2));
    rig.tick(200);
    assertThat(last()).containsExactly(2);
    rig.tell("g", new GraphCommand.Replace(Rig.batch(3, 1), List.of(), new EdgeBatch(), -1));
    rig.tick(200);
    assertThat(last()).containsExactlyInAnyOrder(1, 3);
  }

  @Test
  void whoIsPutWholeIsToldOfWhateverTheBand() {
    watch();
    rig.tell("g", Rig.put(2));
    rig.tick(200);
    assertThat(last()).containsExactly(2);
    rig.tick(200);
    assertThat(ticks()).hasSize(2);
  }

  @Test
  void aVersionIsTheOffsetOfATick() {
    rig.broker.begin(new GraphName("g").ticks(5), 40);
    watch();
    StateSource source = rig.source("g", 5);
    assertThat(source.since(0).offset()).isEqualTo(41);
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(200);
    assertThat(ticks().getLast().offset()).isEqualTo(42);
    assertThat(source.since(0).offset()).isEqualTo(42);
    assertThat(Rig.ids(Rig.nodes(source.since(0)))).containsExactly(1, 2, 3);
    assertThat(Rig.ids(Rig.nodes(source.since(41)))).containsExactly(2);
    assertThat(Rig.nodes(source.since(42)).size()).isZero();
    Draft draft = source.since(0).draft();
    assertThat(draft.channel()).isEqualTo(new GraphName("g").ticks(5));
    assertThat(draft.kind()).isEqualTo(Draft.Kind.BROADCAST);
    assertThat(source.since(0).epochMillis()).isEqualTo(ticks().getLast().epochMillis());
  }

  @Test
  void beforeItsFirstTickAClassStandsWhereAnEarlierOneEnded() {
    rig.broker.begin(new GraphName("g").ticks(5), 40);
    rig.broker.answersLater = true;
    rig.graphs.watch("g", 5, rig.now(), fault -> {});
    rig.work();
    assertThat(rig.source("g", 5).since(0).offset()).isEqualTo(40);
    assertThat(Rig.nodes(rig.source("g", 5).since(0)).size()).isZero();
  }

  @Test
  void theStateHasNoneWhoAreGone() {
    watch();
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(2)));
    assertThat(Rig.ids(Rig.nodes(rig.source("g", 5).since(0)))).containsExactly(1, 3);
    rig.tell("g", Rig.put(7));
    assertThat(Rig.ids(Rig.nodes(rig.source("g", 5).since(0)))).containsExactly(1, 3);
    rig.tick(200);
    assertThat(Rig.ids(Rig.nodes(rig.source("g", 5).since(0)))).containsExactlyInAnyOrder(1, 3, 7);
  }

  @Test
  void aTickIsSentWhenItIsInTheLogAndTheNextWaitsForThat() {
    watch();
    rig.broker.answersLater = true;
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(200);
    rig.tell("g", Rig.move(3, 9, 0, 0));
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(2)));
    rig.tick(200);
    rig.tick(200);
    assertThat(ticks()).hasSize(2);
    assertThat(rig.source("g", 5).since(0).offset()).isEqualTo(1);
    rig.broker.answer();
    rig.work();
    assertThat(rig.source("g", 5).since(0).offset()).isEqualTo(2);
    assertThat(Rig.ids(Rig.nodes(rig.source("g", 5).since(0)))).containsExactly(1, 3);
    rig.tick(1);
    assertThat(last()).containsExactly(3);
  }

  @Test
  void aTickThatIsNotAppendedIsMadeUpForByTheNext() {
    watch();
    rig.broker.fails = true;
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(200);
    rig.broker.fails = false;
    rig.tell("g", Rig.move(3, 9, 0, 0));
    rig.tick(200);
    assertThat(last()).containsExactly(2, 3);
    assertThat(rig.graphs.figures().totals().lost()).isEqualTo(1);
  }

  /** Moves many nodes every 20 ms, so many times. */
  private void moveMuch(int times) {
    int hundred = 100;
    for (int i = 1; i <= times; i++) {
      NodeBatch moved = Rig.batch(IntStream.range(0, hundred).toArray());
      for (int node = 0; node < hundred; node++) {
        moved.setPosition(node, node, ticks().size() + i, 0);
      }
      rig.tell("g", new GraphCommand.MoveNodes(moved));
      rig.tick(20);
    }
  }

  @Test
  void aBurstComesEarlyAsFarAsTheRestBeforeItHasEarned() {
    rig.tell("g", Rig.put(IntStream.range(0, 200).toArray()));
    watch();
    rig.tick(100_000);
    moveMuch(180);
    // 3.6 s: 18 steady ones and no more than 10 early.
    assertThat(ticks().size() - 1).isBetween(18 + 10, 19 + 10);
    int before = ticks().size();
    rig.tick(800);
    moveMuch(180);
    // Four were due meanwhile: one is the next, three come early.
    assertThat(ticks().size() - before).isBetween(18 + 3, 19 + 3);
  }

  @Test
  void whoMovesMuchWithoutRestIsToldOfAsOftenAsTheRateSaysAndNoMore() {
    rig.tell("g", Rig.put(IntStream.range(0, 200).toArray()));
    watch();
    moveMuch(1_800);
    assertThat(ticks().size() - 1).isBetween(36 * 5 - 1, 36 * 5 + 1);
  }

  @Test
  void noTickComesSoonAfterAnotherThoughItIsDue() {
    watch();
    rig.tick(389);
    rig.tell("g", Rig.move(1, 50, 0, 0));
    assertThat(ticks()).hasSize(2);
    rig.pass(3);
    rig.tell("g", Rig.move(1, 60, 0, 0));
    assertThat(ticks()).hasSize(2);
    rig.tick(10);
    assertThat(ticks()).hasSize(3);
  }

  @Test
  void ofMuchTheNextTickComesEarlyButNoFasterThanTheFastest() {
    watch();
    rig.tick(400);
    rig.tell("g", Rig.move(2, 9, 0, 0));
    assertThat(ticks()).hasSize(2);
    rig.pass(12);
    rig.tell("g", Rig.put(IntStream.range(1_000, 1_100).toArray()));
    assertThat(ticks()).hasSize(2);
    rig.tick(1);
    assertThat(last()).hasSize(100);
    rig.tell("g", Rig.move(2, 10, 0, 0));
    rig.tick(100);
    assertThat(ticks()).hasSize(3);
    rig.tick(100);
    assertThat(ticks()).hasSize(4);
  }

  @Test
  void fewNodesDoNotHurry() {
    watch();
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(100);
    assertThat(ticks()).hasSize(1);
  }

  @Test
  void aClassIsThereWhileItIsWatched() {
    watch();
    watch();
    assertThat(rig.graphs.figures().classes()).isEqualTo(1);
    assertThat(rig.watched("g", 60)).isNull();
    assertThat(rig.graphs.figures().classes()).isEqualTo(2);
    rig.graphs.unwatch("g", 5, rig.now());
    rig.work();
    assertThat(rig.source("g", 5)).isNotNull();
    rig.graphs.unwatch("g", 5, rig.now());
    rig.graphs.unwatch("g", 20, rig.now());
    rig.work();
    assertThat(rig.kept.keySet()).containsExactly(new GraphName("g").ticks(60));
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(200);
    assertThat(ticks()).hasSize(1);
    watch();
    assertThat(last()).containsExactly(1, 2, 3);
    assertThat(rig.source("g", 5).since(0).offset()).isEqualTo(2);
  }

  @Test
  void whereThereIsNoRoomForAChannelNobodyWatches() {
    rig.refusesChannels = true;
    assertThat(rig.watched("g", 5).code()).isEqualTo(GraphCode.CHANNEL_LIMIT);
    assertThat(rig.graphs.figures().classes()).isZero();
    rig.refusesChannels = false;
    watch();
    assertThat(ticks()).hasSize(1);
  }

  @Test
  void afterNodesHaveGoneThereIsAnotherVersionEvenWithoutNews() {
    watch();
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(2)));
    rig.tick(200);
    assertThat(Rig.nodes(ticks().getLast()).size()).isZero();
    assertThat(rig.source("g", 5).since(0).offset()).isEqualTo(2);
    rig.tick(200);
    assertThat(ticks()).hasSize(2);
  }

  @Test
  void anAnswerThatComesAfterTheEndIsNoTrouble() {
    watch();
    rig.broker.answersLater = true;
    rig.tell("g", Rig.move(2, 9, 0, 0));
    rig.tick(200);
    rig.graphs.unwatch("g", 5, rig.now());
    rig.work();
    rig.broker.answer();
    rig.settle();
    assertThat(rig.kept).isEmpty();
  }

  @Test
  void whoWatchesThroughTextGetsTheSameInJson() {
    watch();
    String text = new String(ticks().getFirst().draft().payload().bytes(), UTF_8);
    assertThat(text)
        .startsWith("{\"nodes\":[{\"id\":1,\"kind\":\"plain\",\"position\":{\"x\":1.0,")
        .contains("\"sssp_distance\":null,\"sssp_parent\":-1}");
  }
}
