package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonWriter;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How a message is written on the hub: its envelope without its way. */
final class HaipText {
  /** The reason in the detail of what is wrong between a binary frame and its envelope. */
  static final String BINARY = "BINARY_FRAME_ERROR";

  private static final int UUID = 36;
  private static final byte[] ID = ascii("{\"id\":");
  private static final byte[] TS = ascii(",\"ts\":");
  private static final byte[] TYPE = ascii(",\"type\":\"");
  private static final byte[] PAYLOAD = ascii("\",\"payload\":");
  private static final byte[] DATA = ascii("\"data\":\"");
  private static final byte[] MIME = ascii(",\"bin_mime\":\"application/octet-stream\"");
  private static final HaipMember[] CARRIED = {
    HaipMember.RUN_ID,
    HaipMember.THREAD_ID,
    HaipMember.TRANSACTION,
    HaipMember.RELATED_ID,
    HaipMember.PV,
    HaipMember.CRIT,
    HaipMember.BIN_MIME
  };

  private HaipText() {}

  static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /**
   * Writes a good message for the hub, into an array of its own.
   *
   * @param payload where its payload lies, less what was cut out of it
   * @param binary what came behind it, if anything was announced
   * @param epochMillis the time, if it brings no good one
   */
  static byte[] canonical(
      HaipEnvelope envelope, Span payload, byte @Nullable [] binary, long epochMillis) {
    byte[] from = envelope.bytes();
    String name = envelope.type().wireName();
    boolean timed = isTime(envelope);
    byte[] out = new byte[size(envelope, payload, binary, name.length(), timed, epochMillis)];
    int at = put(ID, out, 0);
    at = copy(envelope, HaipMember.ID, out, at);
    at = put(TS, out, at);
    if (timed) {
      at = copy(envelope, HaipMember.TS, out, at);
    } else {
      out[at++] = '"';
      at = JsonWriter.number(epochMillis, out, at);
      out[at++] = '"';
    }
    at = put(TYPE, out, at);
    at = JsonWriter.ascii(name, out, at);
    at = put(PAYLOAD, out, at);
    at = payload(from, payload, binary, out, at);
    for (HaipMember member : CARRIED) {
      if (isCarried(envelope, member)) {
        out[at++] = ',';
        out[at++] = '"';
        at = JsonWriter.ascii(member.text(), out, at);
        out[at++] = '"';
        out[at++] = ':';
        at = copy(envelope, member, out, at);
      }
    }
    if (binary != null && !envelope.has(HaipMember.BIN_MIME)) {
      at = put(MIME, out, at);
    }
    out[at] = '}';
    return out;
  }

  private static int size(
      HaipEnvelope envelope,
      Span payload,
      byte @Nullable [] binary,
      int nameLength,
      boolean timed,
      long epochMillis) {
    int size = ID.length + TS.length + TYPE.length + PAYLOAD.length + nameLength + 1;
    size += length(envelope, HaipMember.ID);
    size += timed ? length(envelope, HaipMember.TS) : 2 + JsonWriter.numberSize(epochMillis);
    size += payload.length();
    if (binary != null) {
      size +=
          DATA.length
              + 1
              + encodedLength(binary.length)
              + (payload.isEmptyObject(envelope.bytes()) ? 0 : 1);
      size += envelope.has(HaipMember.BIN_MIME) ? 0 : MIME.length;
    }
    for (HaipMember member : CARRIED) {
      if (isCarried(envelope, member)) {
        size += 4 + member.text().length() + length(envelope, member);
      }
    }
    return size;
  }

  private static int payload(
      byte[] from, Span payload, byte @Nullable [] binary, byte[] out, int start) {
    int at = payload.copy(from, out, start);
    if (binary != null) {
      at--;
      if (!payload.isEmptyObject(from)) {
        out[at++] = ',';
      }
      at = put(DATA, out, at);
      byte[] encoded = Base64.getEncoder().encode(binary);
      at = put(encoded, out, at);
      out[at++] = '"';
      out[at++] = '}';
    }
    return at;
  }

  /** The id of a message as it is written for the hub. */
  static String id(byte[] canonical) {
    return new String(canonical, ID.length + 1, UUID, ISO_8859_1);
  }

  /** An object with the bytes as base64 in a last member {@code data}. */
  static byte[] withData(byte[] object, byte[] binary) {
    Span all = new Span(0, object.length);
    int comma = all.isEmptyObject(object) ? 0 : 1;
    int size = object.length + comma + DATA.length + encodedLength(binary.length) + 1;
    byte[] out = new byte[size];
    payload(object, all, binary, out, 0);
    return out;
  }

  /** How many bytes the base64 in {@code data} of an object stands for; -1 if there is none. */
  static int dataLength(byte[] bytes, int object) {
    Span data = bytes[object] == '{' ? member(bytes, object, "data") : null;
    return data == null || bytes[data.from()] != '"'
        ? HaipTail.NO_MEDIA
        : decodedLength(bytes, data.from() + 1, data.to() - 1);
  }

