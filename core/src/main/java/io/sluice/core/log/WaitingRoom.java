package io.sluice.core.log;

import io.sluice.model.Draft;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The publications of one channel that wait for its slow readers, in the order they came. Owned by
 * its log, under the log's lock; only whether it is empty may be asked by any thread.
 */
final class WaitingRoom {
  /** One that waits. */
  record Waiting(Draft draft, int size, Broker.Writer writer, Broker.Receipt receipt) {}

  /** What of one writer waits. */
  private static final class Share {
    private int publishes;
    private long bytes;
  }

  private final int copies;
  private final LogBudget budget;
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private final Map<Broker.Writer, Share> shares = new HashMap<>(2);

  /** Written after what waits was put in, and before the readers are looked at again. */
  private volatile boolean occupied;

  /**
   * An empty one.
   *
   * @param copies in how many logs each publication will lie
   */
  WaitingRoom(LogBudget budget, int copies) {
    this.copies = copies;
    this.budget = budget;
  }

  boolean isEmpty() {
    return !occupied;
  }

  /** Whether so many bytes more of this writer may wait; one publication alone always may. */
  boolean mayTake(Broker.Writer writer, int size) {
    Share share = shares.get(writer);
    return share == null
        || (share.publishes < writer.maxPublishes() && share.bytes + size <= writer.maxBytes());
  }

  /** Puts one in, whose bytes have been taken of the budget. */
  void put(Waiting last) {
    Share share = shares.computeIfAbsent(last.writer(), writer -> new Share());
    share.publishes++;
    share.bytes += last.size();
    queue.add(last);
    if (!occupied) {
      budget.holdChannels(1);
      occupied = true;
    }
  }

  /** Who has waited longest. */
  @Nullable Waiting first() {
    return queue.peek();
  }

  /** Lets the first go, and gives back its bytes of the budget. */
  void removeFirst() {
    Waiting first = queue.remove();
    budget.reserve(-1, -copies * (long) first.size());
    Share share = shares.get(first.writer());
    if (share != null) {
      share.publishes--;
      share.bytes -= first.size();
      if (share.publishes == 0) {
        shares.remove(first.writer());
      }
    }
    if (queue.isEmpty()) {
      budget.holdChannels(-1);
      occupied = false;
    }
  }
}
