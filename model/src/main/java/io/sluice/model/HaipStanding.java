package io.sluice.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a session of HAIP stands at a moment, for who looks after it.
 *
 * @param session what it is called
 * @param user whose it is
 * @param connected whether it has a line; else it is kept until it is come back for
 * @param dialect which flow control is spoken: {@code official}, {@code seed} or {@code none}
 * @param channels those that were used
 */
public record HaipStanding(
    String session, String user, boolean connected, String dialect, List<Channel> channels) {
  /**
   * One channel. Units are the dialect's: bytes, or UTF-16 units of the payload.
   *
   * @param name what the session calls it
   * @param sent messages sent to the person
   * @param queued publications that wait for the person in the channel's log, its own among them;
   *     null while the session has no line
   * @param received messages of the person's that were taken
   * @param unhandled those of them that nobody is done with yet
   * @param latencyMicros from receipt to handled, smoothed over the newest
   * @param pressureEvents how often either end asked the other to wait
   * @param credit what may still be sent to the person; null if nothing but its socket limits it
   * @param allowance what the person may still send; null if nothing limits it
   * @param window the most that the person may have under way; null if nothing limits it
   * @param pausedByPerson the person wants nothing more on it
   * @param pausedByServer the person has been asked to wait
   */
  public record Channel(
      String name,
      long sent,
      @Nullable Long queued,
      long received,
      long unhandled,
      long latencyMicros,
      long pressureEvents,
      @Nullable Amount credit,
      @Nullable Amount allowance,
      @Nullable Amount window,
      boolean pausedByPerson,
      boolean pausedByServer) {}

  /**
   * So much of something.
   *
   * @param messages how many; null where messages are not counted
   * @param units in the dialect's units; below zero it is a debt
   */
  public record Amount(@Nullable Long messages, long units) {
    /** Null where it is as much as can be. */
    public static @Nullable Amount of(long messages, long units) {
      return units >= Credit.MAX
          ? null
          : new Amount(messages >= Credit.MAX ? null : messages, units);
    }
  }
}
