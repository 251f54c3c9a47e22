package io.sluice.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TlsTrouble;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.GapReason;
import io.sluice.model.Refusal;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.server.auth.Verification;
import io.sluice.services.graph.GraphFigures;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Owner: any thread; the registry guards itself. The figures as Prometheus reads them. Every reason
 * is there from the start, at zero, so that a rate can be taken of the first.
 */
public final class Metrics implements AutoCloseable {
  /** The type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();

  /** Held here because the registry holds it weakly. */
  private final Figures figures;

  /** Registers everything. */
  public Metrics(Figures figures) {
    this.figures = figures;
    registerReasons();
    registerWork();
    registerHaip();
    registerVisionFlow();
    registerGraphs();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  private void registerReasons() {
    for (Refusal refusal : Refusal.values()) {
      counter(
          "sluice.refused",
          "Requests and upgrades refused",
          "reason",
          refusal.text(),
          all -> all.gateway().refused(refusal));
    }
    for (CloseReason reason : CloseReason.values()) {
      counter(
          "sluice.closed",
          "WebSockets and HTTP streams ended",
          "reason",
          reason.text(),
          all -> all.gateway().closed(reason));
    }
    for (Violation violation : Violation.values()) {
      counter(
          "sluice.violations",
          "Rules of frames that peers broke",
          "reason",
          violation.reason(),
          all -> all.gateway().violations(violation));
    }
    for (TlsTrouble trouble : TlsTrouble.values()) {
      counter(
          "sluice.tls.failed",
          "Connections that ended because of TLS",
          "reason",
          trouble.text(),
          all -> all.gateway().tls(trouble));
    }
    for (Code code : Code.values()) {
      counter(
          "sluice.faults",
          "Requests of clients not done",
          "code",
          code.text(),
          all -> all.core().faults(code));
    }
    for (GapReason reason : GapReason.values()) {
      counter(
          "sluice.gaps", "Gaps told", "reason", reason.wireName(), all -> all.core().gaps(reason));
    }
    for (String reason : Verification.REASONS) {
      counter(
          "sluice.tokens.refused",
          "Tokens not accepted",
          "reason",
          reason,
          all -> tokens(all.gateway(), reason));
    }
  }

  private static long tokens(GatewayMeter meter, String reason) {
    Map<String, Long> tokens = meter.tokens();
    return tokens.getOrDefault(reason, 0L);
  }

  private void registerWork() {
    counter("sluice.messages", "Messages received", Figures::messages);
    counter("sluice.errors", "Failures told to peers", Figures::errors);
    counter("sluice.publications", "Appended", all -> all.core().publications());
    counter("sluice.deliveries", "Publications sent", all -> all.core().deliveries());
    counter(
        "sluice.conflated",
        "Publications that subscribers were spared for newer ones of the same key",
        all -> all.core().conflations());
    counter("sluice.upgrades", "WebSockets opened", all -> all.gateway().upgraded());
    counter("sluice.streams", "HTTP streams opened", all -> all.gateway().streamed());
    counter("sluice.answers", "HTTP requests answered", all -> all.gateway().answered());
    counter(
        "sluice.accept.pauses",
        "Times the server ran out of descriptors",
        all -> all.gateway().acceptPauses());
    gauge("sluice.connections", "Connections", all -> all.connections().getAsInt());
    gauge("sluice.sessions", "Sessions", all -> all.core().sessions());
    gauge("sluice.subscriptions", "Subscriptions", all -> all.core().subscriptions());
    gauge("sluice.channels", "Channels with a log", all -> all.broker().channels());
    registerHolding();
    Gauge.builder("sluice.log", figures, all -> all.broker().logBytes())
        .description("Bytes of publications in all logs")
        .baseUnit("bytes")
        .register(registry);
  }

  private void registerHolding() {
    gauge(
        "sluice.held.channels",
        "Channels on which publications wait for slow readers",
        all -> all.broker().heldChannels());
    gauge(
        "sluice.held.publications",
        "Publications that wait for slow readers",
        all -> all.broker().waiting());
    Gauge.builder("sluice.held", figures, all -> all.broker().waitingBytes())
        .description("Bytes of publications that wait for slow readers")
        .baseUnit("bytes")
        .register(registry);
    counter("sluice.releases", "Writers let go on", all -> all.core().releases());
    counter(
        "sluice.holds.lost",
        "Holds of readers that did not move",
        all -> all.core().faults(Code.HOLD_LOST));
  }

  private void registerHaip() {
    gauge("sluice.haip.sessions", "HAIP sessions with a line", all -> all.haip().attached());
    gauge(
        "sluice.haip.sessions.kept",
        "HAIP sessions without a line that may be come back to",
        all -> all.haip().kept());
    counter("sluice.haip.messages", "Messages of people received", all -> all.haip().received());
    for (HaipCode code : HaipCode.values()) {
      counter(
          "sluice.haip.errors",
          "ERRORs told to people",
          "code",
          code.text(),
          all -> all.haip().errors(code));
    }
    counter(
        "sluice.haip.agent.errors",
        "ERRORs of agents told to people",
        all -> all.haip().agentErrors());
    counter("sluice.haip.pressure", "Times people were asked to wait", all -> all.haip().pressed());
    counter("sluice.haip.debts", "Messages taken on debt", all -> all.haip().owed());
    counter("sluice.haip.debt.units", "Credit that they lacked", all -> all.haip().owedUnits());
    counter(
        "sluice.haip.resumes", "Lines that went on with a session", all -> all.haip().resumed());
    counter("sluice.haip.replays", "Times something was said again", all -> all.haip().replayed());
    FunctionTimer.builder(
            "sluice.haip.handling",
            figures,
            all -> all.haip().handled(),
            all -> all.haip().handledNanos(),
            TimeUnit.NANOSECONDS)
        .description("From the receipt of people's messages until somebody is done with them")
        .register(registry);
  }

  private void registerVisionFlow() {
    for (VisionFlowCode code : VisionFlowCode.values()) {
      counter(
          "sluice.visionflow.errors",
          "Errors told to peers of positions and voice",
          "code",
          code.text(),
          all -> all.visionFlow().errors(code));
    }
    counter("sluice.voice.packets", "Packets of voice received", all -> all.visionFlow().packets());
    FunctionTimer.builder(
            "sluice.visionflow.round.trip",
            figures,
            all -> all.visionFlow().roundTrips(),
            all -> all.visionFlow().roundTripNanos(),
            TimeUnit.NANOSECONDS)
        .description("From the server's pings on positions and voice until they are answered")
        .register(registry);
  }

  private void registerGraphs() {
    gauge("sluice.graphs", "Graphs", all -> all.graphs().get().graphs());
    gauge("sluice.graph.nodes", "Nodes of all graphs", all -> all.graphs().get().nodes());
    gauge("sluice.graph.edges", "Edges of all graphs", all -> all.graphs().get().edges());
    gauge(
        "sluice.graph.paces",
        "Paces at which somebody watches",
        all -> all.graphs().get().classes());
    counter("sluice.graph.ticks", "Publications of nodes", all -> totals(all).ticks());
    counter("sluice.graph.nodes.sent", "Nodes in them", all -> totals(all).nodesSent());
    counter("sluice.graph.changes", "Publications of changes", all -> totals(all).changes());
    counter(
        "sluice.graph.lost", "Publications that could not be appended", all -> totals(all).lost());
    counter("sluice.graph.refused", "Commands refused", all -> totals(all).refused());
    FunctionTimer.builder(
            "sluice.graph.paths",
            figures,
            all -> totals(all).pathRuns(),
            all -> totals(all).pathNanos(),
            TimeUnit.NANOSECONDS)
        .description("Finding all shortest paths of a graph")
        .register(registry);
  }

  private static GraphFigures.Totals totals(Figures all) {
    return all.graphs().get().totals();
  }

  private void counter(String name, String description, ToDoubleFunction<Figures> value) {
    FunctionCounter.builder(name, figures, value).description(description).register(registry);
  }

  private void counter(
      String name, String description, String tag, String word, ToDoubleFunction<Figures> value) {
    FunctionCounter.builder(name, figures, value)
        .description(description)
        .tag(tag, word)
        .register(registry);
  }

  private void gauge(String name, String description, ToDoubleFunction<Figures> value) {
    Gauge.builder(name, figures, value).description(description).register(registry);
  }

  /** All of it, in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collector.close();
    registry.close();
  }
}
