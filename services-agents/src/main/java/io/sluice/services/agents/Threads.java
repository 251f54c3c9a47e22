package io.sluice.services.agents;

/** Where agents and tools run. A port: this room has no threads of its own. Any thread. */
@FunctionalInterface
public interface Threads {
  /** Runs the task on a thread of its own, a virtual one; it is over when the task is. */
  Running start(Runnable task);

  /** A task that was started. */
  @FunctionalInterface
  interface Running {
    /** Interrupts its thread, if it still runs. Any thread. */
    void interrupt();
  }
}
