package io.sluice.bench;

import io.sluice.client.ClientListener;
import io.sluice.client.ClientResources;
import io.sluice.client.SluiceClient;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.Subscribed;
import io.sluice.client.SubscriptionListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * So many clients in one process, each with one subscription, against a server in another. When all
 * stand it says so and waits for the server to be restarted (on the same port, with the same
 * secret); then it prints how long it took until each subscription stood again, from the moment the
 * first line broke.
 *
 * <p>{@code java -cp 'bench/target/lib/*:bench/target/classes' io.sluice.bench.ReconnectStorm
 * ws://127.0.0.1:8080/ws TOKEN [clients]}
 */
public final class ReconnectStorm {
  private static final int AT_ONCE = 200;

  private ReconnectStorm() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int count = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
    Storm storm = new Storm(count);
    try (ClientResources resources = ClientResources.create()) {
      List<SluiceClient> clients = new ArrayList<>();
      List<CompletableFuture<Subscribed>> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SluiceClient client =
            SluiceClient.builder(args[0])
                .token(args[1])
                .resources(resources)
                .listener(storm)
                .build();
        clients.add(client);
        var unused = client.connect();
        pending.add(
            client
                .subscribe("room-" + i % 100, SubscribeOptions.DEFAULTS, storm.subscriber(i))
                .ready());
        if (pending.size() == AT_ONCE) {
          CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
          pending.clear();
        }
      }
      CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
      storm.armed = true;
      System.out.println("ready: " + count + " clients stand; restart the server");
      boolean back = storm.back.await(120, TimeUnit.SECONDS);
      storm.print(back);
      System.exit(back ? 0 : 1);
    }
  }

  /** Owner: any thread. When it broke, and when each subscription stood again. */
  private static final class Storm implements ClientListener {
    private final long[] stood;
    private final CountDownLatch back;
    private volatile boolean armed;
    private volatile long broke;

    Storm(int count) {
      stood = new long[count];
      back = new CountDownLatch(count);
    }

    @Override
    public void onState(io.sluice.client.ClientState state) {
      if (armed && broke == 0 && state == io.sluice.client.ClientState.WAITING) {
        broke = System.nanoTime();
      }
    }

    SubscriptionListener subscriber(int number) {
      return new SubscriptionListener() {
        @Override
        public void onSubscribed(Subscribed subscribed) {
          if (armed && stood[number] == 0) {
            stood[number] = System.nanoTime();
            back.countDown();
          }
        }
      };
    }

    void print(boolean complete) {
      long[] waits =
          Arrays.stream(stood).filter(at -> at != 0).map(at -> (at - broke) / 1_000_000).toArray();
      Arrays.sort(waits);
      System.out.printf(
          "%s: %d of %d back; p50 %d ms, p90 %d ms, p99 %d ms, last %d ms%n",
          complete ? "done" : "INCOMPLETE",
          waits.length,
          stood.length,
          at(waits, 0.50),
          at(waits, 0.90),
          at(waits, 0.99),
          at(waits, 1));
    }

    private static long at(long[] sorted, double part) {
      return sorted.length == 0 ? -1 : sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
  }
}
