package io.sluice.server.config;

import io.sluice.model.PositionLimits;
import io.sluice.model.VisionFlowLimits;
import io.sluice.services.graph.GraphLimits;
import java.time.Duration;

/**
 * How VisionFlow is spoken, and what graphs there are.
 *
 * @param demo whether there is a graph {@code demo} that lives by itself
 * @param messages every bound of a message by its name
 * @param sockets what holds on the sockets beside
 * @param graphs every bound of a graph by its name
 */
public record VisionFlowSettings(
    boolean demo, VisionFlowLimits messages, PositionLimits sockets, GraphLimits graphs) {
  private static final int MANY = 100_000_000;
  private static final int LARGE = 1 << 30;
  private static final int MOST_SPEAKERS = 65_535;
  private static final int MOST_PACKET = 65_535;
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final Duration LONG = Duration.ofDays(1);

  static VisionFlowSettings read(KeyReader keys) throws SettingsException {
    return new VisionFlowSettings(
        keys.flag("visionflow.demo", "a graph `demo` that lives by itself; as `serve --demo`"),
        messages(keys, VisionFlowLimits.DEFAULTS),
        sockets(keys, PositionLimits.DEFAULTS),
        graphs(keys, GraphLimits.DEFAULTS));
  }

  private static VisionFlowLimits messages(KeyReader keys, VisionFlowLimits d)
      throws SettingsException {
    return new VisionFlowLimits(
        keys.integer("visionflow.nodes", d.nodes(), 1, MANY, "nodes of one message"),
        keys.smallSize(
            "visionflow.inflatedBytes", d.inflatedBytes(), 1, LARGE, "a payload inflates so far"),
        keys.integer(
            "visionflow.inflateRatio",
            d.inflateRatio(),
            1,
            MANY,
            "and to so many times its size, 4 KiB always"));
  }

  private static PositionLimits sockets(KeyReader keys, PositionLimits d) throws SettingsException {
    return new PositionLimits(
        keys.integer(
            "visionflow.requestsPerMinute",
            d.requestsPerMinute(),
            1,
            MANY,
            "what a client is told that it may send"),
        keys.duration(
            "visionflow.heartbeat.every", d.every(), SHORT, LONG, "a ping goes out so often"),
        keys.duration(
            "visionflow.heartbeat.timeout", d.timeout(), SHORT, LONG, "anything must come by then"),
        keys.integer(
            "visionflow.voice.speakers",
            d.speakers(),
            1,
            MOST_SPEAKERS,
            "so many are in one room; then `busy`"),
        keys.integer(
            "visionflow.voice.packetBytes",
            d.packetBytes(),
            1,
            MOST_PACKET,
            "of one packet of voice"));
  }

  private static GraphLimits graphs(KeyReader keys, GraphLimits d) throws SettingsException {
    return new GraphLimits(
        keys.integer("visionflow.graph.graphs", d.graphs(), 1, MANY, "graphs of the server"),
        keys.integer("visionflow.graph.nodes", d.nodes(), 1, MANY, "nodes of a graph"),
        keys.integer("visionflow.graph.edges", d.edges(), 1, MANY, "edges of a graph"),
        keys.integer(
            "visionflow.graph.nameCharacters",
            d.nameCharacters(),
            1,
            128,
            "UTF-16 units of a name"),
        keys.integer(
            "visionflow.graph.queuedCommands",
            d.queuedCommands(),
            1,
            MANY,
            "commands that wait for a graph; then `busy`"),
        keys.integer(
            "visionflow.graph.queuedRows", d.queuedRows(), 1, MANY, "nodes and edges in them"),
        keys.smallSize(
            "visionflow.graph.changeBytes",
            d.changeBytes(),
            GraphLimits.LEAST_CHANGE_BYTES,
            LARGE,
            "of one publication of changes; more become several"),
        keys.smallSize(
            "visionflow.graph.pieceBytes",
            d.pieceBytes(),
            GraphLimits.LEAST_CHANGE_BYTES,
            LARGE,
            "of one piece of a structure that is told whole; more become several"),
        new GraphLimits.View(
            keys.smallSize(
                "visionflow.graph.view.bytes",
                d.view().bytes(),
                1,
                LARGE,
                "of a graph that is read whole over REST; then `graph_too_large`"),
            keys.integer(
                "visionflow.graph.view.atOnce",
                d.view().atOnce(),
                1,
                MANY,
                "graphs that are read whole at one time; then `busy`")),
        new GraphLimits.Burst(
            keys.integer(
                "visionflow.graph.burst.nodes",
                d.burst().nodes(),
                1,
                MANY,
                "so many nodes of one command make a tick come early"),
            keys.integer(
                "visionflow.graph.burst.ticks",
                d.burst().ticks(),
                0,
                MANY,
                "ticks that come early, one for each that was due and not needed")));
  }
}
