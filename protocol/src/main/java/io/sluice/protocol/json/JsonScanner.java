package io.sluice.protocol.json;

import io.sluice.model.Limits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Owner: one event loop, which judges one message at a time with it. Checks that bytes are exactly
 * one JSON text and, on the way, says where the values of an object's members lie.
 *
 * <p>Strict: RFC 8259 to the letter, no name twice in any object, no escape of half a surrogate
 * pair, nothing behind the text, and the bounds of {@link Limits.Json}. That the bytes are UTF-8
 * has been checked before; they are passed over here, not judged. Nothing is thrown, copied or
 * allocated, and nothing of a message is kept after {@link #complete}.
 *
 * <p>A member's place is asked for while it is the current one:
 *
 * <pre>{@code
 * scanner.open(bytes, from, to);
 * while (scanner.next()) { … scanner.nameFrom() … scanner.valueFrom() … }
 * boolean good = scanner.complete();
 * }</pre>
 */
public final class JsonScanner {
  /** Whatever the limits say, nothing is nested deeper than this: a level costs stack. */
  public static final int MAX_DEPTH = 512;

  private static final int BAD = -1;
  private static final byte[] NOTHING = {};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final int maxDepth;
  private final int maxNumber;
  private final int maxName;
  private final JsonNames names = new JsonNames();

  private byte[] bytes = NOTHING;
  private int end;
  private int at;
  private int members;
  private boolean escaped;
  private int nameFrom;
  private int nameTo;
  private boolean nameEscaped;
  private int valueFrom;
  private int valueTo;

  /** A scanner that refuses what lies beyond these limits. */
  public JsonScanner(Limits.Json limits) {
    maxDepth = Math.min(limits.depth(), MAX_DEPTH);
    maxNumber = limits.numberLength();
    maxName = limits.nameLength();
  }

  /** Begins with a text that must be an object. */
  public void open(byte[] text, int from, int to) {
    begin(text, from, to);
    int first = space(from);
    at = peek(first) == '{' && maxDepth > 0 ? first + 1 : BAD;
    names.enter();
  }

  /** Goes on to the next member; false at the end of the object, or where the text is malformed. */
  public boolean next() {
    if (at < 0) {
      return false;
    }
    int i = space(at);
    if (peek(i) == '}') {
      i = space(i + 1);
      at = i == end ? i : BAD;
      members = -1;
      return false;
    }
    if (members > 0) {
      i = peek(i) == ',' ? space(i + 1) : BAD;
    }
    at = i < 0 ? BAD : member(i);
    members++;
    return at >= 0;
  }

  /** Whether all of it was one object and nothing else. Lets go of the text. */
  public boolean complete() {
    boolean good = at >= 0 && members < 0;
    bytes = NOTHING;
    names.clear();
    return good;
  }

  /** Whether the bytes are exactly one JSON value of any kind. */
  public boolean isValue(byte[] text, int from, int to) {
    begin(text, from, to);
    int i = value(space(from), 0);
    members = -1;
    at = i >= 0 && space(i) == end ? i : BAD;
    return complete();
  }

  /** Where the current member's name begins, behind its quote. */
  public int nameFrom() {
    return nameFrom;
  }

  /** Where the current member's name ends, before its quote. */
  public int nameTo() {
    return nameTo;
  }

  /** Whether the current member's name is written with escapes. */
  public boolean nameEscaped() {
    return nameEscaped;
  }

  /** Where the current member's value begins. */
  public int valueFrom() {
    return valueFrom;
  }

  /** Where the current member's value ends, blanks behind it excluded. */
  public int valueTo() {
    return valueTo;
  }

  private void begin(byte[] text, int from, int to) {
    bytes = text;
    end = to;
    at = from;
    members = 0;
    names.clear();
  }

  private int member(int i) {
    int from = i + 1;
    int to = name(i, 1);
    if (to < 0) {
      return BAD;
    }
    boolean nameHasEscapes = escaped;
    int colon = space(to);
    if (peek(colon) != ':') {
      return BAD;
    }
    int start = space(colon + 1);
    int stop = value(start, 1);
    if (stop < 0) {
      return BAD;
    }
    nameFrom = from;
    nameTo = to - 1;
    nameEscaped = nameHasEscapes;
    valueFrom = start;
    valueTo = stop;
    return stop;
  }

  private int value(int i, int depth) {
    return switch (peek(i)) {
      case '"' -> string(i);
      case '{' -> depth < maxDepth ? object(i + 1, depth + 1) : BAD;
      case '[' -> depth < maxDepth ? array(i + 1, depth + 1) : BAD;
      case 't' -> literal(i, TRUE);
      case 'f' -> literal(i, FALSE);
      case 'n' -> literal(i, NULL);
      default -> number(i);
    };
  }

  private int object(int from, int depth) {
    int object = names.enter();
    int i = space(from);
    if (peek(i) == '}') {
      return i + 1;
    }
    while (true) {
      i = name(i, object);
      if (i < 0) {
        return BAD;
      }
      i = space(i);
      if (peek(i) != ':') {
        return BAD;
      }
      i = value(space(i + 1), depth);
      if (i < 0) {
        return BAD;
      }
      i = space(i);
      byte mark = peek(i);
      if (mark == '}') {
        return i + 1;
      }
      if (mark != ',') {
        return BAD;
      }
      i = space(i + 1);
    }
  }

  private int array(int from, int depth) {
    int i = space(from);
    if (peek(i) == ']') {
      return i + 1;
    }
    while (true) {
      i = value(i, depth);
      if (i < 0) {
        return BAD;
      }
      i = space(i);
      byte mark = peek(i);
      if (mark == ']') {
        return i + 1;
      }
      if (mark != ',') {
        return BAD;
      }
      i = space(i + 1);
    }
  }

  private int name(int i, int object) {
    if (peek(i) != '"') {
      return BAD;
    }
    int to = string(i);
    if (to < 0 || tooLong(i + 1, to - 1)) {
      return BAD;
    }
    return names.add(object, bytes, i + 1, to - 1, escaped) ? to : BAD;
  }

  private boolean tooLong(int from, int to) {
    return to - from > maxName && JsonString.decode(bytes, from, to).length() > maxName;
  }

  private int string(int quote) {
    escaped = false;
    int i = quote + 1;
    while (true) {
      i = plain(i);
      byte b = peek(i);
      if (b == '"') {
        return i + 1;
      }
      if (b != '\\') {
        return BAD;
      }
      escaped = true;
      i = escape(i);
      if (i < 0) {
        return BAD;
      }
    }
  }

  /** Passes over everything but a quote, a backslash and a control character, a word at a time. */
  private int plain(int from) {
    int i = from;
    while (i + Long.BYTES <= end) {
      long stops = stops((long) WORDS.get(bytes, i));
      if (stops != 0) {
        return i + (Long.numberOfTrailingZeros(stops) >>> 3);
      }
      i += Long.BYTES;
    }
    while (i < end && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] & 0xE0) != 0) {
      i++;
    }
    return i;
  }

  /** The lowest bit set is the high bit of the first byte that ends a plain run. */
  private static long stops(long word) {
    long quote = word ^ (ONES * '"');
    long backslash = word ^ (ONES * '\\');
    long found =
        ((quote - ONES) & ~quote)
            | ((backslash - ONES) & ~backslash)
            | ((word - ONES * ' ') & ~word);
    return found & HIGH_BITS;
  }

  private int escape(int backslash) {
    return switch (peek(backslash + 1)) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> backslash + 2;
      case 'u' -> unicode(backslash);
      default -> BAD;
    };
  }

  private int unicode(int backslash) {
    int unit = unit(backslash);
    if (unit < 0 || (unit >= 0xDC00 && unit < 0xE000)) {
      return BAD;
    }
    if (unit < 0xD800 || unit >= 0xE000) {
      return backslash + 6;
    }
    int low = unit(backslash + 6);
    return low >= 0xDC00 && low < 0xE000 ? backslash + 12 : BAD;
  }

  /** The UTF-16 unit of an escape that begins here, or something negative. */
  private int unit(int backslash) {
    if (backslash + 6 > end || bytes[backslash] != '\\' || bytes[backslash + 1] != 'u') {
      return BAD;
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return BAD;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private int number(int from) {
    int i = peek(from) == '-' ? from + 1 : from;
    if (peek(i) == '0') {
      i++;
    } else {
      i = digits(i);
    }
    if (i > 0 && peek(i) == '.') {
      i = digits(i + 1);
    }
    if (i > 0 && (peek(i) | 0x20) == 'e') {
      byte sign = peek(i + 1);
      i = digits(sign == '+' || sign == '-' ? i + 2 : i + 1);
    }
    return i - from > maxNumber ? BAD : i;
  }

  /** Passes over at least one digit. */
  private int digits(int from) {
    int i = from;
    while (isDigit(peek(i))) {
      i++;
    }
    return i > from ? i : BAD;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private int literal(int from, byte[] word) {
    for (int i = 0; i < word.length; i++) {
      if (peek(from + i) != word[i]) {
        return BAD;
      }
    }
    return from + word.length;
  }

  private int space(int from) {
    int i = from;
    while (i < end) {
      byte b = bytes[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        break;
      }
      i++;
    }
    return i;
  }

  /** The byte there, or NUL, which is legal nowhere, behind the end. */
  private byte peek(int i) {
    return i < end ? bytes[i] : 0;
  }

  /** Whether it holds on to a text, which it must not between messages. */
  boolean holdsText() {
    return bytes.length > 0;
  }
}
