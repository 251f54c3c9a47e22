package io.sluice.client.visionflow;

/** What a program is told of a graph. Nothing here waits or throws. */
interface GraphEars {
  /** The structure is another. */
  void structure();

  /** Nodes have moved. */
  void frame();

  /** It comes so often. */
  void interval(int millis);

  /** Moves are lost. */
  void dropped(int moves);
}
