package io.sluice.gateway.haip;

import io.sluice.model.ChannelName;
import io.sluice.model.Identity;
import io.sluice.model.Moment;

/** Who in the house listens to sessions. Any thread; nothing may wait here. */
public interface HaipAgents {
  /**
   * A session has begun.
   *
   * @return whether somebody hears it, and will say what is handled: {@link
   *     HaipEndpoint#handledThrough}
   */
  boolean opened(String session, Identity person, Moment now);

  /**
   * A person is about to speak on one of its session's channels, or may be. What is heard already
   * is no mistake; what is only spoken to the person need not be heard.
   *
   * @param all whether all that is on it is the session's; else only what comes from now on
   */
  void speaks(ChannelName channel, boolean all, Moment now);

  /** A session has ended for good. */
  void closed(String session);
}
