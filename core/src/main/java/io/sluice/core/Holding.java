package io.sluice.core;

import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The channels that readers of this lane hold. Owned by the lane. */
final class Holding {
  private final Lane lane;
  private final Set<Holders> all = new LinkedHashSet<>();
  private final ArrayDeque<Holders> moved = new ArrayDeque<>();

  Holding(Lane lane) {
    this.lane = lane;
  }

  void add(Holders holders) {
    all.add(holders);
  }

  void remove(Holders holders) {
    all.remove(holders);
  }

  void moved(Holders holders) {
    moved.add(holders);
  }

  /** At the end of a turn: the logs are told, and let in what waited for it. */
  void settle(Moment now) {
    try {
      Holders holders;
      while ((holders = moved.poll()) != null) {
        holders.settle(now);
      }
    } finally {
      if (!moved.isEmpty()) {
        // A writer's answer failed: the others must not wait until somebody else asks for a turn.
        lane.post(this::settle);
      }
    }
  }

  /** Once a second or so. */
  void losePatience(Moment now) {
    for (Holders holders : List.copyOf(all)) {
      holders.losePatience(now);
    }
  }

  /** The lane stops: what waits goes in. */
  void letGo(Moment now) {
    for (Holders holders : List.copyOf(all)) {
      holders.letGo(now);
    }
  }
}
