package io.sluice.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.sluice.gateway.TlsTrouble;
import io.sluice.gateway.haip.HaipFigures;
import io.sluice.gateway.visionflow.VisionFlowMeter;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.GapReason;
import io.sluice.model.Refusal;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.services.graph.GraphFigures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures as one JSON object; of reasons only those that have occurred. */
public final class Stats {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Stats() {}

  /**
   * Prints them.
   *
   * @param recent how things went of late
   * @param uptime since the server started
   */
  public static String print(Figures figures, Recent.Rates recent, Duration uptime) {
    ObjectNode stats = MAPPER.createObjectNode();
    putConnections(stats, figures, uptime);
    stats.put("totalMessages", figures.messages());
    stats.put("messagesPerSecond", rounded(recent.messagesPerSecond()));
    stats.put("averageLatency", rounded(recent.latencyMillis()));
    stats.put("errorRate", rounded(recent.errorsPerMessage()));
    stats.put("uptimeSeconds", uptime.toSeconds());
    stats.put("connections", figures.connections().getAsInt());
    stats.put("sessions", figures.core().sessions());
    stats.put("subscriptions", figures.core().subscriptions());
    stats.put("channels", figures.broker().channels());
    stats.put("logBytes", figures.broker().logBytes());
    stats.put("publications", figures.core().publications());
    stats.put("deliveries", figures.core().deliveries());
    ObjectNode held = stats.putObject("held");
    held.put("channels", figures.broker().heldChannels());
    held.put("publications", figures.broker().waiting());
    held.put("bytes", figures.broker().waitingBytes());
    held.put("releases", figures.core().releases());
    held.put("holdsLost", figures.core().faults(Code.HOLD_LOST));
    stats.put("conflated", figures.core().conflations());
    ObjectNode gaps = stats.putObject("gaps");
    for (GapReason reason : GapReason.values()) {
      put(gaps, reason.wireName(), figures.core().gaps(reason));
    }
    stats.put("upgrades", figures.gateway().upgraded());
    stats.put("streams", figures.gateway().streamed());
    haip(stats.putObject("haip"), figures.haip());
    visionFlow(stats.putObject("visionFlow"), figures.visionFlow());
    graphs(stats.putObject("graphs"), figures.graphs().get());
    process(stats.putObject("process"));
    ObjectNode refused = stats.putObject("refused");
    for (Refusal refusal : Refusal.values()) {
      put(refused, refusal.text(), figures.gateway().refused(refusal));
    }
    ObjectNode closed = stats.putObject("closed");
    for (CloseReason reason : CloseReason.values()) {
      put(closed, reason.text(), figures.gateway().closed(reason));
    }
    ObjectNode violations = stats.putObject("violations");
    for (Violation violation : Violation.values()) {
      put(violations, violation.reason(), figures.gateway().violations(violation));
    }
    ObjectNode tls = stats.putObject("tlsFailed");
    for (TlsTrouble trouble : TlsTrouble.values()) {
      put(tls, trouble.text(), figures.gateway().tls(trouble));
    }
    ObjectNode faults = stats.putObject("faults");
    for (Code code : Code.values()) {
      put(faults, code.text(), figures.core().faults(code));
    }
    ObjectNode tokens = stats.putObject("tokensRefused");
    figures.gateway().tokens().forEach((reason, count) -> put(tokens, reason, count));
    return MAPPER.writeValueAsString(stats);
  }

  /**
   * The page for who asks whether the server lives.
   *
   * @param status in one word
   * @param uptime since the server started
   */
  public static String health(String status, Figures figures, Duration uptime) {
    ObjectNode health = MAPPER.createObjectNode();
    health.put("status", status);
    putConnections(health, figures, uptime);
    return MAPPER.writeValueAsString(health);
  }

  private static void putConnections(ObjectNode into, Figures figures, Duration uptime) {
    into.put("uptime", uptime.toMillis() / 1e3);
    into.put("activeConnections", figures.traffic().standing().getAsLong());
    into.put("totalConnections", figures.connectionsEver());
  }

  /** Nobody wants more than a thousandth. */
  private static double rounded(double figure) {
    return Math.round(figure * 1e3) / 1e3;
  }

  private static void haip(ObjectNode into, HaipFigures haip) {
    into.put("sessions", haip.attached());
    into.put("kept", haip.kept());
    into.put("received", haip.received());
    into.put("pressure", haip.pressed());
    into.put("debts", haip.owed());
    into.put("resumes", haip.resumed());
    into.put("replays", haip.replayed());
    into.put("agentErrors", haip.agentErrors());
    ObjectNode errors = into.putObject("errors");
    for (HaipCode code : HaipCode.values()) {
      put(errors, code.text(), haip.errors(code));
    }
  }

  private static void visionFlow(ObjectNode into, VisionFlowMeter sockets) {
    long trips = sockets.roundTrips();
    double nanos = trips == 0 ? 0 : (double) sockets.roundTripNanos() / trips;
    into.put("roundTrips", trips);
    into.put("averageRoundTripMillis", rounded(nanos / 1e6));
    into.put("packets", sockets.packets());
    ObjectNode errors = into.putObject("errors");
    for (VisionFlowCode code : VisionFlowCode.values()) {
      put(errors, code.text(), sockets.errors(code));
    }
  }

  private static void graphs(ObjectNode into, GraphFigures graphs) {
    into.put("graphs", graphs.graphs());
    into.put("nodes", graphs.nodes());
    into.put("edges", graphs.edges());
    into.put("paces", graphs.classes());
    into.put("ticks", graphs.totals().ticks());
    into.put("nodesSent", graphs.totals().nodesSent());
    into.put("refused", graphs.totals().refused());
    into.put("pathRuns", graphs.totals().pathRuns());
  }

  /** What the server costs the machine; what the machine does not tell is left out. */
  private static void process(ObjectNode into) {
    long cpu = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    if (cpu >= 0) {
      into.put("cpuNanos", cpu);
    }
    long resident = residentBytes();
    if (resident > 0) {
      into.put("residentBytes", resident);
    }
    into.put("heapBytes", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
  }

  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      // Another kind of machine.
    }
    return 0;
  }

  private static void put(ObjectNode into, String name, long count) {
    if (count != 0) {
      into.put(name, count);
    }
  }
}
