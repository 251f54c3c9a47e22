package io.sluice.services.agents;

/**
 * What a person is told when something cannot be done. The name is the code on the wire, one of
 * those of {@code protocol.haip.HaipCode}: this room does not see that table, a test of the server
 * sees both.
 */
public enum AgentCode {
  /** What came is no envelope, or lacks what its type needs, such as which run is meant. */
  PROTOCOL_VIOLATION,
  /** What was given to a tool does not fit its schema. */
  INVALID_PAYLOAD,
  /** As many runs or transactions are open as {@code haip.talk.runs}. */
  RUN_LIMIT_EXCEEDED,
  /** No such run is open. */
  RUN_NOT_FOUND,
  /** The agent has no such tool. */
  TOOL_NOT_FOUND,
  /** A transaction that names no tool. */
  MISSING_TOOL_NAME,
  /** No such transaction is open, or it is somebody else's. */
  TRANSACTION_NOT_FOUND,
  /** A tool failed. */
  TOOL_EXECUTION_ERROR,
  /** As many calls are open as {@code haip.talk.calls}. */
  BUSY,
  /** The agent was too slow, and what was said is gone before it was read. */
  REPLAY_TOO_OLD,
  /** The agent failed. */
  SERVER_ERROR
}
