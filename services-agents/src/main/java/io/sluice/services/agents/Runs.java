package io.sluice.services.agents;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open runs of one session, whoever began them, and its open transactions, which are runs by
 * another name: at most {@code haip.talk.runs}. Any thread; guarded by its own lock. Maps are made
 * when the first comes.
 */
final class Runs {
  private final int most;
  private Map<String, Run> open = Map.of();
  private Map<String, Transaction> transactions = Map.of();

  Runs(int most) {
    this.most = most;
  }

  private boolean isFull() {
    return open.size() + transactions.size() >= most;
  }

  /** Opens one; false if as many are open as may be. One of the same id is open already. */
  synchronized boolean open(Run run) {
    if (!open.containsKey(run.id()) && isFull()) {
      return false;
    }
    open = open.isEmpty() ? new LinkedHashMap<>(4) : open;
    open.putIfAbsent(run.id(), run);
    return true;
  }

  synchronized boolean open(Transaction transaction) {
    if (isFull()) {
      return false;
    }
    transactions = transactions.isEmpty() ? new LinkedHashMap<>(4) : transactions;
    transactions.put(transaction.id(), transaction);
    return true;
  }

  synchronized void remove(Run run) {
    if (!open.isEmpty()) {
      open.remove(run.id(), run);
    }
  }

  synchronized void remove(Transaction transaction) {
    if (!transactions.isEmpty()) {
      transactions.remove(transaction.id());
    }
  }

  /** The run of this id; null if none is open. */
  synchronized @Nullable Run find(String id) {
    return open.get(id);
  }

  /** The one that was opened last; null if none is open. */
  synchronized @Nullable Run newest() {
    return open.isEmpty() ? null : List.copyOf(open.values()).getLast();
  }

  synchronized List<Run> all() {
    return List.copyOf(open.values());
  }

  synchronized List<Transaction> transactions() {
    return List.copyOf(transactions.values());
  }
}
