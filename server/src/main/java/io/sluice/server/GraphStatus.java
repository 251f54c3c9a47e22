package io.sluice.server;

import io.sluice.services.graph.GraphCode;

/** What a graph refuses, in the words of HTTP. Stateless. */
public final class GraphStatus {
  private GraphStatus() {}

  /** Which HTTP status a call gets that a graph refuses. */
  public static int of(GraphCode code) {
    return switch (code) {
      case INVALID_GRAPH_NAME,
          INVALID_RATE,
          INVALID_NODE,
          DUPLICATE_ID,
          NOT_FINITE,
          NAME_TOO_LONG,
          INVALID_NAME,
          INVALID_EDGE,
          DUPLICATE_EDGE,
          INVALID_WEIGHT ->
          400;
      case UNKNOWN_GRAPH -> 404;
      case GRAPH_EXISTS,
          TOO_MANY_GRAPHS,
          GRAPH_FULL,
          GRAPH_TOO_LARGE,
          UNKNOWN_NODE,
          UNKNOWN_EDGE,
          WRONG_KIND ->
          409;
      case BUSY, CHANNEL_LIMIT -> 503;
    };
  }
}
