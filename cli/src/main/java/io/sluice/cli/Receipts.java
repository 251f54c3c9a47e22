package io.sluice.cli;

import io.sluice.client.Receipt;
import io.sluice.model.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Owner: the publishing thread; a thread of its own prints. Receipts in the order of publishing. At
 * most {@link #MAX_WAITING} publications and {@link #MAX_KIB} KiB of them are under way.
 */
final class Receipts implements AutoCloseable {
  private static final int MAX_WAITING = 256;
  private static final int MAX_KIB = 8 << 10;

  private record Waiting(String place, int kib, CompletableFuture<Receipt> receipt) {
    /** Says that nothing more will come. */
    boolean isEnd() {
      return kib == 0;
    }
  }

  private final Surroundings surroundings;
  private final boolean json;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final Semaphore room = new Semaphore(MAX_KIB);
  private final Thread printer;
  private volatile boolean good = true;

  Receipts(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
    this.printer = Thread.ofVirtual().name("sluice-receipts").start(this::print);
  }

  /** Whether nothing has failed, and somebody still reads. */
  boolean isGood() {
    return good;
  }

  /** Publishes, as soon as there is room. */
  void add(String place, int length, Supplier<CompletableFuture<Receipt>> publish) {
    int kib = Math.min(length / 1_024 + 1, MAX_KIB);
    room.acquireUninterruptibly(kib);
    try {
      waiting.put(new Waiting(place, kib, publish.get()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Something could not be published. */
  void refuse(String why) {
    good = false;
    surroundings.err().println("sluice: " + why);
  }

  /** Waits for the rest; false if anything failed. */
  boolean finish() {
    try {
      waiting.put(new Waiting("", 0, new CompletableFuture<>()));
      printer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return good;
  }

  private void print() {
    try {
      for (Waiting next = waiting.take(); !next.isEnd(); next = waiting.take()) {
        settle(next);
        room.release(next.kib());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle(Waiting next) {
    try {
      Receipt receipt = next.receipt().join();
      surroundings.out().println(json ? line(receipt) : Long.toString(receipt.offset()));
      if (surroundings.out().checkError()) {
        good = false;
      }
    } catch (CompletionException e) {
      refuse(next.place() + Link.why(e));
    }
  }

  private static String line(Receipt receipt) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("channel", receipt.channel());
    Position position = receipt.position();
    if (position != null) {
      fields.put("epoch", position.epoch());
      fields.put("offset", position.offset());
    }
    return Lines.of(fields);
  }

  @Override
  public void close() {
    printer.interrupt();
  }
}