  private static int encodedLength(int bytes) {
    return (bytes + 2) / 3 * 4;
  }

  private static boolean isCarried(HaipEnvelope envelope, HaipMember member) {
    return switch (member) {
      case CRIT -> envelope.isCritical();
      case BIN_MIME -> envelope.has(member) && envelope.binLength() != HaipEnvelope.NO_BINARY;
      case PV -> envelope.has(member);
      default -> envelope.has(member) && !envelope.isWordNull(member);
    };
  }

  private static boolean isTime(HaipEnvelope envelope) {
    return envelope.isString(HaipMember.TS)
        && HaipEnvelope.isUnsigned(
            envelope.bytes(), envelope.from(HaipMember.TS) + 1, envelope.to(HaipMember.TS) - 1);
  }

  private static int length(HaipEnvelope envelope, HaipMember member) {
    return envelope.to(member) - envelope.from(member);
  }

  private static int copy(HaipEnvelope envelope, HaipMember member, byte[] out, int at) {
    int length = length(envelope, member);
    System.arraycopy(envelope.bytes(), envelope.from(member), out, at, length);
    return at + length;
  }

  static int put(byte[] text, byte[] into, int at) {
    System.arraycopy(text, 0, into, at, text.length);
    return at + text.length;
  }

  /** How many UTF-16 units good UTF-8 has. */
  static int units(byte[] utf8, int from, int to) {
    int units = 0;
    for (int i = from; i < to; i++) {
      units += (utf8[i] & 0xC0) != 0x80 ? 1 : 0;
      units += (utf8[i] & 0xF8) == 0xF0 ? 1 : 0;
    }
    return units;
  }

  /** How many bytes a text in base64 stands for. */
  static int decodedLength(byte[] bytes, int first, int last) {
    int length = last - first;
    while (length > 0 && bytes[first + length - 1] == '=') {
      length--;
    }
    return (int) (length * 3L / 4);
  }

  /** Where the value of an object's member lies; null if it has none of that name. */
  static @Nullable Span member(byte[] bytes, int object, String name) {
    JsonCursor cursor = new JsonCursor(bytes, object);
    while (cursor.next()) {
      if (isNamed(cursor, bytes, name)) {
        return new Span(cursor.valueFrom(), cursor.valueTo());
      }
    }
    return null;
  }

  /** Whether the current member has this name. */
  static boolean isNamed(JsonCursor cursor, byte[] bytes, String name) {
    int from = cursor.nameFrom();
    int length = cursor.nameLength();
    for (int i = 0; i < length; i++) {
      if (bytes[from + i] == '\\') {
        return cursor.name().equals(name);
      }
      if (i >= name.length() || bytes[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return length == name.length();
  }

  /** An object less one of its members; all of it if it has none of that name. */
  static Span without(byte[] bytes, int from, int to, String name) {
    JsonCursor cursor = new JsonCursor(bytes, from);
    int behind = from + 1;
    while (cursor.next()) {
      if (isNamed(cursor, bytes, name)) {
        boolean first = behind == from + 1;
        int cutFrom = first ? cursor.nameFrom() - 1 : behind;
        int cutTo = cursor.valueTo();
        if (first && cursor.next()) {
          cutTo = cursor.nameFrom() - 1;
        }
        return new Span(from, to, cutFrom, cutTo);
      }
      behind = cursor.valueTo();
    }
    return new Span(from, to);
  }

  /** The bytes between two places, as an array of their own. */
  static byte[] bytes(byte[] bytes, Span span) {
    byte[] out = new byte[span.length()];
    span.copy(bytes, out, 0);
    return out;
  }

  /**
   * Some JSON in a larger text, perhaps less a stretch of it.
   *
   * @param cutFrom where the stretch begins that is left out
   * @param cutTo where it ends
   */
  record Span(int from, int to, int cutFrom, int cutTo) {
    Span(int from, int to) {
      this(from, to, to, to);
    }

    int length() {
      return to - from - (cutTo - cutFrom);
    }

    boolean isEmptyObject(byte[] bytes) {
      return isBlank(bytes, from + 1, cutFrom < to ? cutFrom : to - 1)
          && (cutFrom == to || isBlank(bytes, cutTo, to - 1));
    }

    private static boolean isBlank(byte[] bytes, int first, int last) {
      for (int i = first; i < last; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
          return false;
        }
      }
      return true;
    }

    int copy(byte[] bytes, byte[] into, int at) {
      System.arraycopy(bytes, from, into, at, cutFrom - from);
      int next = at + cutFrom - from;
      System.arraycopy(bytes, cutTo, into, next, to - cutTo);
      return next + to - cutTo;
    }

    byte[] take(byte[] bytes) {
      return Arrays.copyOfRange(bytes, from, to);
    }
  }
}
