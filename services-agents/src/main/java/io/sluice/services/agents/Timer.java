package io.sluice.services.agents;

import java.time.Duration;

/** Runs something later. A port: this room has no clock of its own. Any thread. */
@FunctionalInterface
public interface Timer {
  /** Runs it after so long, on any thread; it does not block. */
  void after(Duration time, Runnable task);
}
