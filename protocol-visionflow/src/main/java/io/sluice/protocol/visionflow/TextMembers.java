package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object that has been judged good, and their values by type. What is {@code
 * null} counts as absent, unless it is asked for. Immutable.
 */
final class TextMembers {
  private static final long MOST = (1L << 53) - 1;

  private final byte[] bytes;
  private final String path;
  private final Map<String, Span> members = new HashMap<>();

  private record Span(int from, int to) {}

  /** The members of the object that begins there; the path stands before their names in faults. */
  TextMembers(byte[] bytes, int from, String path) {
    this.bytes = bytes;
    this.path = path;
    JsonCursor cursor = new JsonCursor(bytes, from);
    while (cursor.next()) {
      members.put(cursor.name(), new Span(cursor.valueFrom(), cursor.valueTo()));
    }
  }

  boolean isNull(String name) {
    Span span = members.get(name);
    return span != null && bytes[span.from] == 'n';
  }

  boolean has(String name) {
    return find(name) != null;
  }

  private @Nullable Span find(String name) {
    Span span = members.get(name);
    return span == null || bytes[span.from] == 'n' ? null : span;
  }

  private Span require(String name) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      throw new VisionFlowRefused(VisionFlowCode.MISSING_FIELD, path + name + " is missing.");
    }
    return span;
  }

  private VisionFlowRefused invalid(String name, String rule) {
    return new VisionFlowRefused(VisionFlowCode.INVALID_FIELD, path + name + " must be " + rule);
  }

  String text(String name) throws VisionFlowRefused {
    Span span = require(name);
    if (bytes[span.from] != '"') {
      throw invalid(name, "a string.");
    }
    return JsonString.decode(bytes, span.from + 1, span.to - 1);
  }

  boolean flag(String name, boolean absent) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return absent;
    }
    return switch (bytes[span.from]) {
      case 't' -> true;
      case 'f' -> false;
      default -> throw invalid(name, "true or false.");
    };
  }

  boolean flag(String name) throws VisionFlowRefused {
    require(name);
    return flag(name, false);
  }

  /** A whole number from 0 on that JavaScript can hold. */
  long whole(String name) throws VisionFlowRefused {
    Span span = require(name);
    long value = JsonNumber.whole(bytes, span.from, span.to, MOST);
    if (value == JsonNumber.NOT_WHOLE) {
      throw invalid(name, "a whole number from 0 to 2^53-1.");
    }
    return value;
  }

  /** A whole number from 0 on that an int can hold. */
  int count(String name) throws VisionFlowRefused {
    long value = whole(name);
    if (value > Integer.MAX_VALUE) {
      throw invalid(name, "a whole number from 0 to 2^31-1.");
    }
    return (int) value;
  }

  /** The next whole number from 0 on, of any number up to a maximum. */
  int atLeast(String name, int maximum, int absent) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return absent;
    }
    BigDecimal value = decimal(bytes, span.from, span.to);
    if (value == null || value.signum() < 0 || value.compareTo(BigDecimal.valueOf(maximum)) > 0) {
      throw invalid(name, "a number from 0 to " + maximum + ".");
    }
    // Never rounded as a decimal: 1e-999999999 has as many places.
    return (int) Math.ceil(value.doubleValue());
  }

  /** The number there; null if it is none, or out of range. */
  static @Nullable BigDecimal decimal(byte[] bytes, int from, int to) {
    byte first = bytes[from];
    return first == '-' || (first >= '0' && first <= '9')
        ? JsonNumber.decimal(bytes, from, to)
        : null;
  }

  /** A short number or string as it is written; null if absent. */
  @Nullable String stamp(String name, int maximum) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return null;
    }
    byte first = bytes[span.from];
    boolean good = first == '"' || first == '-' || (first >= '0' && first <= '9');
    if (!good || span.to - span.from > maximum) {
      throw invalid(name, "a number or a string, of at most " + maximum + " bytes.");
    }
    return new String(bytes, span.from, span.to - span.from, UTF_8);
  }

  /** An object as it is written; null if absent. */
  @Nullable String verbatim(String name) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return null;
    }
    if (bytes[span.from] != '{') {
      throw invalid(name, "an object.");
    }
    return new String(bytes, span.from, span.to - span.from, UTF_8);
  }

  /** An object's members; null if absent. */
  @Nullable TextMembers objectIfAny(String name) throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return null;
    }
    if (bytes[span.from] != '{') {
      throw invalid(name, "an object.");
    }
    return new TextMembers(bytes, span.from, path + name + ".");
  }

  TextMembers object(String name) throws VisionFlowRefused {
    require(name);
    TextMembers object = objectIfAny(name);
    if (object == null) {
      throw invalid(name, "an object.");
    }
    return object;
  }

  /** A cursor over an array; null if absent. */
  @Nullable JsonCursor array(String name) throws VisionFlowRefused {
    return cursor(name, '[', "an array.");
  }

  /** A cursor over an object's members; null if absent. */
  @Nullable JsonCursor members(String name) throws VisionFlowRefused {
    return cursor(name, '{', "an object.");
  }

  private @Nullable JsonCursor cursor(String name, char bracket, String rule)
      throws VisionFlowRefused {
    Span span = find(name);
    if (span == null) {
      return null;
    }
    if (bytes[span.from] != bracket) {
      throw invalid(name, rule);
    }
    return new JsonCursor(bytes, span.from);
  }

  /** A fault of an element of an array or object. */
  VisionFlowRefused wrong(String name, String rule) {
    return new VisionFlowRefused(VisionFlowCode.INVALID_FIELD, path + name + ": " + rule);
  }

  byte[] bytes() {
    return bytes;
  }
}
