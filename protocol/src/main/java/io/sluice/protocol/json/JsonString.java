package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text between quotes: out of JSON and into it. */
public final class JsonString {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private JsonString() {}

  /** What the text between two quotes says; it has been judged good before. */
  public static String decode(byte[] bytes, int from, int to) {
    int escape = from;
    while (escape < to && bytes[escape] != '\\') {
      escape++;
    }
    return escape == to ? new String(bytes, from, to - from, UTF_8) : unescape(bytes, from, to);
  }

  private static String unescape(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    int plain = from;
    int i = from;
    while (i < to) {
      if (bytes[i] != '\\') {
        i++;
        continue;
      }
      text.append(new String(bytes, plain, i - plain, UTF_8));
      text.append(character(bytes, i + 1));
      i += bytes[i + 1] == 'u' ? 6 : 2;
      plain = i;
    }
    return text.append(new String(bytes, plain, to - plain, UTF_8)).toString();
  }

  private static char character(byte[] bytes, int i) {
    return switch (bytes[i]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' ->
          (char)
              (Character.digit(bytes[i + 1], 16) << 12
                  | Character.digit(bytes[i + 2], 16) << 8
                  | Character.digit(bytes[i + 3], 16) << 4
                  | Character.digit(bytes[i + 4], 16));
      default -> (char) bytes[i];
    };
  }

  /** How many bytes {@link #encode} will write. */
  public static int size(String text) {
    int size = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        size += asciiSize(c);
      } else if (c < 0x800) {
        size += 2;
      } else if (isPair(text, i)) {
        size += 4;
        i++;
      } else {
        size += 3;
      }
    }
    return size;
  }

  private static int asciiSize(char c) {
    if (c >= ' ') {
      return c == '"' || c == '\\' ? 2 : 1;
    }
    return isShort(c) ? 2 : 6;
  }

  private static boolean isShort(char c) {
    return c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f';
  }

  /**
   * Writes the text between quotes, escaping only what JSON demands: quotes, backslashes, control
   * characters. Half a surrogate pair, which no UTF-8 can carry, becomes U+FFFD.
   *
   * @return where it ends
   */
  public static int encode(String text, byte[] into, int from) {
    int at = from;
    into[at++] = '"';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
        into[at++] = (byte) c;
      } else if (c < 0x80) {
        at = escape(c, into, at);
      } else if (isPair(text, i)) {
        at = utf8(Character.toCodePoint(c, text.charAt(++i)), into, at);
      } else {
        at = utf8(Character.isSurrogate(c) ? 0xFFFD : c, into, at);
      }
    }
    into[at++] = '"';
    return at;
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  private static int escape(char c, byte[] into, int from) {
    int at = from;
    into[at++] = '\\';
    switch (c) {
      case '"', '\\' -> into[at++] = (byte) c;
      case '\n' -> into[at++] = 'n';
      case '\r' -> into[at++] = 'r';
      case '\t' -> into[at++] = 't';
      case '\b' -> into[at++] = 'b';
      case '\f' -> into[at++] = 'f';
      default -> {
        into[at++] = 'u';
        into[at++] = '0';
        into[at++] = '0';
        into[at++] = HEX[c >> 4];
        into[at++] = HEX[c & 15];
      }
    }
    return at;
  }

  private static int utf8(int point, byte[] into, int from) {
    int at = from;
    if (point < 0x800) {
      into[at++] = (byte) (0xC0 | point >> 6);
    } else {
      if (point < 0x10000) {
        into[at++] = (byte) (0xE0 | point >> 12);
      } else {
        into[at++] = (byte) (0xF0 | point >> 18);
        into[at++] = (byte) (0x80 | ((point >> 12) & 63));
      }
      into[at++] = (byte) (0x80 | ((point >> 6) & 63));
    }
    into[at++] = (byte) (0x80 | (point & 63));
    return at;
  }

  /** The text as UTF-8, without quotes or escapes. */
  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
