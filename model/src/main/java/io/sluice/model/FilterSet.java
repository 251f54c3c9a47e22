package io.sluice.model;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The filters of one subscription: a publication passes if any of them lets it. A subscribe without
 * filters leaves a default entry, which counts only while there is no explicit one; an explicit
 * empty filter means everything. Immutable and canonical, so it can be the key of a roster.
 *
 * @param byDefault whether a subscribe without filters has been made
 * @param explicit the filters that were given
 */
public record FilterSet(boolean byDefault, Set<Filter> explicit) {
  /** No entry at all: nothing passes, and the subscription ends. */
  public static final FilterSet EMPTY = new FilterSet(false, Set.of());

  /** Only the default entry: everything passes. */
  public static final FilterSet DEFAULT = new FilterSet(true, Set.of());

  public FilterSet {
    explicit = Set.copyOf(explicit);
  }

  /** This set with one entry more. */
  public FilterSet with(Filter filter) {
    Set<Filter> more = new LinkedHashSet<>(explicit);
    more.add(filter.unwritten());
    return new FilterSet(byDefault, more);
  }

  /** This set with the default entry. */
  public FilterSet withDefault() {
    return new FilterSet(true, explicit);
  }

  /** This set without one entry. */
  public FilterSet without(Filter filter) {
    Set<Filter> fewer = new LinkedHashSet<>(explicit);
    fewer.remove(filter);
    return new FilterSet(byDefault, fewer);
  }

  /** How long all entries are, as {@link Filter#bytes} counts them. */
  public int bytes() {
    int bytes = 0;
    for (Filter filter : explicit) {
      bytes += filter.bytes();
    }
    return bytes;
  }

  /** Whether no entry is left. */
  public boolean isEmpty() {
    return !byDefault && explicit.isEmpty();
  }

  /** Whether everything passes, so that no field need be read. */
  public boolean passesEverything() {
    return explicit.isEmpty() ? byDefault : explicit.contains(Filter.EVERYTHING);
  }

  /** Whether data with these fields passes. */
  public boolean matches(Fields fields) {
    if (passesEverything()) {
      return true;
    }
    for (Filter filter : explicit) {
      if (filter.matches(fields)) {
        return true;
      }
    }
    return false;
  }
}
