package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Credit;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import org.jspecify.annotations.Nullable;

/**
 * The member {@code credits}: {@code messages}, {@code bytes}, or both. Of what a subscribe leaves
 * out there is enough for ever; of what a later grant leaves out nothing is added.
 */
final class NexusCredit {
  private NexusCredit() {}

  /** The credit a subscription begins with; null if it is not metered. */
  static @Nullable Credit ofSubscribe(NexusMessage message) throws Refused {
    return message.has(NexusField.CREDITS) ? nested(message, Credit.MAX) : null;
  }

  /** The credit a {@code credit} adds, nested or flat. */
  static Credit ofGrant(NexusMessage message) throws Refused {
    boolean messages = message.has(NexusField.MESSAGES);
    boolean bytes = message.has(NexusField.BYTES);
    if (!messages && !bytes) {
      message.require(NexusField.CREDITS);
      return nested(message, 0);
    }
    if (message.has(NexusField.CREDITS)) {
      throw new Refused(Code.INVALID_CREDIT, "Give credits, or messages and bytes, not both");
    }
    return new Credit(
        messages ? checked(message.whole(NexusField.MESSAGES, Credit.MAX)) : 0,
        bytes ? checked(message.whole(NexusField.BYTES, Credit.MAX)) : 0);
  }

  private static Credit nested(NexusMessage message, long absent) throws Refused {
    if (message.kind(NexusField.CREDITS) != '{') {
      throw new Refused(Code.INVALID_CREDIT, "credits must be an object of messages and bytes");
    }
    long messages = absent;
    long bytes = absent;
    boolean given = false;
    JsonCursor cursor = message.cursor(NexusField.CREDITS);
    while (cursor.next()) {
      boolean ofMessages = cursor.name().equals("messages");
      if (cursor.kind() == 'n' || (!ofMessages && !cursor.name().equals("bytes"))) {
        continue;
      }
      long amount =
          checked(
              JsonNumber.whole(message.bytes(), cursor.valueFrom(), cursor.valueTo(), Credit.MAX));
      messages = ofMessages ? amount : messages;
      bytes = ofMessages ? bytes : amount;
      given = true;
    }
    if (!given) {
      throw new Refused(Code.INVALID_CREDIT, "credits must hold messages or bytes");
    }
    return new Credit(messages, bytes);
  }

  private static long checked(long amount) throws Refused {
    if (amount == JsonNumber.NOT_WHOLE) {
      throw new Refused(Code.INVALID_CREDIT, "Credit is a whole number from 0 to " + Credit.MAX);
    }
    return amount;
  }
}
