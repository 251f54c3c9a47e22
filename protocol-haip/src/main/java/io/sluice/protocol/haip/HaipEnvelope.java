package io.sluice.protocol.haip;

import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its codec. One message: where its members lie in the bytes it came in, and what it means.
 * Used again for the next message; nothing is copied before it is published or set aside.
 */
final class HaipEnvelope {
  /** Said by {@link #binLength} of a message that announces no binary frame. */
  static final int NO_BINARY = -1;

  /** The longest of the ids that are only carried, in characters of JSON. */
  static final int MAX_ID = 130;

  private static final int UUID = 36;
  private static final int MAX_DIGITS = 20;
  private static final byte[] NOTHING = {};

  private final JsonScanner scanner;
  private final int[] from = new int[HaipMember.values().length];
  private final int[] to = new int[HaipMember.values().length];

  private byte[] bytes = NOTHING;
  private int start;
  private int end;
  private int seen;
  private boolean unknown;
  private boolean numbered;
  private long seq;
  private @Nullable HaipEvent type;
  private @Nullable HaipFault fault;
  private int binLength;

  HaipEnvelope(Limits.Json limits) {
    scanner = new JsonScanner(limits);
  }

  /** Takes a message apart and judges it; what is wrong with it is its {@link #fault}. */
  void read(byte[] text, int textFrom, int textTo) {
    bytes = text;
    start = textFrom;
    end = textTo;
    seen = 0;
    unknown = false;
    numbered = false;
    type = null;
    binLength = NO_BINARY;
    scanner.open(text, textFrom, textTo);
    while (scanner.next()) {
      note();
    }
    if (scanner.complete()) {
      fault = judge();
    } else {
      seen = 0;
      fault = violation("The message is not one JSON object, or breaks a limit on it.", null);
    }
  }

  private void note() {
    HaipMember member =
        HaipMember.of(bytes, scanner.nameFrom(), scanner.nameTo(), scanner.nameEscaped());
    if (member == null) {
      unknown = true;
    } else if (bytes[scanner.valueFrom()] != 'n') {
      from[member.place()] = scanner.valueFrom();
      to[member.place()] = scanner.valueTo();
      seen |= 1 << member.place();
    }
  }

  /** Lets go of the message. */
  void release() {
    bytes = NOTHING;
    seen = 0;
    fault = null;
  }

  private @Nullable HaipFault judge() {
    readSeq();
    if (!isUuid(HaipMember.ID)) {
      return violation("id must be a UUID.", null);
    }
    HaipFault wrong = judgeType();
    if (wrong == null) {
      wrong = judgeChannel();
    }
    if (wrong == null) {
      wrong = judgePayload();
    }
    if (wrong == null) {
      wrong = judgeBinary();
    }
    return wrong == null ? judgeCarried() : wrong;
  }

  private @Nullable HaipFault judgeType() {
    if (!isString(HaipMember.TYPE)) {
      return violation("type must be a string.", null);
    }
    int first = from(HaipMember.TYPE) + 1;
    int last = to(HaipMember.TYPE) - 1;
    type = HaipEvent.of(bytes, first, last);
    if (type == null && isEscaped(first, last)) {
      type = HaipEvent.of(JsonString.decode(bytes, first, last));
    }
    if (type == null) {
      return new HaipFault(HaipCode.UNSUPPORTED_TYPE, "There is no such type.", id(), null);
    }
    if (has(HaipMember.CRIT) && kind(HaipMember.CRIT) != 't' && kind(HaipMember.CRIT) != 'f') {
      return violation("crit must be true or false.", null);
    }
    return unknown && isCritical()
        ? new HaipFault(
            HaipCode.UNSUPPORTED_TYPE, "The message is crit and has a strange member.", id(), null)
        : null;
  }

  private @Nullable HaipFault judgeChannel() {
    return has(HaipMember.CHANNEL)
            && HaipChannels.isName(bytes, from(HaipMember.CHANNEL), to(HaipMember.CHANNEL))
        ? null
        : violation("channel must have 1 to 80 of the characters A-Z a-z 0-9 _ and -.", "CHANNEL");
  }

  private @Nullable HaipFault judgePayload() {
    if (has(HaipMember.PAYLOAD)) {
      byte kind = kind(HaipMember.PAYLOAD);
      if (kind == '{' || (kind == '"' && type == HaipEvent.MESSAGE)) {
        return null;
      }
    }
    return violation("payload must be an object.", null);
  }

  private @Nullable HaipFault judgeBinary() {
    if (!has(HaipMember.BIN_LEN)) {
      return null;
    }
    long length =
        JsonNumber.whole(
            bytes, from(HaipMember.BIN_LEN), to(HaipMember.BIN_LEN), Integer.MAX_VALUE >> 1);
    if (length == JsonNumber.NOT_WHOLE) {
      return violation("bin_len must be a whole number from 0 on.", HaipText.BINARY);
    }
    if (kind(HaipMember.PAYLOAD) != '{'
        || (has(HaipMember.BIN_MIME) && !isShort(HaipMember.BIN_MIME))) {
      return violation("A binary frame needs an object and bin_mime a string.", HaipText.BINARY);
    }
    binLength = (int) length;
    return null;
  }

