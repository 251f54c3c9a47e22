package io.sluice.gateway.nexus;

import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * The id of an event: {@code epoch:offset}. Whoever gives the last one it got gets what comes
 * behind it. Stateless.
 */
final class EventId {
  private EventId() {}

  /** The line that names it. */
  static String line(String epoch, long offset) {
    return "id: " + epoch + ':' + offset + '\n';
  }

  /** The position that an id names; null if it names none. */
  static @Nullable Position read(String id) {
    int colon = id.lastIndexOf(':');
    if (colon < 1 || colon > Position.MAX_EPOCH_LENGTH) {
      return null;
    }
    String digits = id.substring(colon + 1);
    if (digits.isEmpty()
        || digits.length() > 16
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    long offset = Long.parseLong(digits);
    return offset > Position.MAX_OFFSET ? null : new Position(id.substring(0, colon), offset);
  }
}
