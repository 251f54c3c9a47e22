package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request line asks for, decoded once and only if there is one way to read it: a path that
 * two servers could take for two places is refused, not normalised.
 *
 * @param path decoded; begins with a slash, without empty, {@code .} and {@code ..} segments
 * @param query the decoded parameters
 */
record Target(String path, Map<String, List<String>> query) {
  private static final String MARKS_IN_PATH = "-._~!$&'()*+,;=:@/";

  /** Reads it; null if the path or an escape is not as it should be. */
  static @Nullable Target parse(String raw) {
    int mark = raw.indexOf('?');
    String path = path(mark < 0 ? raw : raw.substring(0, mark));
    if (path == null || raw.indexOf('#') >= 0) {
      return null;
    }
    Map<String, List<String>> query = query(mark < 0 ? "" : raw.substring(mark + 1));
    return query == null ? null : new Target(path, query);
  }

  private static @Nullable String path(String raw) {
    if (!raw.startsWith("/")) {
      return null;
    }
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%' && !isAlphanumeric(c) && MARKS_IN_PATH.indexOf(c) < 0) {
        return null;
      }
    }
    String path = decode(raw, true);
    return path == null || hasOddSegment(raw) ? null : path;
  }

  private static boolean hasOddSegment(String path) {
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean emptyInside = segments[i].isEmpty() && i < segments.length - 1;
      if (emptyInside || segments[i].equals(".") || segments[i].equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static @Nullable Map<String, List<String>> query(String raw) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), false);
      String value = decode(equals < 0 ? "" : pair.substring(equals + 1), false);
      if (name == null || value == null) {
        return null;
      }
      if (!pair.isEmpty()) {
        query.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
      }
    }
    return query;
  }

  /** Null if an escape is stray, not UTF-8, or hides something that must not be hidden. */
  private static @Nullable String decode(String raw, boolean inPath) {
    if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
      return raw;
    }
    ByteBuffer bytes = ByteBuffer.allocate(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c != '%') {
        bytes.put((byte) (c == '+' && !inPath ? ' ' : c));
        continue;
      }
      int value = escaped(raw, i);
      if (value < 0 || value == 0 || (inPath && mustStandOpenly(value))) {
        return null;
      }
      bytes.put((byte) value);
      i += 2;
    }
    try {
      return UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException malformed) {
      return null;
    }
  }

  /** A separator, dot or percent sign in disguise, or a control character. */
  private static boolean mustStandOpenly(int value) {
    return value < ' ' || value == 0x7F || "/\\.%".indexOf(value) >= 0;
  }

  private static int escaped(String raw, int at) {
    if (at + 2 >= raw.length()) {
      return -1;
    }
    int high = Character.digit(raw.charAt(at + 1), 16);
    int low = Character.digit(raw.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** All values of a parameter. */
  List<String> all(String name) {
    return query.getOrDefault(name, List.of());
  }
}
