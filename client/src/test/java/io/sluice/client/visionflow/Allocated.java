package io.sluice.client.visionflow;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a thread allocates. */
final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  /** Bytes that one of so many runs takes on the average, once it is warm. */
  static long by(int runs, Runnable task) {
    for (int i = 0; i < 2_000; i++) {
      task.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      task.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / runs;
  }
}
