package io.sluice.bench;

import io.sluice.client.ClientLimits;
import io.sluice.client.Message;
import io.sluice.client.PublishOptions;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a Java client takes: one client publishes without acknowledgement, another receives with
 * credit, for so many seconds. Prints messages a second, CPU a message of the whole process, and
 * the heap after a collection, each second of it, so that growth would show.
 *
 * <p>{@code java -cp 'bench/target/lib/*:bench/target/classes' io.sluice.bench.ClientThroughput
 * ws://127.0.0.1:8080/ws TOKEN [seconds]}
 */
public final class ClientThroughput {
  private static final String PAYLOAD = "{\"text\":\"" + "x".repeat(240) + "\"}";

  private ClientThroughput() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 20;
    LongAdder received = new LongAdder();
    try (SluiceClient reader = client(args);
        SluiceClient writer = client(args)) {
      reader.connect().join();
      writer.connect().join();
      SubscribeOptions options = SubscribeOptions.DEFAULTS.withCredit(4_096, 4 << 20);
      reader.subscribe("bench", options, (Message message) -> received.increment()).ready().join();
      Thread publishing = Thread.ofPlatform().daemon().start(() -> publish(writer, received));
      for (int i = 0; i < seconds; i++) {
        measure(received);
      }
      publishing.interrupt();
    }
  }

  private static SluiceClient client(String[] args) {
    return SluiceClient.builder(args[0]).token(args[1]).limits(ClientLimits.DEFAULTS).build();
  }

  /** Keeps a few thousand under way, so that the log is never outrun. */
  private static void publish(SluiceClient writer, LongAdder received) {
    PublishOptions options = PublishOptions.DEFAULTS.unacknowledged();
    long sent = 0;
    while (!Thread.currentThread().isInterrupted()) {
      if (sent - received.sum() < 500) {
        writer.publish("bench", PAYLOAD, options);
        sent++;
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private static void measure(LongAdder received) throws InterruptedException {
    long before = received.sum();
    long cpu = cpu();
    long start = System.nanoTime();
    Thread.sleep(1_000);
    double elapsed = (System.nanoTime() - start) / 1e9;
    long count = received.sum() - before;
    double micros = (cpu() - cpu) / 1e3 / Math.max(count, 1);
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10;
    System.out.printf(
        "%,.0f messages a second, %.1f µs of CPU each (sent and received), heap %,d KiB%n",
        count / elapsed, micros, heap);
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
