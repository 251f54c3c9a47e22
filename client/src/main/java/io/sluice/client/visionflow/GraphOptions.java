package io.sluice.client.visionflow;

import io.sluice.client.ClientLimits;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.PositionCommand;
import java.time.Duration;

/**
 * How a client of a graph behaves. Immutable; made by changing {@link #DEFAULTS}.
 *
 * @param form how nodes are written on the line
 * @param intervalMillis as often as it wishes to be told, from 1 to 60,000; 0: as often as the
 *     server does by itself, which is every 200
 * @param maxNodes a scene has at most so many nodes; a graph that has more ends in {@code FAILED},
 *     {@code graph_full}
 * @param maxEdges a scene has at most so many edges; beyond it the same
 * @param maxMoves moves of at most so many nodes wait; beyond it {@link GraphClient#move} is false
 * @param moveEvery moves are sent in one message so often at most
 * @param pingEvery how often it measures the way to the server and back
 * @param client the bounds of any client: timeouts, waits, and the longest message that is taken.
 *     {@code silence} means nothing here: a ping is sent so often anyway, and the line is replaced
 *     when {@code pongTimeout} passes without its answer
 * @param visionflow the bounds of a message
 */
public record GraphOptions(
    NodeForm form,
    int intervalMillis,
    int maxNodes,
    int maxEdges,
    int maxMoves,
    Duration moveEvery,
    Duration pingEvery,
    ClientLimits client,
    VisionFlowLimits visionflow) {
  /** V2; 100,000 nodes and 400,000 edges; 1,000 moves, every 16 ms; a ping a second. */
  public static final GraphOptions DEFAULTS =
      new GraphOptions(
          NodeForm.V2,
          0,
          100_000,
          400_000,
          1_000,
          Duration.ofMillis(16),
          Duration.ofSeconds(1),
          ClientLimits.DEFAULTS,
          VisionFlowLimits.DEFAULTS);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a bound is not positive, more moves may wait than fit into
   *     a message, or the interval is none
   */
  public GraphOptions {
    checkInterval(intervalMillis);
    if (maxNodes < 1 || maxEdges < 1 || maxMoves < 1) {
      throw new IllegalArgumentException("bounds are positive");
    }
    if (maxMoves > visionflow.nodes()) {
      throw new IllegalArgumentException("all moves must fit into one message");
    }
    checkTime(moveEvery);
    checkTime(pingEvery);
  }

  static void checkInterval(int millis) {
    if (millis < 0 || millis > PositionCommand.Subscribe.MAX_INTERVAL) {
      throw new IllegalArgumentException("an interval is from 0 to 60,000 ms");
    }
  }

  static void checkTime(Duration time) {
    if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("times are positive and at most a day");
    }
  }

  /** In another form. */
  public GraphOptions withForm(NodeForm other) {
    return new GraphOptions(
        other,
        intervalMillis,
        maxNodes,
        maxEdges,
        maxMoves,
        moveEvery,
        pingEvery,
        client,
        visionflow);
  }

  /** Told as often as this; 0: as the server does by itself. */
  public GraphOptions withInterval(int millis) {
    return new GraphOptions(
        form, millis, maxNodes, maxEdges, maxMoves, moveEvery, pingEvery, client, visionflow);
  }

  /** With another bound on the scene. */
  public GraphOptions withScene(int nodes, int edges) {
    return new GraphOptions(
        form, intervalMillis, nodes, edges, maxMoves, moveEvery, pingEvery, client, visionflow);
  }

  /** With another bound on moves, sent so often at most. */
  public GraphOptions withMoves(int nodes, Duration every) {
    return new GraphOptions(
        form, intervalMillis, maxNodes, maxEdges, nodes, every, pingEvery, client, visionflow);
  }

  /** Measuring so often. */
  public GraphOptions withPing(Duration every) {
    return new GraphOptions(
        form, intervalMillis, maxNodes, maxEdges, maxMoves, moveEvery, every, client, visionflow);
  }

  /** With other bounds of the client. */
  public GraphOptions withClient(ClientLimits limits) {
    return new GraphOptions(
        form,
        intervalMillis,
        maxNodes,
        maxEdges,
        maxMoves,
        moveEvery,
        pingEvery,
        limits,
        visionflow);
  }

  /** With other bounds of a message. */
  public GraphOptions withVisionFlow(VisionFlowLimits limits) {
    return new GraphOptions(
        form, intervalMillis, maxNodes, maxEdges, maxMoves, moveEvery, pingEvery, client, limits);
  }
}
