package io.sluice.core.log;

import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the logs of removed channels and feeds ended, so that whoever returns to an unchanged
 * channel is told that nothing happened. Bounded by count and age, oldest forgotten first. Guarded
 * by itself.
 */
final class Tombstones {
  private record Stone(Position end, long nanos) {}

  private final int maxStones;
  private final long maxAgeNanos;
  private final Map<Subject, Stone> stones = new LinkedHashMap<>();

  Tombstones(Limits.Hub limits) {
    this.maxStones = limits.tombstones();
    this.maxAgeNanos = limits.tombstoneAge().toNanos();
  }

  synchronized void put(Subject subject, Position end, Moment now) {
    stones.remove(subject);
    stones.put(subject, new Stone(end, now.nanos()));
    if (stones.size() > maxStones) {
      Iterator<Stone> oldest = stones.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Where the channel's log ended, which is forgotten by this; null if it is not known. */
  synchronized @Nullable Position take(Subject subject) {
    Stone stone = stones.remove(subject);
    return stone == null ? null : stone.end();
  }

  synchronized void expire(Moment now) {
    Iterator<Stone> oldest = stones.values().iterator();
    while (oldest.hasNext() && now.nanos() - oldest.next().nanos() > maxAgeNanos) {
      oldest.remove();
    }
  }

  synchronized int size() {
    return stones.size();
  }
}
