package io.sluice.client;

import io.sluice.model.Position;
import java.util.List;

/**
 * What a channel's log still has.
 *
 * @param channel the channel
 * @param head the newest position
 * @param messages oldest first
 * @param recovered whether nothing is missing between the place asked for and the first message
 * @param more whether later ones did not fit: ask again from {@link #last}
 */
public record History(
    String channel, Position head, List<Message> messages, boolean recovered, boolean more) {
  /** Takes a copy of the list. */
  public History {
    messages = List.copyOf(messages);
  }

  /** Where to go on. */
  public Position last() {
    return messages.isEmpty()
        ? head
        : new Position(head.epoch(), messages.get(messages.size() - 1).offset());
  }
}
