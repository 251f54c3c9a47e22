package io.sluice.core.log;

import java.util.concurrent.atomic.AtomicLong;

/** What all logs of the process may hold together. Any thread. */
public final class LogBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * A budget.
   *
   * @param limit in bytes
   */
  public LogBudget(long limit) {
    this.limit = limit;
  }

  void add(long bytes) {
    used.addAndGet(bytes);
  }

  boolean isExceeded() {
    return used.get() > limit;
  }

  /** Bytes in all logs now. */
  public long used() {
    return used.get();
  }
}
