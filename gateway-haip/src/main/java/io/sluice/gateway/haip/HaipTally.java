package io.sluice.gateway.haip;

import io.sluice.gateway.LoopCount;
import io.sluice.protocol.haip.HaipCode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;

/**
 * What one event loop's conversations have done. Written by that loop alone, and never waited for;
 * read by any thread, a moment old at most.
 */
final class HaipTally {
  /** What is counted. */
  enum Sum {
    /** Envelopes and binary parts that came, good or bad, by whatever way. */
    RECEIVED,
    /** Those of them that came in requests of their own. */
    POSTED,
    /** Messages that are handled, */
    HANDLED,
    /** and how long that took for all of them, from receipt on. */
    HANDLED_NANOS,
    /** Times a peer was asked to wait. */
    PRESSED,
    /** Messages that were taken on debt, */
    OWED,
    /** and their units. */
    OWED_UNITS,
    /** ERRORs of agents that went to people; the conversation's own are counted by their codes. */
    AGENT_ERRORS,
    /** Times something was said again. */
    REPLAYED,
    /** Lines that went on with a session. */
    RESUMED
  }

  private final Map<Sum, LoopCount> sums = zeros(Sum.class);

  /** ERRORs that were said. */
  private final Map<HaipCode, LoopCount> errors = zeros(HaipCode.class);

  /** One for each constant; the map never changes, so it may be read by any thread. */
  private static <E extends Enum<E>> Map<E, LoopCount> zeros(Class<E> constants) {
    Map<E, LoopCount> zeros = new EnumMap<>(constants);
    for (E constant : EnumSet.allOf(constants)) {
      zeros.put(constant, new LoopCount());
    }
    return Collections.unmodifiableMap(zeros);
  }

  void count(Sum what) {
    of(sums, what).increment();
  }

  void add(Sum what, long more) {
    of(sums, what).add(more);
  }

  /** An ERROR was said. */
  void count(HaipCode error) {
    of(errors, error).increment();
  }

  private static <E> LoopCount of(Map<E, LoopCount> all, E constant) {
    return Objects.requireNonNull(all.get(constant));
  }

  long of(Sum what) {
    return of(sums, what).sum();
  }

  long of(HaipCode error) {
    return of(errors, error).sum();
  }
}
