package io.sluice.core;

import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The channels that readers of this lane hold. Owned by the lane. */
final class Holding {
  private final Set<Holders> all = new LinkedHashSet<>();
  private List<Holders> moved = new ArrayList<>();
  private List<Holders> settling = new ArrayList<>();

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
    if (moved.isEmpty()) {
      return;
    }
    List<Holders> taken = moved;
    moved = settling;
    settling = taken;
    for (Holders holders : taken) {
      holders.settle(now);
    }
    taken.clear();
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
