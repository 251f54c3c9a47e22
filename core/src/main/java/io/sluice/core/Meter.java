package io.sluice.core;

import io.sluice.model.Code;
import io.sluice.model.GapReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the core counts, for whoever shows it. Any thread. */
public final class Meter {
  private final Map<Code, LongAdder> faults = new EnumMap<>(Code.class);
  private final LongAdder published = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final Map<GapReason, LongAdder> gaps = new EnumMap<>(GapReason.class);
  private final LongAdder conflated = new LongAdder();
  private final LongAdder subscriptions = new LongAdder();
  private final LongAdder sessions = new LongAdder();
  private final LongAdder releases = new LongAdder();

  /** All at zero. */
  public Meter() {
    for (Code code : Code.values()) {
      faults.put(code, new LongAdder());
    }
    for (GapReason reason : GapReason.values()) {
      gaps.put(reason, new LongAdder());
    }
  }

  /** Counts a request that was not done. */
  public void count(Code code) {
    adder(code).increment();
  }

  /** How many requests were not done for this reason. */
  public long faults(Code code) {
    return adder(code).sum();
  }

  private LongAdder adder(Code code) {
    return Objects.requireNonNull(faults.get(code));
  }

  void published() {
    published.increment();
  }

  void delivered(long messages) {
    delivered.add(messages);
  }

  void gap(GapReason reason) {
    gapsFor(reason).increment();
  }

  private LongAdder gapsFor(GapReason reason) {
    return Objects.requireNonNull(gaps.get(reason));
  }

  void conflated(long messages) {
    conflated.add(messages);
  }

  void subscribed(int more) {
    subscriptions.add(more);
  }

  void opened(int more) {
    sessions.add(more);
  }

  void released() {
    releases.increment();
  }

  /** Times a connection's publications on a channel had waited for slow readers, and were done. */
  public long releases() {
    return releases.sum();
  }

  /** Publications that connections and pages of this process have had appended. */
  public long publications() {
    return published.sum();
  }

  /** Publications handed to subscribers' sockets. */
  public long deliveries() {
    return delivered.sum();
  }

  /** Gaps that were said for this reason. */
  public long gaps(GapReason reason) {
    return gapsFor(reason).sum();
  }

  /** Publications that subscribers were spared for newer ones of the same key. */
  public long conflations() {
    return conflated.sum();
  }

  /** Subscriptions that are open now. */
  public long subscriptions() {
    return subscriptions.sum();
  }

  /** Sessions that are open now. */
  public long sessions() {
    return sessions.sum();
  }
}
