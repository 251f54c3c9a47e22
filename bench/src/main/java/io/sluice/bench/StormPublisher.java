package io.sluice.bench;

import io.sluice.client.Receipt;
import io.sluice.client.SluiceClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one thread at a time, the program's or the one that {@link #goOn} starts. Publishes 1, 2,
 * 3 and so on to each of some channels, and knows what was acknowledged.
 */
final class StormPublisher {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final SluiceClient client;
  private final String prefix;
  private final AtomicLongArray sent;
  private final List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
  private volatile boolean stopped;
  private @Nullable Thread going;

  StormPublisher(SluiceClient client, String prefix, int channels) {
    this.client = client;
    this.prefix = prefix;
    this.sent = new AtomicLongArray(channels);
  }

  /** The channel with this number. */
  String channel(int number) {
    return prefix + number;
  }

  /** How many were published to the channel with this number. */
  long sent(int number) {
    return sent.get(number);
  }

  /** Publishes so many to each channel and waits until they are acknowledged. */
  void publish(int times) {
    for (int i = 0; i < times * sent.length(); i++) {
      publishTo(i % sent.length());
    }
    CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new)).join();
    receipts.clear();
  }

  /** Goes on publishing, one each 5 ms, to one channel after the other. */
  void goOn() {
    going =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (int i = 0; !stopped; i++) {
                    publishTo(i % sent.length());
                    LockSupport.parkNanos(PACE_NANOS);
                  }
                });
  }

  /** Ends that, with one more for each channel. */
  void stop() throws InterruptedException {
    stopped = true;
    if (going != null) {
      going.join();
    }
    publish(1);
  }

  private void publishTo(int number) {
    receipts.add(client.publish(channel(number), Long.toString(sent.incrementAndGet(number))));
  }
}
