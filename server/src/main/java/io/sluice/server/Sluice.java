package io.sluice.server;

import io.sluice.admin.Authenticator;
import io.sluice.admin.RestApi;
import io.sluice.admin.ServerView;
import io.sluice.core.Meter;
import io.sluice.core.Ports;
import io.sluice.core.Switchboard;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.MemoryPresence;
import io.sluice.core.presence.Presence;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenRenewal;
import io.sluice.gateway.haip.HaipEndpoint;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.gateway.http.HttpSettings;
import io.sluice.gateway.loop.GatewayServer;
import io.sluice.gateway.loop.GatewaySettings;
import io.sluice.gateway.nexus.NexusEndpoint;
import io.sluice.gateway.visionflow.VisionFlowMeter;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.server.auth.KeyFormatException;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.auth.Verification;
import io.sluice.server.config.AuthSettings;
import io.sluice.server.config.EdgeSettings.TlsFiles;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.TelemetrySettings;
import io.sluice.server.metrics.Figures;
import io.sluice.server.metrics.Recent;
import io.sluice.server.metrics.Traffic;
import io.sluice.services.Telemetry;
import io.sluice.services.agents.Agents;
import io.sluice.services.graph.Graphs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A running server, and the one place where its parts are made and joined.
 *
 * <p>Owner: whoever started it; {@link #close} may be called by any thread, and more than once.
 */
public final class Sluice implements AutoCloseable {
  private static final int BACKLOG = 1_024;

  private final Settings settings;
  private final @Nullable TokenIssuer developer;
  private final Verification verification;
  private final MemoryBroker broker;
  private final Switchboard switchboard;
  private final NexusEndpoint nexus;
  private final AgentHouse agents;
  private final HaipEndpoint haip;
  private final GraphService graphs;
  private final Pages pages;
  private final @Nullable Certificate certificate;
  private final RestApi api;
  private final long startedNanos = System.nanoTime();
  private final Recent recent;
  private final GatewayServer gateway;
  private final InetSocketAddress address;
  private final List<Rounds> rounds = new ArrayList<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private Sluice(
      Settings given, List<Endpoint> more, UnaryOperator<Broker> front, @Nullable Agents others)
      throws IOException, SettingsException {
    InetAddress host = resolve(given.host());
    boolean development = given.auth().isDevelopment();
    Secret own = development ? Secret.random() : null;
    this.settings = own == null ? given : given.withAuth(given.auth().withSecret(own));
    this.developer = own == null ? null : new TokenIssuer(own, given.auth().rules());
    Supplier<Moment> clock = () -> new Moment(System.nanoTime(), System.currentTimeMillis());
    Limits limits = settings.limits();
    Meter meter = new Meter();
    GatewayMeter gatewayMeter = new GatewayMeter();
    TlsFiles files = settings.edge().tls();
    this.certificate =
        files == null ? null : new Certificate(files, limits.socket().closeTimeout());
    this.verification = verification(settings.auth(), limits.token());
    LogWatches watches = new LogWatches();
    this.broker = new MemoryBroker(limits.hub(), settings.namespaces(), new Epochs(), watches);
    Broker fronted = front.apply(broker);
    this.switchboard =
        new Switchboard(
            limits,
            new Ports(
                fronted,
                limits.presence().memberships() > 0
                    ? new MemoryPresence(limits.presence())
                    : Presence.NONE,
                new TokenRenewal(verification.verifier(), gatewayMeter),
                settings.namespaces(),
                meter));
    this.nexus = new NexusEndpoint(limits, clock);
    this.agents =
        new AgentHouse(
            fronted,
            limits,
            settings.haip().limits(),
            clock,
            this::handledThrough,
            AgentHouse.agents(settings.haip().agent(), others));
    this.haip =
        new HaipEndpoint(
            settings.haip().limits(), limits, fronted, verification.verifier(), agents, clock);
    watches.add(haip);
    this.graphs = new GraphService(fronted, broker, settings.visionFlow(), clock);
    Authenticator authenticator =
        new Authenticator(settings.apiKeys(), verification.verifier(), gatewayMeter);
    this.pages = new Pages(authenticator, clock);
    this.api = new RestApi(parts(authenticator, meter, clock));
    List<HttpRoute> routes = new ArrayList<>(pages.routes());
    routes.addAll(StaticPages.routes());
    routes.addAll(api.routes());
    List<Endpoint> endpoints = new ArrayList<>(more);
    endpoints.add(nexus);
    endpoints.add(haip);
    VisionFlowMeter visionFlow = new VisionFlowMeter();
    endpoints.addAll(VisionFlowDoors.of(settings, graphs, visionFlow, clock));
    Gatehouse house =
        new Gatehouse(
            new HttpSettings(
                routes,
                endpoints,
                development,
                Set.copyOf(settings.allowedOrigins()),
                settings.edge().trustedProxies(),
                isSecured()),
            verification.verifier(),
            gatewayMeter,
            limits);
    this.gateway =
        new GatewayServer(gatewaySettings(), house, limits, clock, switchboard::lane, gatewayMeter);
    Figures figures = figures(gatewayMeter, meter, visionFlow, house);
    this.recent = new Recent(figures::sums, clock.get());
    pages.show(figures, recent);
    this.address = bind(host);
    if (certificate != null) {
      certificate.watch(Certificate.INTERVAL);
    }
    startRounds(fronted, clock);
  }

  private Figures figures(
      GatewayMeter gatewayMeter, Meter meter, VisionFlowMeter visionFlow, Gatehouse house) {
    Traffic traffic =
        new Traffic(() -> gateway.connections(), () -> gateway.messages(), () -> gateway.errors());
    return new Figures(
        gatewayMeter,
        meter,
        broker,
        house.census()::total,
        traffic,
        haip.figures(),
        visionFlow,
        graphs.graphs()::figures);
  }

  private GatewaySettings gatewaySettings() {
    SocketKind sockets = SocketKind.best();
    return certificate == null
        ? new GatewaySettings(settings.lanes(), sockets, BACKLOG)
        : new GatewaySettings(settings.lanes(), sockets.secured(), BACKLOG, certificate.tls());
  }

  private RestApi.Parts parts(Authenticator authenticator, Meter meter, Supplier<Moment> clock) {
    String release = Sluice.class.getPackage().getImplementationVersion();
    return new RestApi.Parts(
        meter,
        authenticator,
        switchboard::publish,
        switchboard::history,
        channel -> switchboard.keepsPresence() ? switchboard.presence(channel) : null,
        switchboard::disconnect,
        new PeopleTalking(haip.standings()),
        graphs.rest(),
        new ServerView(
            release == null ? "(unreleased)" : release,
            () -> TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos),
            () -> gateway.connections(),
            meter::subscriptions,
            broker::channels),
        settings.namespaces(),
        settings.limits(),
        settings.haip().limits().http(),
        clock);
  }

  private void startRounds(Broker fronted, Supplier<Moment> clock) {
    rounds.add(new Rounds("sluice-haip", Rounds.USUAL_MILLIS, this::tick, clock));
    rounds.add(new Rounds("sluice-ticks", GraphService.PERIOD_MILLIS, graphs::tick, clock));
    TelemetrySettings telemetry = settings.telemetry();
    if (!telemetry.enabled()) {
      return;
    }
    Gauges gauges = new Gauges(broker, settings.limits().hub().logBytes());
    Telemetry lines = new Telemetry(fronted, gauges, telemetry.every());
    rounds.add(new Rounds("sluice-telemetry", Rounds.USUAL_MILLIS, lines::tick, clock));
  }

  private void tick(Moment now) {
    haip.tick(now);
    recent.tick(now);
  }

  /**
   * Starts a server on this port, 0 for any that is free, with what the environment says beside it.
   *
   * @throws SettingsException if the environment makes no sense
   * @throws IOException if it cannot listen
   */
  public static Sluice listen(int port) throws IOException, SettingsException {
    return start(Settings.load(Map.of("port", Integer.toString(port)), null, System.getenv()));
  }

  /**
   * Starts a server.
   *
   * @throws SettingsException if a file or host that the settings name is no good
   * @throws IOException if it cannot listen; the message is one line for a person
   */
  public static Sluice start(Settings settings) throws IOException, SettingsException {
    return start(settings, List.of());
  }

  /** The same, with more that is spoken at more paths. */
  public static Sluice start(Settings settings, List<Endpoint> more)
      throws IOException, SettingsException {
    return start(settings, more, UnaryOperator.identity());
  }

  /**
   * The same, with something in front of the broker that every publish and subscription passes.
   *
   * @param front what the lanes are given in the broker's stead; it keeps to the broker's contract
   */
  public static Sluice start(Settings settings, List<Endpoint> more, UnaryOperator<Broker> front)
      throws IOException, SettingsException {
    return new Sluice(settings, more, front, null);
  }

  /** The same, with agents of your own in the place of the one that the settings name. */
  public static Sluice start(Settings settings, Agents agents)
      throws IOException, SettingsException {
    return new Sluice(settings, List.of(), UnaryOperator.identity(), agents);
  }

  private void handledThrough(String session, String channel, long offset) {
    haip.handledThrough(session, channel, offset);
  }

  /**
   * Looks at what the settings name, as {@link #start} would, and starts nothing.
   *
   * @throws SettingsException if a file or host that the settings name is no good
   */
  public static void check(Settings settings) throws SettingsException {
    resolve(settings.host());
    TlsFiles files = settings.edge().tls();
    if (files != null) {
      new Certificate(files, settings.limits().socket().closeTimeout()).close();
    }
    AuthSettings auth = settings.auth();
    if (auth.keys() != null) {
      verification(auth, settings.limits().token()).close();
    }
  }

  private static InetAddress resolve(String host) throws SettingsException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new SettingsException("host: there is no " + host);
    }
  }

  private static Verification verification(AuthSettings auth, Limits.Token limits)
      throws SettingsException {
    Path keys = auth.keys();
    try {
      return Verification.of(auth.secrets(), keys, auth.jwks(), auth.rules(), limits);
    } catch (IOException e) {
      throw new SettingsException("keys: " + keys + " cannot be read");
    } catch (KeyFormatException e) {
      throw new SettingsException("keys: " + keys + ": " + e.getMessage());
    }
  }

  private InetSocketAddress bind(InetAddress host) throws IOException {
    try {
      return gateway.bind(host, settings.port());
    } catch (IOException e) {
      releaseAll();
      throw new IOException(
          "cannot listen on %s port %d: %s".formatted(settings.host(), settings.port(), why(e)), e);
    }
  }

  /** The kernel's word, without the name of the call and the number around it. */
  private static String why(IOException failure) {
    String text = String.valueOf(failure.getCause());
    for (String known : List.of("already in use", "Permission denied", "Cannot assign")) {
      if (text.contains(known)) {
        return switch (known) {
          case "already in use" -> "the port is in use";
          case "Permission denied" -> "this user may not take the port";
          default -> "the host is no address of this machine";
        };
      }
    }
    return text;
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** The port it listens on. */
  public int port() {
    return address.getPort();
  }

  /** Whether it speaks TLS: {@code https} and {@code wss}. */
  public boolean isSecured() {
    return certificate != null;
  }

  /** What it was started with, a secret made up for development included. */
  public Settings settings() {
    return settings;
  }

  /** Who issues tokens in development mode; null outside of it. */
  public @Nullable TokenIssuer developer() {
    return developer;
  }

  /** What can be asked of all lanes at once, by a page or by a program around the server. */
  public Switchboard switchboard() {
    return switchboard;
  }

  /** The graphs that it holds, for a program that fills and changes them. Any thread. */
  public Graphs graphs() {
    return graphs.graphs();
  }

  /** Blocks until it has been closed. */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  /**
   * Stops accepting, finishes receipts, tells every peer 1012, and lets go of everything; takes
   * less than five seconds whatever the peers do. Returns when that is done, for every caller.
   */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      pages.stopping();
      api.stop();
      gateway.stop();
      releaseAll();
      closed.countDown();
      return;
    }
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void releaseAll() {
    rounds.forEach(Rounds::close);
    agents.close();
    graphs.close();
    broker.close();
    nexus.close();
    verification.close();
    pages.close();
    if (certificate != null) {
      certificate.close();
    }
  }
}
