package io.sluice.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one channel on one lane: one for every set of filters, and way to conflate, of a
 * subscriber that is behind. Owned by that lane.
 *
 * <p>A table is there while somebody is parked who needs it. It takes in what the fanout serves,
 * once for all of them; nothing is done for any one.
 */
final class Conflations {
  private final Fanout fanout;
  private final ConflationShelf shelf;
  private final Map<Newest.Key, Newest> tables = new HashMap<>(2);

  /** Who has been parked since the tables were last made longer. */
  private final List<LatestCursor> parked = new ArrayList<>(1);

  Conflations(Fanout fanout, ConflationShelf shelf) {
    this.fanout = fanout;
    this.shelf = shelf;
  }

  /** A cursor was parked, perhaps in the middle of what is being served. */
  void parked(LatestCursor cursor) {
    parked.add(cursor);
  }

  /** What has been served is known from here on; so are those it did not reach. */
  void extend(Window window) {
    for (Newest table : tables.values()) {
      table.extend(window);
    }
    openForParked(window.from());
    for (Newest table : tables.values()) {
      if (table.until() == window.from()) {
        table.extend(window);
      }
    }
    placeParked();
  }

  /** Gives those who were parked while nothing was served their tables. */
  void enterParked() {
    openForParked(fanout.next());
    placeParked();
  }

  private void openForParked(long next) {
    for (LatestCursor cursor : parked) {
      if (cursor.isParked() && cursor.table == null && cursor.session.holds(cursor)) {
        boolean _ = open(cursor, next) != null;
      }
    }
  }

  private void placeParked() {
    parked.forEach(Conflations::place);
    parked.clear();
  }

  /**
   * Gives a parked cursor its table, if it has none, and its place in it, if that is known.
   *
   * @return null if there is no table for it now, because all are being made for others
   */
  @Nullable Newest enter(LatestCursor cursor) {
    Newest table = cursor.table;
    if (table != null && table.isForgotten()) {
      cursor.table = null;
      cursor.displace();
      table = null;
    }
    if (table == null) {
      table = open(cursor, fanout.next());
      place(cursor);
    }
    return table;
  }

  private @Nullable Newest open(LatestCursor cursor, long next) {
    Newest.Key key =
        new Newest.Key(
            cursor.roster.key().pattern(), cursor.roster.key().filters(), cursor.conflateBy);
    Newest table = tables.get(key);
    if (table == null) {
      if (!shelf.makeRoom(cursor)) {
        return null;
      }
      table = new Newest(this, key, fanout.log(), next);
      tables.put(key, table);
    }
    shelf.use(table);
    table.use();
    cursor.table = table;
    cursor.displace();
    return table;
  }

  /** What is known of the place is known for good: the log may forget what lies before it. */
  private static void place(LatestCursor cursor) {
    Newest table = cursor.table;
    if (table != null && cursor.next >= table.countedFrom()) {
      cursor.place(cursor.next, table.rankBefore(cursor.next));
    }
  }

  /** A cursor needs its table no longer. */
  void leave(LatestCursor cursor) {
    Newest table = cursor.table;
    cursor.table = null;
    cursor.displace();
    if (table != null && !table.isForgotten() && table.release()) {
      shelf.remove(table);
      forget(table);
    }
  }

  /** Those who need it get another when they are served. */
  void forget(Newest table) {
    tables.remove(table.key());
    table.forget();
  }

  /** Nobody knows any more what has become of what. */
  void forgetAll() {
    for (Newest table : List.copyOf(tables.values())) {
      shelf.remove(table);
      forget(table);
    }
    parked.clear();
  }
}
