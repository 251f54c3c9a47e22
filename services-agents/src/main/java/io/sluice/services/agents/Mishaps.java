package io.sluice.services.agents;

/** Where it is noted that an agent or a tool failed: the server's log. Any thread. */
@FunctionalInterface
public interface Mishaps {
  /**
   * Something failed; the session goes on.
   *
   * @param what what it was doing; never what was said
   */
  void failed(String session, String what, Throwable why);
}
