package io.sluice.core;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * All tables of one lane, in the order in which they were used: as many as {@code
 * limits.lane.conflations}. Owned by that lane.
 *
 * <p>The one used longest ago is forgotten for another, but not while it is being made for somebody
 * who waits his turn: or else two that are made in slices could forget each other's for ever.
 */
final class ConflationShelf {
  private final int most;
  private final Set<Newest> tables = new LinkedHashSet<>();

  ConflationShelf(int most) {
    this.most = most;
  }

  /** Makes room for one more table; false if all are being made for others. */
  boolean makeRoom(LatestCursor asking) {
    if (tables.size() < most) {
      return true;
    }
    for (Iterator<Newest> all = tables.iterator(); all.hasNext(); ) {
      Newest table = all.next();
      if (!table.isBeingBuilt(asking)) {
        all.remove();
        table.home.forget(table);
        return true;
      }
    }
    return false;
  }

  /** From here on it is the one used last. */
  void use(Newest table) {
    tables.remove(table);
    tables.add(table);
  }

  void remove(Newest table) {
    tables.remove(table);
  }

  /** How many there are. */
  int size() {
    return tables.size();
  }
}
