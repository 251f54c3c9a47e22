package io.sluice.client;

import io.sluice.client.line.Way;

/** Where a client stands. Only {@link #isFinal final} states and {@link #IDLE} have no timer. */
public enum ClientState {
  /** Not yet told to connect. */
  IDLE,
  /** Fetching a token, or opening a connection. */
  CONNECTING,
  /** The server has said {@code connected}. */
  CONNECTED,
  /** The line is down; another attempt comes by itself. */
  WAITING,
  /** Closed by {@link SluiceClient#close}. */
  CLOSED,
  /**
   * The server refused the token with 401 or 403, or the graph or room that was asked for. Final:
   * another token wants another client.
   */
  REFUSED,
  /** {@code maxAttempts} failed in a row, or a graph is larger than its client takes. Final. */
  FAILED;

  /** Whether nothing more happens unless the program asks for it. */
  public boolean isFinal() {
    return this == CLOSED || this == REFUSED || this == FAILED;
  }

  /** What a program is told of a phase of the way to the server. */
  public static ClientState of(Way.Phase phase) {
    return switch (phase) {
      case RESTING -> IDLE;
      case FETCHING, OPENING -> CONNECTING;
      case STANDING -> CONNECTED;
      case WAITING -> WAITING;
    };
  }

  /** What a program is told of its end. */
  public static ClientState of(Way.End end) {
    return switch (end) {
      case CLOSED -> CLOSED;
      case REFUSED -> REFUSED;
      case FAILED -> FAILED;
    };
  }
}
