package io.sluice.cli.load;

import java.time.Duration;

/**
 * What to put on the server.
 *
 * @param shape who reads what
 * @param subscribers how many connections read
 * @param rate publications a second, of all together
 * @param size bytes of a payload
 * @param warmup how long at first nothing is measured
 * @param duration how long it is measured
 */
public record Plan(
    Shape shape, int subscribers, double rate, int size, Duration warmup, Duration duration) {
  /** How many subscribers a room has. */
  public static final int ROOM = 10;

  /** Who reads what. */
  public enum Shape {
    /** All read one channel, to which one more connection publishes. */
    FANOUT,
    /** Everybody publishes to a channel of its own, and reads it. */
    ECHO,
    /** {@link #ROOM} share a channel, to which one of them publishes. */
    ROOMS
  }

  int channels() {
    return switch (shape) {
      case FANOUT -> 1;
      case ECHO -> subscribers;
      case ROOMS -> Math.ceilDiv(subscribers, ROOM);
    };
  }

  /** Which channel the subscriber reads. */
  int channelOf(int subscriber) {
    return switch (shape) {
      case FANOUT -> 0;
      case ECHO -> subscriber;
      case ROOMS -> subscriber / ROOM;
    };
  }

  /** How many read a channel. */
  int readersOf(int channel) {
    return switch (shape) {
      case FANOUT -> subscribers;
      case ECHO -> 1;
      case ROOMS -> Math.min(ROOM, subscribers - channel * ROOM);
    };
  }

  /** Nanoseconds from one publication to the next. */
  double interval() {
    return 1e9 / rate;
  }
}