  /** What is only carried: strings, and a small number. */
  private @Nullable HaipFault judgeCarried() {
    if (wrongText(HaipMember.RUN_ID)
        || wrongText(HaipMember.THREAD_ID)
        || wrongText(HaipMember.TRANSACTION)
        || wrongText(HaipMember.RELATED_ID)) {
      return violation("run_id, thread_id, transaction and related_id are short strings.", null);
    }
    if (has(HaipMember.PV)
        && JsonNumber.whole(bytes, from(HaipMember.PV), to(HaipMember.PV), 255)
            == JsonNumber.NOT_WHOLE) {
      return violation("pv must be a whole number from 0 to 255.", null);
    }
    return null;
  }

  private boolean wrongText(HaipMember member) {
    return has(member) && !isShort(member);
  }

  private boolean isShort(HaipMember member) {
    return kind(member) == '"' && to(member) - from(member) <= MAX_ID;
  }

  private HaipFault violation(String message, @Nullable String reason) {
    String detail = reason == null ? null : "{\"reason\":\"" + reason + "\"}";
    return new HaipFault(
        HaipCode.PROTOCOL_VIOLATION, message, isUuid(HaipMember.ID) ? id() : null, detail);
  }

  private void readSeq() {
    int first = from(HaipMember.SEQ) + 1;
    int last = to(HaipMember.SEQ) - 1;
    numbered = isString(HaipMember.SEQ) && isUnsigned(bytes, first, last);
    seq = numbered ? unsigned(bytes, first, last) : 0;
  }

  /** Whether these are 1 to 20 digits of a number below 2^64. */
  static boolean isUnsigned(byte[] bytes, int first, int last) {
    int length = last - first;
    if (length < 1 || length > MAX_DIGITS) {
      return false;
    }
    for (int i = first; i < last; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    if (length < MAX_DIGITS) {
      return true;
    }
    long front = unsigned(bytes, first, last - 1);
    int digit = bytes[last - 1] - '0';
    long limit = Long.divideUnsigned(-1L, 10);
    return Long.compareUnsigned(front, limit) < 0 || (front == limit && digit <= 5);
  }

  static long unsigned(byte[] bytes, int first, int last) {
    long value = 0;
    for (int i = first; i < last; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  private boolean isUuid(HaipMember member) {
    if (!isString(member) || to(member) - from(member) != UUID + 2) {
      return false;
    }
    return isUuid(bytes, from(member) + 1);
  }

  /** Whether the 36 bytes from here on are a UUID of whatever version. */
  static boolean isUuid(byte[] bytes, int first) {
    for (int i = 0; i < UUID; i++) {
      byte b = bytes[first + i];
      boolean good =
          (i == 8 || i == 13 || i == 18 || i == 23)
              ? b == '-'
              : (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
      if (!good) {
        return false;
      }
    }
    return true;
  }

  private boolean isEscaped(int first, int last) {
    for (int i = first; i < last; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** What is wrong with it; null if it is good. */
  @Nullable HaipFault fault() {
    return fault;
  }

  /** What it is; only of a good message. */
  HaipEvent type() {
    HaipEvent known = type;
    if (known == null) {
      throw new IllegalStateException("not a good message");
    }
    return known;
  }

  /** Whether it is of this type, good or not. */
  boolean is(HaipEvent event) {
    return type == event;
  }

  /** Whether its {@code seq} is a number; if not, {@link #seq} is 0. */
  boolean isNumbered() {
    return numbered;
  }

  /** The number; unsigned. */
  long seq() {
    return seq;
  }

  /** Whether it acknowledges something. */
  boolean acknowledges() {
    return isString(HaipMember.ACK)
        && isUnsigned(bytes, from(HaipMember.ACK) + 1, to(HaipMember.ACK) - 1);
  }

  /** What it acknowledges; unsigned. */
  long ack() {
    return unsigned(bytes, from(HaipMember.ACK) + 1, to(HaipMember.ACK) - 1);
  }

  /** How long the binary frame behind it will be, or {@link #NO_BINARY}. */
  int binLength() {
    return binLength;
  }

  boolean isCritical() {
    return has(HaipMember.CRIT) && kind(HaipMember.CRIT) == 't';
  }

  /** Its id. */
  String id() {
    return JsonString.decode(bytes, from(HaipMember.ID) + 1, to(HaipMember.ID) - 1);
  }

  /** The id, if it is a UUID. */
  @Nullable String idIfGood() {
    return isUuid(HaipMember.ID) ? id() : null;
  }

  /** A member's text; null if it is absent, no string, or {@code "null"}. */
  @Nullable String text(HaipMember member) {
    return isString(member) && !isWordNull(member)
        ? JsonString.decode(bytes, from(member) + 1, to(member) - 1)
        : null;
  }

  /** Whether it is the string {@code "null"}, which generation C writes where there is nothing. */
  boolean isWordNull(HaipMember member) {
    int first = from(member);
    return isString(member)
        && to(member) - first == 6
        && bytes[first + 1] == 'n'
        && bytes[first + 2] == 'u'
        && bytes[first + 3] == 'l'
        && bytes[first + 4] == 'l';
  }

  boolean isString(HaipMember member) {
    return has(member) && kind(member) == '"';
  }

  boolean has(HaipMember member) {
    return (seen & 1 << member.place()) != 0;
  }

  byte kind(HaipMember member) {
    return bytes[from(member)];
  }

  int from(HaipMember member) {
    return from[member.place()];
  }

  int to(HaipMember member) {
    return to[member.place()];
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where the message begins in the bytes. */
  int start() {
    return start;
  }

  /** How long it is, in bytes. */
  int length() {
    return end - start;
  }
}
