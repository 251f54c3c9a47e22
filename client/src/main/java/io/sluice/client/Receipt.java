package io.sluice.client;

import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * A publication was appended, or, if no acknowledgement was asked for, handed to the connection.
 *
 * @param channel where it was published
 * @param position its place in the channel's log; null without acknowledgement
 */
public record Receipt(String channel, @Nullable Position position) {
  /** Its number; 0 without acknowledgement. */
  public long offset() {
    return position == null ? 0 : position.offset();
  }
}
