package io.sluice.protocol.json;

/**
 * Owner: the method that made it. Walks over the members of an object or the elements of an array
 * that a {@link JsonScanner} has judged good; on anything else its behaviour is undefined.
 */
public final class JsonCursor {
  private final byte[] bytes;
  private final boolean named;
  private int at;
  private int nameFrom;
  private int nameTo;
  private int valueFrom;
  private int valueTo;

  /**
   * A cursor before the first member or element.
   *
   * @param from where the object or array begins, at its bracket
   */
  public JsonCursor(byte[] bytes, int from) {
    this.bytes = bytes;
    this.named = bytes[from] == '{';
    this.at = from + 1;
  }

  /** Goes on to the next one; false if there is none. */
  public boolean next() {
    int i = space(bytes, at);
    if (bytes[i] == ',') {
      i = space(bytes, i + 1);
    }
    if (bytes[i] == '}' || bytes[i] == ']') {
      return false;
    }
    if (named) {
      nameFrom = i + 1;
      i = skipString(bytes, i);
      nameTo = i - 1;
      i = valueBehind(bytes, nameTo);
    }
    valueFrom = i;
    valueTo = skip(bytes, i);
    at = valueTo;
    return true;
  }

  /** The name of the current member. */
  public String name() {
    return JsonString.decode(bytes, nameFrom, nameTo);
  }

  /** How many bytes the name of the current member takes. */
  public int nameLength() {
    return nameTo - nameFrom;
  }

  /** Where the name of the current member begins, behind its quote. */
  public int nameFrom() {
    return nameFrom;
  }

  /** Whether the name of the current member is written with escapes. */
  boolean nameEscaped() {
    for (int i = nameFrom; i < nameTo; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The first byte of the current value, which tells its kind. */
  public byte kind() {
    return bytes[valueFrom];
  }

  /** Where the current value begins. */
  public int valueFrom() {
    return valueFrom;
  }

  /** Where the current value ends. */
  public int valueTo() {
    return valueTo;
  }

  private static int space(byte[] bytes, int from) {
    int i = from;
    while (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t') {
      i++;
    }
    return i;
  }

  /** Where the value that begins here ends. */
  static int skip(byte[] bytes, int from) {
    return switch (bytes[from]) {
      case '"' -> skipString(bytes, from);
      case '{', '[' -> skipNested(bytes, from);
      default -> skipWord(bytes, from);
    };
  }

  /** Where the value begins of the member whose name ends here. */
  static int valueBehind(byte[] bytes, int nameTo) {
    return space(bytes, space(bytes, nameTo + 1) + 1);
  }

  /** Where the text ends that begins with this quote. */
  static int skipString(byte[] bytes, int quote) {
    int i = quote + 1;
    while (bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return i + 1;
  }

  private static int skipNested(byte[] bytes, int from) {
    int depth = 0;
    int i = from;
    do {
      switch (bytes[i]) {
        case '"' -> i = skipString(bytes, i);
        case '{', '[' -> {
          depth++;
          i++;
        }
        case '}', ']' -> {
          depth--;
          i++;
        }
        default -> i++;
      }
    } while (depth > 0);
    return i;
  }

  private static int skipWord(byte[] bytes, int from) {
    int i = from;
    while (isWord(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isWord(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || b == '.'
        || b == '-'
        || b == '+'
        || b == 'E';
  }
}
