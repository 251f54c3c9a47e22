package io.sluice.services.graph.demo;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.services.graph.Answer;
import io.sluice.services.graph.EdgeBatch;
import io.sluice.services.graph.Graph;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.GraphFault;
import io.sluice.services.graph.Graphs;
import io.sluice.services.graph.NodeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A graph that people want to look at: a small world that finds its places, is nudged now and then,
 * and whose paths begin elsewhere after a while. Owned by whoever drives it, which says what time
 * it is; {@link #moved} is for any thread. While nobody watches, it rests.
 *
 * <p>A node that a visitor moves is held where it was put for a moment, and its links pull the
 * others after it.
 */
public final class DemoGraph {
  /** How many nodes it has unless somebody asks for another number. */
  public static final int NODES = 3_000;

  /** How many links; each is two edges, there and back. */
  public static final int LINKS = 6_000;

  private static final long SECOND = 1_000_000_000;
  private static final long NUDGE_EVERY = 3 * SECOND / 2;
  private static final long REWIRE_EVERY = 5 * SECOND;
  private static final long SOURCE_EVERY = 8 * SECOND;
  private static final float NUDGE = 30;

  /** So long a node stays where a visitor has put it. */
  private static final long HOLD = SECOND / 2;

  /** So many moves of visitors wait for the next step; what is more only the graph hears of. */
  private static final int MOST_MOVES = 64;

  /** Where clusters are at first: around the middle, each in a ball. */
  private static final double WORLD = 180;

  private static final double BALL = 25;

  private final Graphs graphs;
  private final String name;
  private final int rate;
  private final SmallWorld world;
  private final ForceLayout layout;
  private final SplittableRandom random;
  private final long stepNanos;
  private final Queue<NodeBatch> moves = new ArrayBlockingQueue<>(MOST_MOVES);

  /** Until when nodes are held, by number. */
  private final Map<Integer, Long> held = new HashMap<>();

  private long last;
  private long nextNudge;
  private long nextRewiring;
  private long nextSource;

  /**
   * A graph that nobody has yet.
   *
   * @param name its name
   * @param rate how often it moves, in a second; one of the rates of graphs
   */
  public DemoGraph(Graphs graphs, String name, long seed, int nodes, int links, int rate) {
    this.graphs = graphs;
    this.name = name;
    this.rate = rate;
    this.stepNanos = SECOND / rate;
    this.random = new SplittableRandom(seed);
    this.world = new SmallWorld(seed, nodes, links);
    this.layout = new ForceLayout(seed, nodes, world.links());
    spread();
  }

  /** Clusters stand evenly around the middle, as seeds do in a sunflower. */
  private void spread() {
    int clusters = world.clusters();
    for (int cluster = 0; cluster < clusters; cluster++) {
      double height = 1 - 2 * (cluster + 0.5) / clusters;
      double around = cluster * Math.PI * (3 - Math.sqrt(5));
      double wide = Math.sqrt(1 - height * height);
      for (int i = 0; i < world.sizeOf(cluster); i++) {
        layout.place(
            SmallWorld.hubOf(cluster) + i,
            near(WORLD * wide * Math.cos(around)),
            near(WORLD * height),
            near(WORLD * wide * Math.sin(around)));
      }
    }
  }

  private float near(double place) {
    return (float) (place + random.nextDouble(-BALL, BALL));
  }

  /**
   * Makes the graph.
   *
   * @return why not; null if there is one now
   */
  public @Nullable GraphFault begin(Moment now) {
    GraphFault fault = graphs.create(name, rate);
    if (fault == null) {
      last = now.nanos();
      nextNudge = last + NUDGE_EVERY;
      nextRewiring = last + REWIRE_EVERY;
      nextSource = last + SOURCE_EVERY;
      submit(whole(), now);
    }
    return fault;
  }

  private void submit(GraphCommand command, Moment now) {
    // What one step cannot tell, the next one will.
    graphs.submit(name, command, now, Answer.NOBODY);
  }

  private GraphCommand.Replace whole() {
    List<NodeName> names = new ArrayList<>();
    NodeBatch nodes = new NodeBatch(layout.size(), layout.size());
    for (int node = 0; node < layout.size(); node++) {
      fill(nodes, node);
      if (SmallWorld.kindOf(node) == NodeKind.AGENT) {
        names.add(new NodeName(node, "agent " + (names.size() + 1)));
      }
    }
    EdgeBatch edges = new EdgeBatch();
    Links links = world.links();
    for (int i = 0; i < links.size(); i++) {
      edges.addBoth(links.from(i), links.to(i), links.rest(i));
    }
    return new GraphCommand.Replace(nodes, names, edges, 0);
  }

  private void fill(NodeBatch nodes, int node) {
    int at = nodes.add(node, SmallWorld.kindOf(node));
    nodes.setPosition(at, layout.x(node), layout.y(node), layout.z(node));
    nodes.setVelocity(at, layout.vx(node), layout.vy(node), layout.vz(node));
  }

  /** Moves it on, if it is time to and somebody watches. */
  public void tick(Moment now) {
    long passed = now.nanos() - last;
    Graph graph = graphs.find(name);
    if (passed < stepNanos || graph == null) {
      return;
    }
    // The pace does not drift, and what was missed is not made up for.
    last = passed < 2 * stepNanos ? last + stepNanos : now.nanos();
    if (graph.classes() > 0) {
      enliven(now);
      takeHold(now);
      layout.step((float) stepNanos / SECOND, held.keySet());
      NodeBatch moved = new NodeBatch(layout.size(), layout.size());
      for (int node = 0; node < layout.size(); node++) {
        fill(moved, node);
      }
      submit(new GraphCommand.MoveNodes(moved), now);
    }
  }

  /**
   * Somebody has moved nodes of the graph. Any thread.
   *
   * @param nodes sealed
   */
  public void moved(NodeBatch nodes) {
    boolean _ = moves.offer(nodes);
  }

  private void takeHold(Moment now) {
    held.values().removeIf(until -> now.nanos() - until >= 0);
    for (NodeBatch batch = moves.poll(); batch != null; batch = moves.poll()) {
      for (int i = 0; i < batch.size(); i++) {
        int node = batch.id(i);
        if (node < layout.size()) {
          layout.place(node, batch.x(i), batch.y(i), batch.z(i));
          held.put(node, now.nanos() + HOLD);
        }
      }
    }
  }

  private void enliven(Moment now) {
    if (now.nanos() - nextNudge >= 0) {
      nextNudge = now.nanos() + NUDGE_EVERY;
      nudge();
    }
    if (now.nanos() - nextRewiring >= 0) {
      nextRewiring = now.nanos() + REWIRE_EVERY;
      rewire(now);
    }
    if (now.nanos() - nextSource >= 0) {
      nextSource = now.nanos() + SOURCE_EVERY;
      int hub = SmallWorld.hubOf(random.nextInt(world.clusters()));
      submit(new GraphCommand.SetSource(hub), now);
    }
  }

  /** A cluster is pushed as one. */
  private void nudge() {
    int cluster = random.nextInt(world.clusters());
    float x = push();
    float y = push();
    float z = push();
    for (int i = 0; i < world.sizeOf(cluster); i++) {
      layout.push(SmallWorld.hubOf(cluster) + i, x, y, z);
    }
  }

  private float push() {
    return (float) random.nextDouble(-NUDGE, NUDGE);
  }

  private void rewire(Moment now) {
    Links links = world.links();
    int index = random.nextInt(links.size());
    int from = links.from(index);
    int to = links.to(index);
    if (world.rewire(index)) {
      layout.weigh();
      submit(new GraphCommand.RemoveEdges(new EdgeBatch().addBoth(from, to, 0)), now);
      EdgeBatch added = new EdgeBatch();
      added.addBoth(links.from(index), links.to(index), links.rest(index));
      submit(new GraphCommand.PutEdges(added), now);
    }
  }
}
