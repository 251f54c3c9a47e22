package io.sluice.protocol.visionflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client says as text on the position socket. */
public sealed interface PositionCommand {
  /**
   * Positions, please.
   *
   * @param intervalMillis at most one message in so many milliseconds is wished
   * @param binary whether nodes are to come in binary
   */
  record Subscribe(int intervalMillis, boolean binary) implements PositionCommand {
    /** The interval of who names none. */
    public static final int DEFAULT_INTERVAL = 60;

    /** Nobody may wish to be told more seldom. */
    public static final int MAX_INTERVAL = 60_000;
  }

  /**
   * Everything, please.
   *
   * @param graphs which part of it, {@code knowledge} or {@code agent}; empty: all
   */
  record Snapshot(List<String> graphs) implements PositionCommand {
    /** At most so many names. */
    public static final int MAX_GRAPHS = 16;

    /** A name has at most so many characters. */
    public static final int MAX_NAME = 128;
  }

  /**
   * Is anybody there?
   *
   * @param timestamp a number or a string as it was written, byte for byte; null if there was none
   */
  record Ping(@Nullable String timestamp) implements PositionCommand {
    /** A timestamp takes at most so many bytes. */
    public static final int MAX_TIMESTAMP = 64;
  }

  /**
   * Somebody is.
   *
   * @param timestamp of the ping it answers, or {@link #NOT_SAID}
   */
  record Pong(long timestamp) implements PositionCommand {
    /** Said of a pong without a timestamp. */
    public static final long NOT_SAID = -1;
  }
}
