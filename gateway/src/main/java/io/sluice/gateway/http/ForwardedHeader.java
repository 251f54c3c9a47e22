package io.sluice.gateway.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Forwarded} header of RFC 7239: elements with commas between them, each of pairs
 * {@code name=value} with semicolons between them, a value a token or a quoted string. Owned by the
 * call of {@link #parse}.
 */
final class ForwardedHeader {
  private final String text;
  private int at;

  private ForwardedHeader(String text) {
    this.text = text;
  }

  /** The elements from left to right, parameters by lower-case name; null if it is malformed. */
  static @Nullable List<Map<String, String>> parse(String text) {
    return new ForwardedHeader(text).elements();
  }

  private @Nullable List<Map<String, String>> elements() {
    List<Map<String, String>> elements = new ArrayList<>();
    do {
      Map<String, String> element = new HashMap<>();
      do {
        if (!pair(element)) {
          return null;
        }
      } while (skip(';'));
      if (!element.isEmpty()) {
        elements.add(element);
      }
    } while (skip(','));
    return at == text.length() ? elements : null;
  }

  /** One pair, or nothing at all, which the grammar of lists allows. */
  private boolean pair(Map<String, String> element) {
    skipBlanks();
    int from = at;
    String name = token();
    if (name.isEmpty()) {
      return at == from;
    }
    if (at == text.length() || text.charAt(at) != '=') {
      return false;
    }
    at++;
    boolean quoted = at < text.length() && text.charAt(at) == '"';
    String value = quoted ? quoted() : token();
    boolean good = value != null && (quoted || !value.isEmpty());
    skipBlanks();
    return good && element.put(name.toLowerCase(Locale.ROOT), value) == null;
  }

  private boolean skip(char mark) {
    if (at < text.length() && text.charAt(at) == mark) {
      at++;
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /** RFC 9110's token, and beside it what careless proxies leave unquoted: an address or a port. */
  private String token() {
    int from = at;
    while (at < text.length() && isTokenCharacter(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~:[]".indexOf(c) >= 0;
  }

  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\' && ++at == text.length()) {
        return null;
      }
      value.append(text.charAt(at));
    }
    return null;
  }
}
