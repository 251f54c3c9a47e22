package io.sluice.client.visionflow;

import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Departure;
import io.sluice.client.line.JdkTransport;
import io.sluice.client.line.LineBounds;
import io.sluice.client.line.Transport;
import io.sluice.client.line.Trouble;
import io.sluice.model.ClientCode;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Watches a graph that moves, and moves nodes of it. It connects, and when the line breaks it
 * connects again, and is told all of the graph anew.
 *
 * <pre>{@code
 * try (GraphClient client =
 *     GraphClient.builder("ws://127.0.0.1:8080/ws/positions").graph("demo").token(jwt).build()) {
 *   Scene scene = client.connect().join();
 *   NodeBatch nodes = scene.newBatch();
 *   scene.sample(nodes, client.nanos());
 *   client.move(7, 1.5f, 0, 20);
 * }
 * }</pre>
 *
 * <p>All methods may be called on any thread and none waits, {@link #close} excepted. What the
 * messages mean is published in {@code docs/protocols/visionflow.md}.
 *
 * <p>A graph that is not there ({@code unknown_graph}), or that the token does not let be watched
 * ({@code forbidden}), ends in {@link ClientState#REFUSED}.
 */
public final class GraphClient implements AutoCloseable {
  private final GraphOptions options;
  private final Scene scene;
  private final Moves moves;
  private final Tally tally = new Tally();
  private final VisionFlowDriver<GraphTalk> driver;
  private final Departure departure;

  /**
   * With a transport.
   *
   * @param own ends what was made for this client alone
   */
  GraphClient(
      GraphOptions options,
      ClientResources resources,
      Supplier<CompletionStage<String>> tokens,
      GraphListener listener,
      Transport transport,
      Runnable own) {
    this.options = options;
    this.scene =
        new Scene(
            options.maxNodes(), options.maxEdges(), GraphTalk.nanosOf(options.intervalMillis()));
    this.moves = new Moves(options.maxMoves());
    var program =
        new VisionFlowDriver.Program(
            tokens, listener::onState, listener::onError, options.client().unhandled());
    this.driver =
        new VisionFlowDriver<>(program, resources, transport, hands -> engine(hands, listener));
    this.departure = new Departure(driver.ended(), own);
  }

  private VisionFlowEngine<GraphTalk> engine(
      VisionFlowDriver<GraphTalk> hands, GraphListener listener) {
    GraphReports reports = new GraphReports(hands, scene, listener);
    return new VisionFlowEngine<>(
        hands,
        new GraphTalk(options, scene, moves, tally, hands, reports),
        tally,
        options.client(),
        options.pingEvery(),
        RandomGenerator.getDefault());
  }

  /**
   * Begins to make a client.
   *
   * @param url where the server is: {@code ws://host:port/ws/positions} or {@code wss://…}
   * @throws IllegalArgumentException if it is no such address
   */
  public static Builder builder(String url) {
    return new Builder(Addresses.of(url, "ws://host:port/ws/positions"));
  }

  /**
   * Connects, if that is not under way. Done when the graph has been told for the first time,
   * however many attempts it takes; fails if it ends in one of the final states, or has.
   */
  public CompletableFuture<Scene> connect() {
    return driver.connect().thenApply(stood -> scene);
  }

  /** Where it stands. */
  public ClientState state() {
    return driver.current();
  }

  /** The graph, always the same object: empty at first, and written as messages come. */
  public Scene scene() {
    return scene;
  }

  /** Now, in nanoseconds, by the clock of the scene; it means nothing elsewhere. */
  public long nanos() {
    return driver.nanos();
  }

  /** What was counted. */
  public GraphFigures figures() {
    return tally.ofGraph();
  }

  /**
   * Moves a node, which rests then; see {@link #move(int, float, float, float, float, float,
   * float)}.
   */
  public boolean move(int id, float x, float y, float z) {
    return move(id, x, y, z, 0, 0, 0);
  }

  /**
   * Moves a node. It goes with all other moves that wait, in one message, every 16 ms at most
   * ({@link GraphOptions#moveEvery}); while it waits, for that or because the line takes no more, a
   * newer move of the same node takes its place. Whether the server took it is seen in the scene;
   * if it did not, {@link GraphListener#onError} is told.
   *
   * @param id the node's number
   * @param x where it is, in units of the world, finite; so {@code y} and {@code z}
   * @param vx how fast it moves, in units a second, finite; so {@code vy} and {@code vz}
   * @return whether it waits to be sent; false if the connection does not stand, there is no such
   *     node, or {@link GraphOptions#maxMoves} nodes wait already
   * @throws SluiceException {@code invalid_option} if a number is not finite, or the form cannot
   *     name the node
   */
  public boolean move(int id, float x, float y, float z, float vx, float vy, float vz) {
    if (!areFinite(x, y, z) || !areFinite(vx, vy, vz)) {
      throw refusal("Positions and velocities are finite");
    }
    if (id < 0 || id > options.form().maxId()) {
      throw refusal("Node " + id + " cannot be named in the form " + options.form());
    }
    NodeKind kind = scene.kind(id).orElse(null);
    if (kind == null || state() != ClientState.CONNECTED) {
      tally.refused();
      return false;
    }
    switch (moves.put(id, kind, x, y, z, vx, vy, vz)) {
      case FIRST -> driver.post((engine, now) -> engine.talk().waiting(now));
      case ADDED -> {
        // Whoever came first has seen to it.
      }
      case REPLACED -> tally.replaced();
      case FULL -> {
        tally.refused();
        return false;
      }
    }
    return true;
  }

  private static boolean areFinite(float a, float b, float c) {
    return Float.isFinite(a) && Float.isFinite(b) && Float.isFinite(c);
  }

  private static SluiceException refusal(String why) {
    return new SluiceException(new Trouble(ClientCode.INVALID_OPTION, why));
  }

  /**
   * Asks to be told at most so often, from now on and after each reconnect. The server answers with
   * what it does, {@link GraphListener#onInterval}, and tells all nodes once more if that is new.
   *
   * @param millis from 1 to 60,000; 0: as often as the server does by itself
   * @throws IllegalArgumentException if it is none of these
   */
  public void interval(int millis) {
    GraphOptions.checkInterval(millis);
    driver.post((engine, now) -> engine.talk().wish(millis));
  }

  /** Asks for all of it again. */
  public void snapshot() {
    driver.post((engine, now) -> engine.talk().anew());
  }

  /**
   * Stops reading: after two more messages at most nothing comes, and the server, which keeps
   * nothing for who does not read, sends what is newest then in one message. Moves still go.
   */
  public void pause() {
    driver.post((engine, now) -> engine.pause(true, now));
  }

  /** Reads on. */
  public void resume() {
    driver.post((engine, now) -> engine.pause(false, now));
  }

  /** Closes: moves that wait are sent if they can be at once. */
  public CompletableFuture<@Nullable Void> closeAsync() {
    driver.post((engine, now) -> engine.close(now));
    return departure.end();
  }

  /** Closes, and waits until everything that was sent has left, three seconds at most. */
  @Override
  public void close() {
    driver.post((engine, now) -> engine.close(now));
    departure.await();
  }

  /** Makes a client. Not for several threads. */
  public static final class Builder {
    private final URI uri;
    private @Nullable String graph;
    private @Nullable Supplier<CompletionStage<String>> tokens;
    private GraphOptions options = GraphOptions.DEFAULTS;
    private GraphListener listener = new GraphListener() {};
    private @Nullable ClientResources resources;

    private Builder(URI uri) {
      this.uri = uri;
    }

    /** Of the graph of this name; without, of the server's default. */
    public Builder graph(String name) {
      graph = name;
      return this;
    }

    /** With one token, for good. */
    public Builder token(String token) {
      tokens = () -> CompletableFuture.completedFuture(token);
      return this;
    }

    /**
     * With tokens from a supplier, asked before each attempt: so a line that ends because its token
     * expired comes back with the next. Called on the callback executor.
     */
    public Builder tokens(Supplier<CompletionStage<String>> supplier) {
      tokens = supplier;
      return this;
    }

    /** With other options. */
    public Builder options(GraphOptions newOptions) {
      options = newOptions;
      return this;
    }

    /** In another form than {@link GraphOptions} says so far. */
    public Builder form(NodeForm form) {
      options = options.withForm(form);
      return this;
    }

    /** With a listener. */
    public Builder listener(GraphListener newListener) {
      listener = newListener;
      return this;
    }

    /** With threads that are shared with others, and outlive the client. */
    public Builder resources(ClientResources shared) {
      resources = shared;
      return this;
    }

    /**
     * Makes it; {@link GraphClient#connect} starts it.
     *
     * @throws IllegalStateException if it has no token
     */
    public GraphClient build() {
      Supplier<CompletionStage<String>> supplier = tokens;
      if (supplier == null) {
        throw new IllegalStateException("a client needs a token, or a supplier of tokens");
      }
      ClientResources shared = resources;
      ClientResources used = shared == null ? ClientResources.create() : shared;
      JdkTransport transport =
          new JdkTransport(
              Addresses.with(uri, "graph", graph),
              options.form().subprotocol(),
              options.client().connectTimeout(),
              LineBounds.ofNewest(options.client().maxMessageBytes()),
              used.http(),
              used.scheduler(),
              used.callbacks());
      return new GraphClient(
          options, used, supplier, listener, transport, shared == null ? used::close : () -> {});
    }
  }
}
