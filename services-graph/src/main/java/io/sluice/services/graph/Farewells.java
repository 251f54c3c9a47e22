package io.sluice.services.graph;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is told of a graph's end, each once. Any thread: a concurrent set and a flag. */
final class Farewells {
  private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
  private volatile boolean isOver;

  /** Somebody wants to be told; at once if it is over. */
  void add(Runnable removed) {
    waiting.add(removed);
    if (isOver) {
      tell(removed);
    }
  }

  /** It wants to be told no more. */
  void remove(Runnable removed) {
    waiting.remove(removed);
  }

  /** It is over: all are told, and whoever comes later. */
  void tell() {
    isOver = true;
    List.copyOf(waiting).forEach(this::tell);
  }

  private void tell(Runnable removed) {
    if (waiting.remove(removed)) {
      removed.run();
    }
  }
}
