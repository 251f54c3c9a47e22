package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Position;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import org.jspecify.annotations.Nullable;

/** The member {@code since}: an epoch and an offset. */
final class NexusPosition {
  private NexusPosition() {}

  /** Where the subscriber left off; null if the message does not say. */
  static @Nullable Position read(NexusMessage message) throws Refused {
    if (!message.has(NexusField.SINCE)) {
      return null;
    }
    if (message.kind(NexusField.SINCE) != '{') {
      throw refused("since must be an object of epoch and offset");
    }
    String epoch = "";
    long offset = JsonNumber.NOT_WHOLE;
    JsonCursor cursor = message.cursor(NexusField.SINCE);
    while (cursor.next()) {
      int from = cursor.valueFrom();
      int to = cursor.valueTo();
      String name = cursor.name();
      if (name.equals("epoch") && cursor.kind() == '"') {
        epoch = JsonString.decode(message.bytes(), from + 1, to - 1);
      } else if (name.equals("offset")) {
        offset = JsonNumber.whole(message.bytes(), from, to, Position.MAX_OFFSET);
      }
    }
    if (epoch.isEmpty() || epoch.length() > Position.MAX_EPOCH_LENGTH) {
      throw refused("since.epoch must be 1 to " + Position.MAX_EPOCH_LENGTH + " characters");
    }
    if (offset == JsonNumber.NOT_WHOLE) {
      throw refused("since.offset must be a whole number from 0 to " + Position.MAX_OFFSET);
    }
    return new Position(epoch, offset);
  }

  private static Refused refused(String message) {
    return new Refused(Code.INVALID_POSITION, message);
  }
}
