package io.sluice.core.log;

import java.util.concurrent.atomic.AtomicLong;

/** What all logs of the process may hold together. Any thread. */
public final class LogBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final AtomicLong heldChannels = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong waitingBytes = new AtomicLong();

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

  /**
   * Whether a log may append: there is room for all of it, or its own that would go make room.
   *
   * @param size of what is to be appended
   * @param own what the log holds and could evict for it
   * @param needed all that is to be appended at once, to other logs too, which may have nothing of
   *     their own to evict
   */
  boolean admits(long size, long own, long needed) {
    return size <= own || used.get() - own + needed <= limit;
  }

  boolean isExceeded() {
    return used.get() > limit;
  }

  /** Publications of so many bytes wait from now on, or wait no longer if negative. */
  void reserve(int publications, long bytes) {
    waiting.addAndGet(publications);
    waitingBytes.addAndGet(bytes);
    used.addAndGet(bytes);
  }

  /** On so many more channels publications wait. */
  void holdChannels(int more) {
    heldChannels.addAndGet(more);
  }

  /** Channels on which publications wait for slow readers now. */
  public long heldChannels() {
    return heldChannels.get();
  }

  /** Publications that wait for slow readers now. */
  public long waiting() {
    return waiting.get();
  }

  /** Bytes of publications that wait for slow readers now. */
  public long waitingBytes() {
    return waitingBytes.get();
  }

  /** Bytes in all logs now, and of what waits to enter them. */
  public long used() {
    return used.get();
  }
}
