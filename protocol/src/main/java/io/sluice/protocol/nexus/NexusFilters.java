package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Code;
import io.sluice.model.Filter;
import io.sluice.model.Scalar;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonScalar;
import io.sluice.protocol.json.JsonWriter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The member {@code filters}: a scalar, or an array of scalars, for each field. */
final class NexusFilters {
  private NexusFilters() {}

  /** The filter of a message; null if it has none. */
  static @Nullable Filter read(NexusMessage message, int maxBytes) throws Refused {
    NexusField field = NexusField.FILTERS;
    if (!message.has(field)) {
      return null;
    }
    if (message.kind(field) != '{') {
      throw refused("filters must be an object");
    }
    int from = message.from(field);
    int length = message.to(field) - from;
    if (length > maxBytes) {
      throw refused("filters must be at most " + maxBytes + " bytes");
    }
    byte[] bytes = message.bytes();
    SortedMap<String, Set<Scalar>> terms = new TreeMap<>();
    JsonCursor members = new JsonCursor(bytes, from);
    while (members.next()) {
      terms.put(members.name(), values(bytes, members));
    }
    return new Filter(terms, new String(bytes, from, length, UTF_8));
  }

  private static Set<Scalar> values(byte[] bytes, JsonCursor member) throws Refused {
    if (member.kind() != '[') {
      return Set.of(value(bytes, member));
    }
    Set<Scalar> values = new HashSet<>();
    JsonCursor elements = new JsonCursor(bytes, member.valueFrom());
    while (elements.next()) {
      values.add(value(bytes, elements));
    }
    if (values.isEmpty()) {
      throw refused("An array in filters must hold a value: an empty one would pass nothing");
    }
    return values;
  }

  private static Scalar value(byte[] bytes, JsonCursor at) throws Refused {
    Scalar value = JsonScalar.read(bytes, at.valueFrom(), at.valueTo());
    if (value == null) {
      throw refused(
          at.kind() == '{' || at.kind() == '['
              ? "filters may hold scalars and arrays of scalars"
              : "A number in filters is out of range");
    }
    return value;
  }

  private static Refused refused(String message) {
    return new Refused(Code.INVALID_FILTER, message);
  }

  /** Writes a filter as its peer wrote it, or canonically if no peer did. */
  static void write(Filter filter, JsonWriter out) {
    if (!filter.written().isEmpty()) {
      out.verbatim(filter.written());
      return;
    }
    char mark = '{';
    for (Map.Entry<String, Set<Scalar>> term : filter.terms().entrySet()) {
      out.raw(mark).string(term.getKey()).raw(':');
      write(term.getValue(), out);
      mark = ',';
    }
    out.raw(mark == '{' ? "{}" : "}");
  }

  private static void write(Set<Scalar> values, JsonWriter out) {
    if (values.size() == 1) {
      out.verbatim(print(values.iterator().next()));
      return;
    }
    char mark = '[';
    for (String value : values.stream().map(NexusFilters::print).sorted().toList()) {
      out.raw(mark).verbatim(value);
      mark = ',';
    }
    out.raw(']');
  }

  private static String print(Scalar value) {
    return switch (value) {
      case Scalar.Text text -> new String(new JsonWriter().string(text.value()).take(), UTF_8);
      case Scalar.Numeric number -> JsonNumber.print(number.value());
      case Scalar.Bool bool -> bool.value() ? "true" : "false";
      case Scalar.Null ignored -> "null";
    };
  }
}
