package io.sluice.server;

import io.sluice.admin.GraphEdit;
import io.sluice.admin.LiveGraphs;
import io.sluice.model.Moment;
import io.sluice.services.graph.EdgeBatch;
import io.sluice.services.graph.Graph;
import io.sluice.services.graph.GraphCode;
import io.sluice.services.graph.GraphCommand;
import io.sluice.services.graph.GraphFault;
import io.sluice.services.graph.GraphName;
import io.sluice.services.graph.GraphStanding;
import io.sluice.services.graph.GraphView;
import io.sluice.services.graph.Graphs;
import io.sluice.services.graph.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The graphs, for who asks over REST. Any thread: an atomic number, and what the graphs themselves
 * see to.
 */
final class RestGraphs implements LiveGraphs {
  private final Graphs graphs;
  private final Executor printers;

  /** Graphs that are being printed or are on their way to who reads. */
  private final AtomicInteger reads = new AtomicInteger();

  /**
   * For these graphs.
   *
   * @param printers where bodies are read and graphs printed, which may take long
   */
  RestGraphs(Graphs graphs, Executor printers) {
    this.graphs = graphs;
    this.printers = printers;
  }

  @Override
  public Executor readers() {
    return printers;
  }

  @Override
  public List<Standing> all() {
    List<Standing> all = new ArrayList<>();
    for (GraphName name : graphs.names()) {
      Graph graph = graphs.find(name.value());
      if (graph != null) {
        all.add(standing(graph.standing()));
      }
    }
    all.sort(Comparator.comparing(Standing::name));
    return all;
  }

  private static Standing standing(GraphStanding standing) {
    return new Standing(
        standing.name().value(),
        standing.rate(),
        standing.nodes(),
        standing.edges(),
        standing.revision(),
        standing.source() == GraphCommand.NO_SOURCE ? null : standing.source());
  }

  @Override
  public boolean has(String name) {
    return graphs.find(name) != null;
  }

  // All of a graph

  @Override
  public CompletionStage<Outcome> read(String name) {
    Graph graph = graphs.find(name);
    if (graph == null) {
      return CompletableFuture.completedStage(failed(unknown()));
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    if (reads.incrementAndGet() > graphs.limits().view().atOnce()) {
      reads.decrementAndGet();
      return CompletableFuture.completedStage(
          failed(new GraphFault(GraphCode.BUSY, "Other graphs are being read")));
    }
    Runnable settled = place();
    graph.view(view -> print(view, settled, outcome));
    return outcome.whenComplete(
        (done, bug) -> {
          if (!(done instanceof Outcome.Whole)) {
            settled.run();
          }
        });
  }

  /** A place is held from here until this is run. */
  private Runnable place() {
    AtomicBoolean held = new AtomicBoolean(true);
    return () -> {
      if (held.compareAndSet(true, false)) {
        reads.decrementAndGet();
      }
    };
  }

  private static GraphFault unknown() {
    return new GraphFault(GraphCode.UNKNOWN_GRAPH, "There is no graph of this name");
  }

  /** The graph's own thread has copied it, and is spared the rest. */
  private void print(
      @Nullable GraphView view, Runnable settled, CompletableFuture<Outcome> outcome) {
    if (view == null) {
      outcome.complete(failed(unknown()));
      return;
    }
    try {
      outcome.completeAsync(() -> whole(view, settled), printers);
    } catch (RejectedExecutionException stopping) {
      outcome.complete(failed(new GraphFault(GraphCode.BUSY, "The server is stopping")));
    }
  }

  private Outcome whole(GraphView view, Runnable settled) {
    int most = graphs.limits().view().bytes();
    byte[] json = view.toJson(most);
    return json != null
        ? new Outcome.Whole(json, settled)
        : failed(
            new GraphFault(
                GraphCode.GRAPH_TOO_LARGE, "All of it has more than " + most + " bytes"));
  }

  // What changes it

  @Override
  public CompletionStage<Outcome> put(
      String name, @Nullable Integer rate, GraphEdit whole, boolean mayMake, Moment now) {
    CompletableFuture<@Nullable GraphFault> answer = new CompletableFuture<>();
    boolean isNew =
        graphs.put(
            name,
            rate,
            new GraphCommand.Replace(
                whole.put(),
                names(whole),
                edges(whole.linked()),
                source(whole, GraphCommand.NO_SOURCE)),
            mayMake,
            now,
            answer::complete);
    return answer.thenApply(
        fault ->
            !mayMake && fault != null && fault.code() == GraphCode.UNKNOWN_GRAPH
                ? new Outcome.NotMade()
                : done(name, isNew, fault));
  }

  @Override
  public CompletionStage<Outcome> change(String name, GraphEdit edit, Moment now) {
    CompletableFuture<@Nullable GraphFault> answer = new CompletableFuture<>();
    GraphCommand change =
        new GraphCommand.Change(
            edit.removed(),
            edit.put(),
            edit.moved(),
            edges(edit.cut()),
            edges(edit.linked()),
            names(edit),
            source(edit, GraphCommand.SAME_SOURCE));
    graphs.submit(name, change, now, answer::complete);
    return answer.thenApply(fault -> done(name, false, fault));
  }

  @Override
  public CompletionStage<Outcome> remove(String name, Moment now) {
    CompletableFuture<@Nullable GraphFault> answer = new CompletableFuture<>();
    graphs.remove(name, now, answer::complete);
    return answer.thenApply(fault -> fault == null ? new Outcome.Removed() : failed(fault));
  }

  private static List<NodeName> names(GraphEdit edit) {
    return edit.names().stream().map(named -> new NodeName(named.id(), named.name())).toList();
  }

  private static EdgeBatch edges(List<GraphEdit.Link> links) {
    EdgeBatch edges = new EdgeBatch();
    for (GraphEdit.Link link : links) {
      edges.add(link.from(), link.to(), link.weight());
    }
    return edges;
  }

  private static int source(GraphEdit edit, int unsaid) {
    GraphEdit.Source said = edit.source();
    if (said == null) {
      return unsaid;
    }
    Integer id = said.id();
    return id == null ? GraphCommand.NO_SOURCE : id;
  }

  /** On the graphs' thread, or where it was refused: how it stands is how it was left. */
  private Outcome done(String name, boolean isNew, @Nullable GraphFault fault) {
    if (fault != null) {
      return failed(fault);
    }
    Graph graph = graphs.find(name);
    return graph == null ? failed(unknown()) : new Outcome.Done(standing(graph.standing()), isNew);
  }

  private static Outcome failed(GraphFault fault) {
    return new Outcome.Failed(GraphStatus.of(fault.code()), fault.code().text(), fault.message());
  }
}
