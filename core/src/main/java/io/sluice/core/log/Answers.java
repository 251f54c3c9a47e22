package io.sluice.core.log;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What the writers of one channel are still to be told, in order. Owned by its log, under the log's
 * lock; told by one thread at a time without it, so that nobody is called under the lock and nobody
 * hears of his second publication before his first.
 */
final class Answers {
  private final Log log;
  private final Queue<Runnable> queue = new ArrayDeque<>();

  /** Whether a thread is telling. */
  private boolean telling;

  Answers(Log log) {
    this.log = log;
  }

  /** Whether nobody is owed an answer: then the next one need not wait its turn. Under the lock. */
  boolean areTold() {
    return !telling && queue.isEmpty();
  }

  /** Puts one at the end. Under the lock. */
  void add(Runnable answer) {
    queue.add(answer);
  }

  /** Tells them, unless another thread does already. Never under the lock. */
  void tell() {
    synchronized (log) {
      if (telling) {
        return;
      }
      telling = true;
    }
    RuntimeException bug = null;
    for (Runnable answer = next(); answer != null; answer = next()) {
      try {
        answer.run();
      } catch (RuntimeException thrown) {
        bug = thrown;
      }
    }
    if (bug != null) {
      throw bug;
    }
  }

  private @Nullable Runnable next() {
    synchronized (log) {
      Runnable answer = queue.poll();
      telling = answer != null;
      return answer;
    }
  }
}
