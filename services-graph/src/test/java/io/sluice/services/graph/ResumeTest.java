package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Seeds;
import io.sluice.core.log.StateSource;
import io.sluice.model.ChannelName;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.NodesPayload;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever stalls and goes on with the state has in the end what those have who took all. */
class ResumeTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final ChannelName TICKS = new GraphName("g").ticks(20);
  private static final ChannelName CHANGES = new GraphName("g").changes();

  /** What a client knows of a node. */
  private record Known(NodeKind kind, List<Float> place, float distance, int parent) {
    static Known of(NodeBatch batch, int i) {
      return new Known(
          batch.kind(i),
          List.of(batch.x(i), batch.y(i), batch.z(i), batch.vx(i), batch.vy(i), batch.vz(i)),
          batch.distance(i),
          batch.parent(i));
    }
  }

  /** A client: structure from the changes, the rest from ticks and states. */
  private static final class Client {
    final Map<Integer, Known> nodes = new HashMap<>();
    final Map<Integer, Boolean> isThere = new HashMap<>();
    long version;
    long revision;
    int taken;

    void change(Publication publication) {
      JsonNode change = JSON.readTree(publication.draft().payload().bytes());
      assertThat(change.get("revision").longValue()).isEqualTo(++revision);
      for (JsonNode id : change.path("removed")) {
        nodes.remove(id.intValue());
        isThere.put(id.intValue(), false);
      }
      for (JsonNode id : change.path("added")) {
        isThere.put(id.intValue(), true);
      }
    }

    void nodes(Publication publication) {
      NodeBatch batch = ((NodesPayload) publication.draft().payload()).nodes();
      assertThat(publication.offset()).isGreaterThanOrEqualTo(version);
      version = publication.offset();
      for (int i = 0; i < batch.size(); i++) {
        if (isThere.getOrDefault(batch.id(i), true)) {
          nodes.put(batch.id(i), Known.of(batch, i));
        }
      }
    }

    /** Takes what has been published since it last did, in order. */
    void takeAll(FakeBroker broker) {
      for (; taken < broker.all.size(); taken++) {
        Publication next = broker.all.get(taken);
        if (next.draft().channel().equals(CHANGES)) {
          change(next);
        } else if (next.offset() > version) {
          assertThat(next.offset()).isEqualTo(version + 1);
          nodes(next);
        }
      }
    }

    /** Takes the changes, which nobody may miss, then the state in one, then goes on. */
    void resume(FakeBroker broker, StateSource source) {
      for (int i = taken; i < broker.all.size(); i++) {
        if (broker.all.get(i).draft().channel().equals(CHANGES)) {
          change(broker.all.get(i));
        }
      }
      Publication state = source.since(version);
      if (state.offset() >= version) {
        nodes(state);
      } else {
        // The class has not heard yet that its last tick is in the log, from where it was taken.
        assertThat(Rig.nodes(state).size()).isZero();
      }
      for (; taken < broker.all.size(); taken++) {
        Publication next = broker.all.get(taken);
        if (next.draft().channel().equals(TICKS) && next.offset() > version) {
          assertThat(next.offset()).isEqualTo(version + 1);
          nodes(next);
        }
      }
    }
  }

  private final class Play {
    final SplittableRandom random;
    final Rig rig = new Rig();
    final Client steady = new Client();
    final List<Client> stalling = new ArrayList<>();
    final Map<Integer, Boolean> ids = new HashMap<>();

    Play(long seed) {
      random = new SplittableRandom(seed);
      rig.graphs.create("g", 20);
      rig.graphs.watch("g", 20, rig.now(), Answer.NOBODY);
      rig.work();
      for (int i = 0; i < 3; i++) {
        stalling.add(new Client());
      }
    }

    void run() {
      for (int step = 0; step < 150; step++) {
        change();
        rig.broker.answersLater = random.nextInt(3) == 0;
        rig.tick(random.nextInt(60));
        if (random.nextBoolean()) {
          rig.broker.answer();
          rig.settle();
        }
        steady.takeAll(rig.broker);
        for (Client client : stalling) {
          if (random.nextInt(8) == 0) {
            client.resume(rig.broker, rig.source("g", 20));
          }
        }
        newcomer();
      }
      end();
    }

    /** Who begins at nothing has what there is, and nothing else. */
    private void newcomer() {
      NodeBatch state = Rig.nodes(rig.source("g", 20).since(0));
      assertThat(ids.keySet()).containsAll(Rig.ids(state));
      assertThat(Rig.ids(state)).doesNotHaveDuplicates();
    }

    private void end() {
      rig.broker.answersLater = false;
      rig.broker.answer();
      rig.settle();
      rig.tick(1_000);
      rig.tick(1_000);
      steady.takeAll(rig.broker);
      assertThat(steady.nodes.keySet()).isEqualTo(ids.keySet());
      for (Client client : stalling) {
        client.resume(rig.broker, rig.source("g", 20));
        assertThat(client.nodes).isEqualTo(steady.nodes);
      }
      NodeBatch is = rig.view("g").nodes();
      assertThat(is.size()).isEqualTo(ids.size());
      for (int i = 0; i < is.size(); i++) {
        compare(Known.of(is, i), steady.nodes.get(is.id(i)));
      }
    }

    private void compare(Known is, Known known) {
      assertThat(known.kind).isEqualTo(is.kind);
      assertThat(known.distance).isEqualTo(is.distance);
      assertThat(known.parent).isEqualTo(is.parent);
      assertThat(apart(is, known, 0)).isLessThan(RateClass.POSITION_BAND * 1.01);
      assertThat(apart(is, known, 3)).isLessThan(RateClass.VELOCITY_BAND * 1.01);
    }

    private double apart(Known one, Known other, int from) {
      double square = 0;
      for (int i = from; i < from + 3; i++) {
        double difference = one.place.get(i) - other.place.get(i);
        square += difference * difference;
      }
      return Math.sqrt(square);
    }

    private void change() {
      int id = random.nextInt(12);
      int other = random.nextInt(12);
      boolean isThere = ids.containsKey(id);
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          rig.tell("g", new GraphCommand.PutNodes(somewhere(id, 1), List.of()));
          ids.put(id, true);
        }
        case 2 -> {
          if (isThere) {
            rig.tell("g", new GraphCommand.RemoveNodes(List.of(id)));
            ids.remove(id);
          }
        }
        case 3 -> {
          if (isThere && ids.containsKey(other) && id != other) {
            rig.tell("g", Rig.edge(id, other, random.nextInt(10)));
          }
        }
        case 4 -> {
          if (isThere) {
            rig.tell("g", new GraphCommand.SetSource(id));
          }
        }
        case 5 -> {
          if (random.nextInt(30) == 0) {
            ids.clear();
            ids.put(id, true);
            rig.tell(
                "g", new GraphCommand.Replace(somewhere(id, 1), List.of(), new EdgeBatch(), id));
          }
        }
        default -> {
          if (isThere) {
            double far = random.nextInt(4) == 0 ? 1 : 0.01;
            rig.tell("g", moved(somewhere(id, far)));
          }
        }
      }
    }

    /** Of whatever kind they are said to be. */
    private static GraphCommand moved(NodeBatch nodes) {
      return new GraphCommand.Change(
          List.of(),
          Rig.batch(),
          nodes,
          new EdgeBatch(),
          new EdgeBatch(),
          List.of(),
          GraphCommand.SAME_SOURCE);
    }

    private NodeBatch somewhere(int id, double far) {
      NodeBatch batch = new NodeBatch(1);
      int at = batch.add(id, NodeKind.of(random.nextInt(3)));
      batch.setPosition(at, within(far), within(far), within(far));
      batch.setVelocity(at, within(far), within(far), within(far));
      return batch;
    }

    private float within(double far) {
      return (float) random.nextDouble(-far, far);
    }
  }

  @Test
  void whoStallsAndResumesHasWhatThoseHaveWhoTookAll() {
    assertThat(Seeds.forEach(200, seed -> new Play(seed).run())).isPositive();
  }
}
