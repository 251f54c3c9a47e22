package io.sluice.core.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** When a {@link DeferredBroker} does what it was asked for. */
public interface Later extends AutoCloseable {
  /** Does the step some time after this call, and after all earlier steps of the same order. */
  void run(Object order, Runnable step);

  /** Sees to it that nothing is left to do; whether anything was done since the last call. */
  boolean settle();

  @Override
  void close();

  /** On a thread of its own. */
  static Later onAnotherThread() {
    return new Worker();
  }

  /** When the test says so, in an order that a seed decides. */
  static Steps inSteps(long seed) {
    return new Steps(seed);
  }

  /** One thread does everything in turn. */
  final class Worker implements Later {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("deferred-broker").factory());
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private long settled;

    private Worker() {}

    @Override
    public void run(Object order, Runnable step) {
      asked.incrementAndGet();
      thread.execute(
          () -> {
            step.run();
            done.incrementAndGet();
          });
    }

    @Override
    public boolean settle() {
      long finished;
      do {
        try {
          thread.submit(() -> {}).get();
        } catch (InterruptedException | ExecutionException e) {
          throw new AssertionError(e);
        }
        // Read before what was asked: a step counts as done only after it has asked for others.
        finished = done.get();
      } while (finished != asked.get());
      boolean worked = finished != settled;
      settled = finished;
      return worked;
    }

    @Override
    public void close() {
      thread.close();
    }
  }

  /** Steps of several orders, drawn by a seed. Owned by its test's thread. */
  final class Steps implements Later {
    private final Random random;
    private final Map<Object, Queue<Runnable>> orders = new HashMap<>();
    private final List<Object> busy = new ArrayList<>();

    private Steps(long seed) {
      this.random = new Random(seed);
    }

    @Override
    public void run(Object order, Runnable step) {
      Queue<Runnable> queue = orders.computeIfAbsent(order, key -> new ArrayDeque<>());
      if (queue.isEmpty()) {
        busy.add(order);
      }
      queue.add(step);
    }

    /** Does one step; whether there was one. */
    public boolean step() {
      if (busy.isEmpty()) {
        return false;
      }
      int drawn = random.nextInt(busy.size());
      Object order = busy.get(drawn);
      Queue<Runnable> queue = orders.get(order);
      Runnable step = queue.remove();
      if (queue.isEmpty()) {
        orders.remove(order);
        busy.set(drawn, busy.getLast());
        busy.removeLast();
      }
      step.run();
      return true;
    }

    @Override
    public boolean settle() {
      boolean worked = false;
      while (step()) {
        worked = true;
      }
      return worked;
    }

    @Override
    public void close() {
      orders.clear();
      busy.clear();
    }
  }
}
