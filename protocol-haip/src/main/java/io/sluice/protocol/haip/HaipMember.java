package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.protocol.json.JsonString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A member of the envelope; all others are unknown. */
enum HaipMember {
  ID("id"),
  SESSION("session"),
  TRANSACTION("transaction"),
  SEQ("seq"),
  ACK("ack"),
  TS("ts"),
  CHANNEL("channel"),
  TYPE("type"),
  PAYLOAD("payload"),
  PV("pv"),
  CRIT("crit"),
  BIN_LEN("bin_len"),
  BIN_MIME("bin_mime"),
  RUN_ID("run_id"),
  THREAD_ID("thread_id"),
  RELATED_ID("related_id");

  private static final HaipMember[] ALL = values();

  /** By length, so that few names are compared. */
  private static final HaipMember[][] TABLE = table();

  private final String text;

  HaipMember(String text) {
    this.text = text;
  }

  private static HaipMember[][] table() {
    HaipMember[][] table = new HaipMember[16][0];
    for (HaipMember member : ALL) {
      int length = member.text.length();
      table[length] = Arrays.copyOf(table[length], table[length].length + 1);
      table[length][table[length].length - 1] = member;
    }
    return table;
  }

  /** Its place in the arrays of one message. */
  @SuppressWarnings("EnumOrdinal")
  int place() {
    return ordinal();
  }

  /** Its name on the wire. */
  String text() {
    return text;
  }

  /** The member of that name, which has been judged good; null if it is none. */
  static @Nullable HaipMember of(byte[] message, int from, int to, boolean escaped) {
    if (escaped) {
      byte[] decoded = JsonString.decode(message, from, to).getBytes(ISO_8859_1);
      return of(decoded, 0, decoded.length, false);
    }
    int length = to - from;
    if (length < TABLE.length) {
      for (HaipMember member : TABLE[length]) {
        if (HaipChannels.isAt(member.text, message, from)) {
          return member;
        }
      }
    }
    return null;
  }
}
