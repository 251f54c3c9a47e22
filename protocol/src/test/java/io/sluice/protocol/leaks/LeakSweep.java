package io.sluice.protocol.leaks;

import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/**
 * Makes Netty report what the last tests leaked. Netty notices a lost buffer at the next allocation
 * after a collection; a small module's tests may end before there is either.
 */
public final class LeakSweep implements TestExecutionListener {
  private static final long PATIENCE_MILLIS = 5_000;

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    // References reach their queues one after the other, some time after a collection. When the
    // second one's has arrived, all of the first one have.
    awaitCollection();
    awaitCollection();
    ByteBufAllocator.DEFAULT.heapBuffer(1).release();
  }

  private static void awaitCollection() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
    System.gc();
    try {
      if (queue.remove(PATIENCE_MILLIS) != sentinel) {
        System.err.println("LEAK: cannot be told, nothing was collected");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
