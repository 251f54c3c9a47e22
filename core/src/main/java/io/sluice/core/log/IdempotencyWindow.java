package io.sluice.core.log;

import io.sluice.model.Limits;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys one log has seen lately, with the offset each was given. Bounded by count and age,
 * oldest forgotten first. Owned by its log, under the log's lock.
 */
final class IdempotencyWindow {
  /** A key is its publisher's own: nobody can occupy another's. */
  private record Key(@Nullable String from, String key) {}

  private record Seen(long offset, long nanos) {}

  private final int maxKeys;
  private final long maxAgeNanos;
  private final Map<Key, Seen> keys = new LinkedHashMap<>();

  IdempotencyWindow(Limits.Log bounds) {
    this.maxKeys = bounds.idempotencyKeys();
    this.maxAgeNanos = bounds.idempotencyWindow().toNanos();
  }

  /** The offset the key was given within the window, or 0. */
  long offsetOf(@Nullable String from, String key, long nanos) {
    expire(nanos);
    Seen seen = keys.get(new Key(from, key));
    return seen == null ? 0 : seen.offset();
  }

  void remember(@Nullable String from, String key, long offset, long nanos) {
    keys.put(new Key(from, key), new Seen(offset, nanos));
    if (keys.size() > maxKeys) {
      Iterator<Seen> oldest = keys.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Forgets the keys whose window has ended. */
  void expire(long nanos) {
    Iterator<Seen> oldest = keys.values().iterator();
    while (oldest.hasNext() && nanos - oldest.next().nanos() > maxAgeNanos) {
      oldest.remove();
    }
  }
}
