package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.Fields;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.Publication;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChangesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final GraphLimits NARROW =
      new GraphLimits(
          2,
          10_000,
          10_000,
          128,
          100,
          100_000,
          2 << 10,
          2 << 10,
          GraphLimits.View.DEFAULTS,
          GraphLimits.Burst.DEFAULTS);

  private final Rig rig = new Rig(NARROW);

  private List<String> told() {
    return rig.broker.of(new GraphName("g").changes()).stream()
        .map(one -> new String(one.draft().payload().bytes(), UTF_8))
        .toList();
  }

  @Test
  void aChangeSaysWhatHappened() {
    rig.graphs.create("g", 5);
    NodeBatch ada = new NodeBatch(2);
    int at = ada.add(5, NodeKind.AGENT);
    ada.setPosition(at, 1, -2.5f, 0);
    ada.setVelocity(at, 0, 0, 0.5f);
    ada.add(6, NodeKind.KNOWLEDGE);
    rig.tell("g", new GraphCommand.PutNodes(ada, List.of(new NodeName(5, "Ada \"ä\"\n"))));
    rig.tell("g", Rig.edge(5, 6, 0.5f));
    rig.tell("g", new GraphCommand.SetSource(5));
    rig.tell("g", new GraphCommand.RemoveEdges(new EdgeBatch().add(5, 6, 0)));
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(5)));
    assertThat(told())
        .containsExactly(
            "{\"revision\":1,\"added\":[5,6],"
                + "\"names\":{\"5\":\"Ada \\\"\\u00e4\\\"\\u000a\"}}",
            "{\"revision\":2,\"edges\":{\"added\":[[5,6,0.5]]}}",
            "{\"revision\":3,\"source\":5}",
            "{\"revision\":4,\"edges\":{\"removed\":[[5,6]]}}",
            "{\"revision\":5,\"removed\":[5],\"source\":null}");
    Publication first = rig.broker.of(new GraphName("g").changes()).getFirst();
    assertThat(first.draft().payload().readFields()).isEqualTo(Fields.NONE);
  }

  @Test
  void movesAndWhatChangesNothingAreNotTold() {
    rig.graphs.create("g", 5);
    rig.tell("g", Rig.put());
    rig.tell("g", new GraphCommand.SetSource(GraphCommand.NO_SOURCE));
    assertThat(told()).isEmpty();
    rig.tell("g", Rig.put(1));
    rig.tell("g", Rig.move(1, 2, 3, 4));
    assertThat(told()).hasSize(1);
  }

  @Test
  void muchIsToldInPiecesNoneOfThemTooLarge() {
    rig.graphs.create("g", 5);
    int[] ids = IntStream.range(0, 500).toArray();
    EdgeBatch edges = new EdgeBatch();
    IntStream.range(1, 500).forEach(i -> edges.addBoth(i - 1, i, i));
    List<NodeName> names =
        IntStream.range(0, 500).mapToObj(i -> new NodeName(i, "ü".repeat(128))).toList();
    rig.tell("g", new GraphCommand.Replace(Rig.batch(ids), names, edges, 7));
    rig.tell("g", new GraphCommand.Replace(Rig.batch(1, 2), List.of(), new EdgeBatch(), 1));
    Follower follower = new Follower();
    long revision = 0;
    for (String text : told()) {
      assertThat(text.length()).isLessThanOrEqualTo(NARROW.changeBytes());
      JsonNode change = JSON.readTree(text);
      assertThat(change.get("revision").longValue()).isEqualTo(++revision);
      follower.take(change);
    }
    assertThat(told().size()).isGreaterThan(150);
    follower.compare(Follower.of(rig.structure("g")));
    assertThat(rig.view("g").revision()).isEqualTo(revision);
  }

  @Test
  void whoFollowsHasTheStructure() {
    rig.graphs.create("g", 5);
    Follower follower = new Follower();
    rig.tell("g", Rig.put(1, 2, 3, 4));
    rig.tell("g", new GraphCommand.PutEdges(new EdgeBatch().addBoth(1, 2, 1).addBoth(2, 3, 2)));
    rig.tell("g", new GraphCommand.SetSource(2));
    rig.tell(
        "g", new GraphCommand.PutNodes(Rig.batch(3, 4), List.of(new NodeName(3, "\ud83d\ude00"))));
    rig.tell("g", new GraphCommand.RemoveNodes(List.of(2)));
    rig.tell("g", Rig.edge(1, 3, 4));
    rig.tell("g", Rig.edge(1, 3, 5));
    told().forEach(text -> follower.take(JSON.readTree(text)));
    Follower whole = Follower.of(rig.structure("g"));
    follower.compare(whole);
    assertThat(whole.names.get(3)).isEqualTo("\ud83d\ude00");
    assertThat(rig.structure("g").revision()).isEqualTo(told().size());
  }

  @Test
  void aChangeThatIsLostIsMissedByItsRevision() {
    rig.graphs.create("g", 5);
    rig.broker.fails = true;
    rig.tell("g", Rig.put(1));
    rig.broker.fails = false;
    rig.tell("g", Rig.put(2));
    assertThat(told()).hasSize(1);
    assertThat(told().getFirst()).startsWith("{\"revision\":2,");
    assertThat(rig.graphs.figures().totals().lost()).isEqualTo(1);
  }

  @Test
  void theLastChangeSaysSo() {
    rig.graphs.create("g", 5);
    rig.tell("g", Rig.put(1));
    rig.graphs.remove("g", rig.now(), Answer.NOBODY);
    rig.work();
    assertThat(told().getLast()).isEqualTo("{\"revision\":2,\"closed\":true}");
  }

  @Test
  void aPieceHasRoomForTheLongestName() {
    assertThatThrownBy(
            () ->
                new GraphLimits(
                    1,
                    1,
                    1,
                    1_000,
                    1,
                    1,
                    2 << 10,
                    2 << 10,
                    GraphLimits.View.DEFAULTS,
                    GraphLimits.Burst.DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
