package io.sluice.services.agents;

/**
 * Who talks with a person. Called on a virtual thread, one call at a time for a session; while
 * nothing is said it has no thread. It may block: meanwhile the person is given no credit beyond
 * what it has.
 *
 * <p>What it throws is told to the person and noted; the session goes on.
 */
public interface Agent {
  /** A session begins. */
  default void opened(AgentSession session) throws Exception {}

  /**
   * The person has said something: at once when a message begins with text, whether or not it is
   * ever ended; else when it ends, put together of its parts.
   */
  default void message(AgentSession session, Message message) throws Exception {}

  /** The same as it comes, piece by piece, before {@link #message}. */
  default void heard(AgentSession session, Piece piece) throws Exception {}

  /** The person has sent sound, or something else that is not text. */
  default void audio(AgentSession session, AudioChunk chunk) throws Exception {}

  /** The tools the person may call, and the agent itself: the same whenever it is asked. */
  default Tools tools() {
    return Tools.NONE;
  }

  /**
   * The person calls a tool that is not among {@link #tools}. The call is open until it is done or
   * has failed, here or later.
   */
  default void toolCall(AgentSession session, ToolCall call) throws Exception {
    call.fail(AgentCode.TOOL_NOT_FOUND, "The agent has no such tool");
  }

  /**
   * The person has cancelled a run. What was written in it from then on has thrown {@link
   * java.util.concurrent.CancellationException}; here it is over in any case.
   */
  default void cancelled(AgentSession session, Run run) throws Exception {
    run.finish();
  }

  /** The session is over, and everything of it given back; nothing can be said any more. */
  default void closed(AgentSession session) throws Exception {}
}
