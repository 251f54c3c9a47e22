package io.sluice.services.agents;

/** Who is told how far an agent has come: the session's endpoint, which gives credit for it. */
@FunctionalInterface
public interface Handled {
  /**
   * The agent is done with all that the person published on this channel up to this offset. Offsets
   * of one channel rise. Any thread.
   *
   * @param channel its name within the session, as {@code USER}
   */
  void handledThrough(String session, String channel, long offset);
}
