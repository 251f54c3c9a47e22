package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.RequestId;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its codec. One client's message: where its fields lie, and their values by type.
 *
 * <p>A field that is {@code null} counts as absent, the payload excepted.
 */
final class NexusMessage {
  private static final byte[] NOTHING = {};

  /** Those of our actions that could be asked for, if badly, without any field of ours. */
  private static final Set<String> EXTENDING_ACTIONS = Set.of("history", "presence", "refresh");

  private final JsonScanner scanner;
  private final int[] from = new int[NexusField.values().length];
  private final int[] to = new int[NexusField.values().length];

  private byte[] bytes = NOTHING;
  private int seen;
  private boolean extending;

  NexusMessage(Limits.Json limits) {
    scanner = new JsonScanner(limits);
  }

  /** Takes a message apart; false if it is not one good JSON object. */
  boolean scan(byte[] text, int start, int end) {
    bytes = text;
    seen = 0;
    extending = false;
    scanner.open(text, start, end);
    while (scanner.next()) {
      NexusField field =
          NexusField.of(text, scanner.nameFrom(), scanner.nameTo(), scanner.nameEscaped());
      if (field != null) {
        note(field);
      }
    }
    return scanner.complete();
  }

  private void note(NexusField field) {
    int i = field.place();
    from[i] = scanner.valueFrom();
    to[i] = scanner.valueTo();
    boolean given = field == NexusField.PAYLOAD || bytes[from[i]] != 'n';
    if (given) {
      seen |= 1 << i;
      extending |= field.isExtending();
    }
  }

  /** Lets go of the message. */
  void release() {
    bytes = NOTHING;
    seen = 0;
  }

  /** Whether a field or an action was used that only the extended grammar has. */
  boolean isExtending() {
    return extending || isActionExtending();
  }

  private boolean isActionExtending() {
    if (!has(NexusField.ACTION) || kind(NexusField.ACTION) != '"') {
      return false;
    }
    int start = from(NexusField.ACTION) + 1;
    // One look at the first letters spares every publish and ping the rest.
    return isLikeExtending(start)
        && EXTENDING_ACTIONS.contains(JsonString.decode(bytes, start, to(NexusField.ACTION) - 1));
  }

  private boolean isLikeExtending(int start) {
    return switch (bytes[start]) {
      case 'h', 'r', '\\' -> true;
      case 'p' -> bytes[start + 1] == 'r' || bytes[start + 1] == '\\';
      default -> false;
    };
  }

  byte[] bytes() {
    return bytes;
  }

  boolean has(NexusField field) {
    return (seen & 1 << field.place()) != 0;
  }

  int from(NexusField field) {
    return from[field.place()];
  }

  int to(NexusField field) {
    return to[field.place()];
  }

  /** The first byte of a field that is there: it tells the kind of its value. */
  byte kind(NexusField field) {
    return bytes[from(field)];
  }

  /** Insists on a field. */
  void require(NexusField field) throws Refused {
    if (!has(field)) {
      throw new Refused(Code.MISSING_FIELD, "Missing field: " + field.text());
    }
  }

  /** A string; null if absent. */
  @Nullable String text(NexusField field) throws Refused {
    if (!has(field)) {
      return null;
    }
    if (kind(field) != '"') {
      throw new Refused(Code.INVALID_FIELD, field.text() + " must be a string");
    }
    return JsonString.decode(bytes, from(field) + 1, to(field) - 1);
  }

  /** A string of 1 to so many characters; null if absent. */
  @Nullable String text(NexusField field, int maxLength) throws Refused {
    String text = text(field);
    if (text != null && (text.isEmpty() || text.length() > maxLength)) {
      throw new Refused(
          Code.INVALID_FIELD, field.text() + " must have 1 to " + maxLength + " characters");
    }
    return text;
  }

  /** A truth value; false if absent. */
  boolean flag(NexusField field) throws Refused {
    if (!has(field)) {
      return false;
    }
    return switch (kind(field)) {
      case 't' -> true;
      case 'f' -> false;
      default -> throw new Refused(Code.INVALID_FIELD, field.text() + " must be true or false");
    };
  }

  /** A truth value; null if absent. */
  @Nullable Boolean choice(NexusField field) throws Refused {
    return has(field) ? Boolean.valueOf(flag(field)) : null;
  }

  /** A whole number from 0 on, or {@link JsonNumber#NOT_WHOLE}. */
  long whole(NexusField field, long maximum) {
    return JsonNumber.whole(bytes, from(field), to(field), maximum);
  }

  /** A cursor over a field that is an object or an array. */
  JsonCursor cursor(NexusField field) {
    return new JsonCursor(bytes, from(field));
  }

  /** The request's id; null if it has none. */
  @Nullable RequestId id() throws Refused {
    if (!has(NexusField.ID)) {
      return null;
    }
    int start = from(NexusField.ID);
    int end = to(NexusField.ID);
    if (!isString(start) && !isInteger(start, end)) {
      throw new Refused(Code.INVALID_FIELD, "id must be a string or an integer");
    }
    String raw = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    if (raw.length() > RequestId.MAX_LENGTH) {
      throw new Refused(
          Code.INVALID_FIELD, "id must be at most " + RequestId.MAX_LENGTH + " characters of JSON");
    }
    return new RequestId(raw);
  }

  private boolean isString(int start) {
    return bytes[start] == '"';
  }

  private boolean isInteger(int start, int end) {
    for (int i = start; i < end; i++) {
      if ((bytes[i] < '0' || bytes[i] > '9') && (i > start || bytes[i] != '-')) {
        return false;
      }
    }
    return true;
  }
}
