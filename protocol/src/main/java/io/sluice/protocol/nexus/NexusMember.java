package io.sluice.protocol.nexus;

import org.jspecify.annotations.Nullable;

/** A member of a server's message that means something to a client; all others are passed over. */
enum NexusMember {
  TYPE("type"),
  CHANNEL("channel"),
  FROM("from"),
  DATA("data"),
  TIMESTAMP("timestamp"),
  OFFSET("offset"),
  ID("id"),
  EPOCH("epoch"),
  RECOVERED("recovered"),
  CODE("code"),
  MESSAGE("message"),
  USER_ID("userId"),
  CONNECTION_ID("connectionId"),
  EXPIRES_AT("expiresAt"),
  FIRST_OFFSET("firstOffset"),
  LAST_OFFSET("lastOffset"),
  REASON("reason"),
  MORE("more"),
  PUBLICATIONS("publications"),
  USERS("users"),
  TOTAL("total"),
  POLICY("policy"),
  HOLD("hold"),
  CONFLATED("conflated"),
  READERS("readers"),
  BYTES("bytes"),
  FEED("feed"),
  PATTERN("pattern");

  private static final NexusMember[] ALL = values();

  private final String text;

  NexusMember(String text) {
    this.text = text;
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

  /** The member of that name as it is written without escapes; null if it means nothing. */
  static @Nullable NexusMember of(byte[] bytes, int from, int to) {
    for (NexusMember member : ALL) {
      if (member.text.length() == to - from && member.isAt(bytes, from)) {
        return member;
      }
    }
    return null;
  }

  private boolean isAt(byte[] bytes, int from) {
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
