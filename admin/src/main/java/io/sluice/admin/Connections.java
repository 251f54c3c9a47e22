package io.sluice.admin;

import io.sluice.core.Whom;
import io.sluice.model.CloseReason;
import java.util.function.IntConsumer;

/** The port to the connections of this server. Any thread. */
@FunctionalInterface
public interface Connections {
  /**
   * Ends connections.
   *
   * @param reason what their peers are told
   * @param answer told once how many there were, on any thread
   */
  void end(Whom whom, CloseReason reason, IntConsumer answer);
}
