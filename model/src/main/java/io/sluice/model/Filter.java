package io.sluice.model;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A conjunction of equalities on the fields of a publication's data. Canonical: two filters that
 * say the same are equal, and hash alike, however they were written.
 *
 * @param terms field (a top-level name or dotted path) to the values that satisfy it, any of them;
 *     a missing field satisfies nothing; no terms means everything passes
 * @param written the filter as its peer wrote it, in the peer's wire form, so that the echo is
 *     exact; empty if no peer wrote it; says nothing about equality
 */
public record Filter(SortedMap<String, Set<Scalar>> terms, String written) {
  /** The filter everything passes. */
  public static final Filter EVERYTHING = new Filter(new TreeMap<>());

  /** A filter that came from no wire. */
  public Filter(SortedMap<String, Set<Scalar>> terms) {
    this(terms, "");
  }

  public Filter {
    SortedMap<String, Set<Scalar>> copy = new TreeMap<>();
    terms.forEach((field, values) -> copy.put(field, Set.copyOf(values)));
    terms = copy;
  }

  /** The same, without how it was written: what is kept of a filter once its echo has been said. */
  Filter unwritten() {
    return written.isEmpty() ? this : new Filter(terms);
  }

  /** How long its canonical text is: JSON in UTF-8 without blanks, with nothing escaped. */
  public int bytes() {
    int bytes = Math.max(2, 1 + terms.size());
    for (Map.Entry<String, Set<Scalar>> term : terms.entrySet()) {
      Set<Scalar> values = term.getValue();
      bytes += quoted(term.getKey()) + 1 + (values.size() == 1 ? 0 : 1 + values.size());
      for (Scalar value : values) {
        bytes += bytes(value);
      }
    }
    return bytes;
  }

  private static int bytes(Scalar value) {
    return switch (value) {
      case Scalar.Text(String text) -> quoted(text);
      case Scalar.Numeric(BigDecimal number) -> number.toString().length();
      case Scalar.Bool(boolean bool) -> bool ? 4 : 5;
      case Scalar.Null none -> 4;
    };
  }

  private static int quoted(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length + 2;
  }

  /** Whether data with these fields passes. */
  public boolean matches(Fields fields) {
    for (Map.Entry<String, Set<Scalar>> term : terms.entrySet()) {
      Scalar value = fields.get(term.getKey());
      if (value == null || !term.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Filter filter && terms.equals(filter.terms);
  }

  @Override
  public int hashCode() {
    return terms.hashCode();
  }
}
