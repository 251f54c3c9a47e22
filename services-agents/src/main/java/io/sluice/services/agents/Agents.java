package io.sluice.services.agents;

import io.sluice.model.Identity;
import org.jspecify.annotations.Nullable;

/** Says which agent hears a session. Any thread. */
@FunctionalInterface
public interface Agents {
  /**
   * The agent for a session that has just been opened: one of its own, whose fields are the
   * session's, or one that is shared and keeps nothing.
   *
   * @return null if nobody in the process hears it
   */
  @Nullable Agent forSession(String session, Identity who);
}
