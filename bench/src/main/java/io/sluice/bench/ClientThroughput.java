package io.sluice.bench;

import io.sluice.client.Gap;
import io.sluice.client.Message;
import io.sluice.client.PublishOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.SubscriptionListener;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a Java client takes, as a process that does one thing for so many seconds: {@code receive}
 * with credit, {@code publish} with acknowledgement, {@code tell} without, or {@code both}, which
 * tells and receives. Prints, each second, messages, CPU of the whole process for each, how many a
 * core would do, and the heap after a collection, so that growth would show.
 *
 * <p>{@code java -cp 'bench/target/lib/*:bench/target/classes' io.sluice.bench.ClientThroughput
 * receive ws://127.0.0.1:8080/ws TOKEN [seconds]}
 */
public final class ClientThroughput {
  private static final String CHANNEL = "bench";
  private static final String PAYLOAD = "{\"text\":\"" + "x".repeat(240) + "\"}";
  private static final int UNDER_WAY = 1_000;

  private final LongAdder received = new LongAdder();
  private final LongAdder published = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final Semaphore room = new Semaphore(UNDER_WAY);

  private ClientThroughput() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    new ClientThroughput().run(args[0], args[1], args[2], seconds(args));
  }

  private static int seconds(String[] args) {
    return args.length > 3 ? Integer.parseInt(args[3]) : 20;
  }

  private void run(String what, String url, String token, int seconds) throws Exception {
    boolean reads = what.equals("receive") || what.equals("both");
    LongAdder count = reads ? received : published;
    try (SluiceClient reader = SluiceClient.builder(url).token(token).build();
        SluiceClient writer = SluiceClient.builder(url).token(token).build()) {
      if (reads) {
        reader.connect().join();
        SubscribeOptions options = SubscribeOptions.DEFAULTS.withCredit(4_096, 4 << 20);
        reader.subscribe(CHANNEL, options, counting(what.equals("both"))).ready().join();
      }
      if (!what.equals("receive")) {
        writer.connect().join();
        Thread.ofPlatform().daemon().start(() -> publish(writer, what));
      }
      for (int i = 0; i < seconds; i++) {
        measure(count);
      }
    }
    System.out.printf("lost %,d%n", lost.sum());
  }

  private SubscriptionListener counting(boolean mine) {
    return new SubscriptionListener() {
      @Override
      public void onMessage(Message message) {
        received.increment();
        if (mine) {
          room.release();
        }
      }

      @Override
      public void onGap(Gap gap) {
        lost.add(gap.lastOffset() - gap.firstOffset() + 1);
      }
    };
  }

  /** Keeps so many under way: without receipt and received, or without answer. */
  private void publish(SluiceClient writer, String what) {
    boolean acknowledged = what.equals("publish");
    PublishOptions options =
        acknowledged ? PublishOptions.DEFAULTS : PublishOptions.DEFAULTS.unacknowledged();
    while (true) {
      room.acquireUninterruptibly();
      var unused =
          writer
              .publish(CHANNEL, PAYLOAD, options)
              .whenComplete(
                  (receipt, trouble) -> {
                    published.increment();
                    if (!what.equals("both")) {
                      room.release();
                    }
                  });
    }
  }

  private static void measure(LongAdder counted) throws InterruptedException {
    long before = counted.sum();
    long cpu = cpu();
    long start = System.nanoTime();
    Thread.sleep(1_000);
    double elapsed = (System.nanoTime() - start) / 1e9;
    long count = Math.max(counted.sum() - before, 1);
    double micros = (cpu() - cpu) / 1e3 / count;
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10;
    System.out.printf(
        "%,.0f messages a second, %.1f µs of CPU each, %,.0f a core, heap %,d KiB%n",
        count / elapsed, micros, 1e6 / micros, heap);
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
