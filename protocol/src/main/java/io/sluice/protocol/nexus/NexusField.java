package io.sluice.protocol.nexus;

import io.sluice.protocol.json.JsonString;
import org.jspecify.annotations.Nullable;

/** A member of a client's message that means something; all others are passed over. */
enum NexusField {
  ACTION("action", false),
  CHANNEL("channel", false),
  PAYLOAD("payload", false),
  ID("id", true),
  FILTERS("filters", false),
  ACK("ack", true),
  KEY("key", true),
  CREDITS("credits", true),
  SINCE("since", true),
  POLICY("policy", true),
  RECOVERABLE("recoverable", true),
  IDEMPOTENCY_KEY("idempotencyKey", true),
  CONFLATE_BY("conflateBy", true),
  CHANNELS("channels", false),
  TOPICS("topics", false),
  MESSAGES("messages", true),
  BYTES("bytes", true),
  LIMIT("limit", true),
  PRESENCE("presence", true),
  TOKEN("token", true),
  HOLD("hold", true);

  private static final NexusField[] ALL = values();

  private final String text;
  private final boolean extending;

  NexusField(String text, boolean extending) {
    this.text = text;
    this.extending = extending;
  }

  /** The name on the wire. */
  String text() {
    return text;
  }

  /** Its place in the arrays of one message. */
  @SuppressWarnings("EnumOrdinal")
  int place() {
    return ordinal();
  }

  /** Whether its use shows that the peer speaks the extended grammar. */
  boolean isExtending() {
    return extending;
  }

  /** The field of that name, which has been judged good; null if it means nothing here. */
  static @Nullable NexusField of(byte[] message, int from, int to, boolean escaped) {
    return escaped ? of(JsonString.decode(message, from, to)) : of(message, from, to);
  }

  private static @Nullable NexusField of(byte[] message, int from, int to) {
    for (NexusField field : ALL) {
      if (field.text.length() == to - from && field.isAt(message, from)) {
        return field;
      }
    }
    return null;
  }

  private boolean isAt(byte[] message, int from) {
    for (int i = 0; i < text.length(); i++) {
      if (message[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable NexusField of(String name) {
    for (NexusField field : ALL) {
      if (field.text.equals(name)) {
        return field;
      }
    }
    return null;
  }
}
