package io.sluice.services.agents;

/** Something an agent does later, in its turn. */
@FunctionalInterface
public interface AgentTask {
  /** Does it. */
  void run() throws Exception;
}
