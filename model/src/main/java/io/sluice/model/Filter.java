package io.sluice.model;

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
