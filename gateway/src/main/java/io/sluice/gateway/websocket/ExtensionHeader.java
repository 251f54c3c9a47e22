package io.sluice.gateway.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads {@code Sec-WebSocket-Extensions} (RFC 6455, section 9.1). An element that breaks the
 * grammar is left out; the ones around it stand.
 */
final class ExtensionHeader {
  /**
   * One element of the list.
   *
   * @param name in lower case
   * @param parameters in their order, repeated ones too
   */
  record Extension(String name, List<Parameter> parameters) {}

  /**
   * One parameter of an extension.
   *
   * @param name in lower case
   * @param value without its quotes; none if there is no equals sign
   */
  record Parameter(String name, Optional<String> value) {}

  private static final String OTHER_TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~";

  private ExtensionHeader() {}

  /** The well-formed elements of all values of the header, in their order. */
  static List<Extension> read(List<String> values) {
    return values.stream()
        .flatMap(value -> split(value, ',').stream())
        .flatMap(element -> extension(element).stream())
        .toList();
  }

  /** The trimmed parts of {@code text} between separators that stand outside of quotes. */
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(trim(text.substring(start, i)));
        start = i + 1;
      }
    }
    parts.add(trim(text.substring(start)));
    return parts;
  }

  private static Optional<Extension> extension(String element) {
    List<String> parts = split(element, ';');
    String name = parts.getFirst();
    List<Parameter> parameters = new ArrayList<>();
    for (String part : parts.subList(1, parts.size())) {
      Optional<Parameter> parameter = parameter(part);
      if (parameter.isEmpty()) {
        return Optional.empty();
      }
      parameters.add(parameter.get());
    }
    return isToken(name)
        ? Optional.of(new Extension(lower(name), List.copyOf(parameters)))
        : Optional.empty();
  }

  private static Optional<Parameter> parameter(String part) {
    int equals = part.indexOf('=');
    String name = equals < 0 ? part : trim(part.substring(0, equals));
    if (!isToken(name)) {
      return Optional.empty();
    }
    if (equals < 0) {
      return Optional.of(new Parameter(lower(name), Optional.empty()));
    }
    String value = unquote(trim(part.substring(equals + 1)));
    return isToken(value)
        ? Optional.of(new Parameter(lower(name), Optional.of(value)))
        : Optional.empty();
  }

  /** What stands in the quotes, or the text itself if it does not both begin and end with one. */
  private static String unquote(String text) {
    int last = text.length() - 1;
    if (last < 1 || text.charAt(0) != '"' || text.charAt(last) != '"') {
      return text;
    }
    StringBuilder plain = new StringBuilder(last);
    for (int i = 1; i < last; i++) {
      if (text.charAt(i) == '\\') {
        i++;
      }
      plain.append(text.charAt(i));
    }
    return plain.toString();
  }

  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(ExtensionHeader::isTokenCharacter);
  }

  private static boolean isTokenCharacter(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || OTHER_TOKEN_CHARACTERS.indexOf(c) >= 0;
  }

  private static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static String lower(String token) {
    return token.toLowerCase(Locale.ROOT);
  }
}
