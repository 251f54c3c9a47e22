package io.sluice.gateway;

import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import io.sluice.model.Refusal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the gateway refused and ended, and why. Owned by nobody: any thread may count and any
 * may read; a sum read while others count is at most a moment old.
 */
public final class GatewayMeter {
  /** Most different words for rejected tokens; what comes beyond is counted as {@code other}. */
  static final int TOKEN_REASONS = 32;

  private static final String OTHER = "other";

  private final Map<Refusal, LongAdder> refused = adders(Refusal.class);
  private final Map<CloseReason, LongAdder> closed = adders(CloseReason.class);
  private final Map<Violation, LongAdder> violations = adders(Violation.class);
  private final Map<TlsTrouble, LongAdder> tls = adders(TlsTrouble.class);
  private final Map<String, LongAdder> tokens = new ConcurrentHashMap<>();
  private final LongAdder answered = new LongAdder();
  private final LongAdder upgraded = new LongAdder();
  private final LongAdder streamed = new LongAdder();
  private final LongAdder acceptPauses = new LongAdder();

  /** One for each constant; the map never changes, so it may be read by any thread. */
  private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> constants) {
    Map<E, LongAdder> adders = new EnumMap<>(constants);
    for (E constant : EnumSet.allOf(constants)) {
      adders.put(constant, new LongAdder());
    }
    return Collections.unmodifiableMap(adders);
  }

  private static <E> LongAdder of(Map<E, LongAdder> adders, E constant) {
    return Objects.requireNonNull(adders.get(constant));
  }

  /** A request, or a connection before its request, was refused. */
  public void count(Refusal refusal) {
    of(refused, refusal).increment();
  }

  /** A WebSocket ended, or a response that went on. */
  public void count(CloseReason reason) {
    of(closed, reason).increment();
  }

  /** A peer broke a rule of frames; what ended is counted besides. */
  public void count(Violation violation) {
    of(violations, violation).increment();
  }

  /** A connection ended because of TLS. */
  public void count(TlsTrouble trouble) {
    of(tls, trouble).increment();
  }

  /**
   * A token was not accepted.
   *
   * @param reason the verifier's stable word
   */
  public void countToken(String reason) {
    boolean known = tokens.containsKey(reason) || tokens.size() < TOKEN_REASONS;
    tokens.computeIfAbsent(known ? reason : OTHER, word -> new LongAdder()).increment();
  }

  /** A request was answered by its route. */
  public void countAnswer() {
    answered.increment();
  }

  /** A WebSocket was opened. */
  public void countUpgrade() {
    upgraded.increment();
  }

  /** A response that goes on was begun. */
  public void countStream() {
    streamed.increment();
  }

  /** Accepting paused, for want of descriptors. */
  public void countAcceptPause() {
    acceptPauses.increment();
  }

  /** How often so refused. */
  public long refused(Refusal refusal) {
    return of(refused, refusal).sum();
  }

  /** How often so ended. */
  public long closed(CloseReason reason) {
    return of(closed, reason).sum();
  }

  /** How often this rule was broken. */
  public long violations(Violation violation) {
    return of(violations, violation).sum();
  }

  /** How often connections ended so because of TLS. */
  public long tls(TlsTrouble trouble) {
    return of(tls, trouble).sum();
  }

  /** How often tokens were not accepted, by the verifier's word. */
  public Map<String, Long> tokens() {
    Map<String, Long> sums = new TreeMap<>();
    tokens.forEach((reason, count) -> sums.put(reason, count.sum()));
    return sums;
  }

  /** Requests answered by their routes. */
  public long answered() {
    return answered.sum();
  }

  /** WebSockets opened. */
  public long upgraded() {
    return upgraded.sum();
  }

  /** Responses that went on. */
  public long streamed() {
    return streamed.sum();
  }

  /** How often accepting paused. */
  public long acceptPauses() {
    return acceptPauses.sum();
  }
}
