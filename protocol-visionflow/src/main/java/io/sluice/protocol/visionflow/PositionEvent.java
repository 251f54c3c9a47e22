package io.sluice.protocol.visionflow;

import org.jspecify.annotations.Nullable;

/** What a server says as text on the position socket. */
public sealed interface PositionEvent {
  /**
   * The first message: how much there is.
   *
   * @param nodes of the graph
   * @param edges of the graph
   * @param metadata so many nodes have a name
   * @param settingsVersion of the settings
   * @param epochSeconds now, in seconds since 1970
   */
  record StateSync(int nodes, int edges, int metadata, long settingsVersion, long epochSeconds)
      implements PositionEvent {}

  /**
   * The graph has been told; from here on only what changes is.
   *
   * @param epochMillis now, in milliseconds since 1970
   * @param reconnection whether the client said that it was here before
   * @param stateSyncSent whether the state came before this
   */
  record ConnectionEstablished(long epochMillis, boolean reconnection, boolean stateSyncSent)
      implements PositionEvent {}

  /**
   * Positions will come.
   *
   * @param intervalMillis this often at most
   * @param binary whether in binary
   * @param epochMillis now, in milliseconds since 1970
   * @param requestsPerMinute so many messages a client may send
   * @param minIntervalMillis nobody is told more often
   */
  record SubscriptionConfirmed(
      int intervalMillis,
      boolean binary,
      long epochMillis,
      int requestsPerMinute,
      int minIntervalMillis)
      implements PositionEvent {}

  /** Is anybody there? In milliseconds since 1970. */
  record Ping(long epochMillis) implements PositionEvent {}

  /**
   * Somebody is.
   *
   * @param timestamp of the ping it answers, byte for byte; null if it had none
   */
  record Pong(@Nullable String timestamp) implements PositionEvent {}

  /**
   * A message came too soon and was dropped; the connection stays.
   *
   * @param message for a person
   * @param retryAfterSeconds the next may come then
   */
  record RateLimitWarning(String message, int retryAfterSeconds) implements PositionEvent {}

  /**
   * Something was not done.
   *
   * @param code stable; a client may meet one that it does not know
   * @param message for a person
   * @param recoverable whether the connection stays
   * @param details more of it as a JSON object, if there is more
   */
  record Failed(String code, String message, boolean recoverable, @Nullable String details)
      implements PositionEvent {
    /** What a fault is told as. */
    public static Failed of(VisionFlowFault fault) {
      VisionFlowCode code = fault.code();
      return new Failed(code.text(), fault.message(), code.isRecoverable(), fault.details());
    }
  }

  /**
   * What does not fit into a node's record. An empty part has not changed; where it is the whole of
   * the graph, an empty part is empty.
   *
   * @param whole whether this is all there is, and not only what has changed
   * @param more whether another piece of the same revision follows
   * @param revision the number of the change, one higher than the last; {@link #NOT_SAID}
   * @param added nodes that are new
   * @param removed nodes that are gone, and all their edges
   * @param linked edges that are new, or weigh something else now
   * @param cut edges that are gone; their weights mean nothing
   * @param names of nodes
   * @param source a node, {@link #NO_SOURCE}, or {@link #SAME_SOURCE}
   */
  // Handed on, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record GraphUpdate(
      boolean whole,
      boolean more,
      long revision,
      int[] added,
      int[] removed,
      Edges linked,
      Edges cut,
      Names names,
      int source)
      implements PositionEvent {
    /** Said of a message without a revision. */
    public static final long NOT_SAID = -1;

    /** No node is the source of shortest ways. */
    public static final int NO_SOURCE = -1;

    /** The source is what it was. */
    public static final int SAME_SOURCE = -2;
  }

  /**
   * Edges as columns of equal length.
   *
   * @param from where they begin
   * @param to where they lead
   * @param weights what they cost, finite and not below zero
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Edges(int[] from, int[] to, double[] weights) {
    /** No edge. */
    public static final Edges NONE = new Edges(new int[0], new int[0], new double[0]);

    /** Judges them, for what cannot be written would come too late. */
    public Edges {
      if (from.length != to.length || from.length != weights.length) {
        throw new IllegalArgumentException("columns of different lengths");
      }
      for (double weight : weights) {
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
          throw new IllegalArgumentException("an edge that weighs " + weight);
        }
      }
    }

    /** How many there are. */
    public int size() {
      return from.length;
    }
  }

  /**
   * Names as columns of equal length.
   *
   * @param ids whose
   * @param texts what they are called
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Names(int[] ids, String[] texts) {
    /** No name. */
    public static final Names NONE = new Names(new int[0], new String[0]);

    /** Judges them. */
    public Names {
      if (ids.length != texts.length) {
        throw new IllegalArgumentException("columns of different lengths");
      }
    }

    /** How many there are. */
    public int size() {
      return ids.length;
    }
  }
}
