package io.sluice.server;

import io.sluice.admin.LiveGraphs;
import io.sluice.core.log.Broker;
import io.sluice.core.log.StateKeeper;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.visionflow.GraphHouse;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFault;
import io.sluice.server.config.VisionFlowSettings;
import io.sluice.services.graph.Graph;
import io.sluice.services.graph.GraphCode;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.GraphFault;
import io.sluice.services.graph.GraphPorts;
import io.sluice.services.graph.Graphs;
import io.sluice.services.graph.Rates;
import io.sluice.services.graph.Structure;
import io.sluice.services.graph.demo.DemoGraph;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the graphs of the server live: their threads, and the words in which sockets speak of them.
 * Owner: who started it; told by any thread.
 */
final class GraphService implements GraphHouse, AutoCloseable {
  /** So often it must be told what time it is, for a rate of sixty. */
  static final long PERIOD_MILLIS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(GraphService.class);
  private static final String DEFAULT = "default";
  private static final String DEMO = "demo";
  private static final int DEMO_RATE = 30;
  private static final long DEMO_SEED = 7;

  private final ExecutorService graphThread = thread("sluice-graphs");
  private final ExecutorService pathThread = thread("sluice-paths");
  private final Supplier<Moment> clock;
  private final Graphs graphs;
  private final @Nullable DemoGraph demo;

  GraphService(
      Broker broker, StateKeeper keeper, VisionFlowSettings settings, Supplier<Moment> clock) {
    this.clock = clock;
    this.graphs =
        new Graphs(
            new GraphPorts(
                broker,
                keeper,
                graphThread,
                pathThread,
                clock,
                (graph, what, why) -> BugLog.report(LOG, "a graph failed: " + what, why)),
            settings.graphs());
    GraphFault _ = graphs.create(DEFAULT, Rates.FASTEST);
    this.demo = settings.demo() ? demo(clock.get()) : null;
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  private DemoGraph demo(Moment now) {
    DemoGraph made =
        new DemoGraph(graphs, DEMO, DEMO_SEED, DemoGraph.NODES, DemoGraph.LINKS, DEMO_RATE);
    GraphFault _ = made.begin(now);
    return made;
  }

  /** All graphs. */
  Graphs graphs() {
    return graphs;
  }

  /** The same for who asks over REST. */
  LiveGraphs rest() {
    return new RestGraphs(graphs, pathThread);
  }

  /** Says what time it is. */
  void tick(Moment now) {
    if (demo != null) {
      demo.tick(now);
    }
    graphs.tick(now);
  }

  @Override
  public @Nullable Visit visit(String name, Runnable removed) {
    Graph graph = graphs.find(name);
    if (graph == null) {
      return null;
    }
    graph.attend(removed);
    return new Visitor(graph, removed, clock, name.equals(DEMO) ? demo : null);
  }

  /**
   * Somebody at a graph.
   *
   * @param alive who is to hear of what is moved; null if nobody
   */
  private record Visitor(
      Graph graph, Runnable removed, Supplier<Moment> clock, @Nullable DemoGraph alive)
      implements Visit {
    @Override
    public void look(Consumer<@Nullable Standing> answer) {
      graph.look(structure -> answer.accept(structure == null ? null : standing(structure)));
    }

    @Override
    public void watch(int hz, Moment now, Consumer<@Nullable VisionFlowFault> answer) {
      graph.watch(hz, now, fault -> answer.accept(told(fault)));
    }

    @Override
    public void unwatch(int hz) {
      graph.unwatch(hz, clock.get());
    }

    @Override
    public void move(NodeBatch nodes, Moment now, Consumer<@Nullable VisionFlowFault> answer) {
      graph.submit(
          new GraphCommand.MoveNodes(nodes),
          now,
          fault -> {
            if (fault == null && alive != null) {
              alive.moved(nodes);
            }
            answer.accept(told(fault));
          });
    }

    @Override
    public void end() {
      graph.leave(removed);
    }
  }

  private static Standing standing(Structure structure) {
    List<Integer> rates =
        IntStream.rangeClosed(1, Rates.FASTEST)
            .filter(hz -> Rates.divides(hz, structure.rate()))
            .boxed()
            .toList();
    return new Standing(
        structure.nodes(),
        structure.edges(),
        structure.names(),
        structure.maxId(),
        rates,
        structure.pieces());
  }

  private static @Nullable VisionFlowFault told(@Nullable GraphFault fault) {
    return fault == null ? null : new VisionFlowFault(code(fault.code()), fault.message());
  }

  /** The same where a socket has a word for it, else what comes nearest. */
  static VisionFlowCode code(GraphCode code) {
    return switch (code) {
      case UNKNOWN_GRAPH, INVALID_GRAPH_NAME -> VisionFlowCode.UNKNOWN_GRAPH;
      case UNKNOWN_NODE -> VisionFlowCode.UNKNOWN_NODE;
      case DUPLICATE_ID -> VisionFlowCode.DUPLICATE_ID;
      case NOT_FINITE -> VisionFlowCode.NOT_FINITE;
      case WRONG_KIND -> VisionFlowCode.WRONG_KIND;
      case GRAPH_FULL -> VisionFlowCode.GRAPH_FULL;
      case BUSY, CHANNEL_LIMIT, TOO_MANY_GRAPHS -> VisionFlowCode.BUSY;
      case INVALID_NODE,
          INVALID_RATE,
          GRAPH_EXISTS,
          GRAPH_TOO_LARGE,
          NAME_TOO_LONG,
          INVALID_NAME,
          INVALID_EDGE,
          UNKNOWN_EDGE,
          DUPLICATE_EDGE,
          INVALID_WEIGHT ->
          VisionFlowCode.INVALID_FIELD;
    };
  }

  @Override
  public void close() {
    graphs.close();
    graphThread.shutdown();
    pathThread.shutdownNow();
  }
}
