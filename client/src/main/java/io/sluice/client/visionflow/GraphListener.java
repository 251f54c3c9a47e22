package io.sluice.client.visionflow;

import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;

/**
 * Told what happens to a graph. Called on a thread of the client's resources, one call at a time;
 * it may wait: while it does, what comes goes into the scene, and one call tells of all of it.
 */
public interface GraphListener {
  /** The client is in another state. */
  default void onState(ClientState state) {}

  /**
   * The structure has changed: nodes are there or gone, edges, names, the source. After a line that
   * was lost it is all told anew. One call stands for all changes since the last.
   */
  default void onStructure(Scene scene) {}

  /** Nodes have moved, or their shortest ways have. One call stands for all since the last. */
  default void onFrame(Scene scene) {}

  /** It is told so often from now on, in milliseconds. */
  default void onInterval(int millis) {}

  /** The line was lost, and so many moves with it that had not been sent. */
  default void onDropped(int moves) {}

  /**
   * Something went wrong that no future tells: a code of the server's, as {@code unknown_node}, or
   * of the client's own. The client goes on by itself.
   */
  default void onError(SluiceException error) {}
}
