package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.ArrayDeque;

/** Owner: its conversation. How many mistakes a peer may make in a while. */
final class ErrorBudget {
  private static final long SECOND = 1_000_000_000L;

  private final HaipLimits limits;

  /** When the newest of each kind were made: no more of them than are allowed. */
  private final ArrayDeque<Long> protocol = new ArrayDeque<>(0);

  private final ArrayDeque<Long> authentication = new ArrayDeque<>(0);
  private final ArrayDeque<Long> flow = new ArrayDeque<>(0);
  private long second;
  private int answers;

  ErrorBudget(HaipLimits limits, Moment now) {
    this.limits = limits;
    second = now.nanos();
  }

  /** One more; true if it is one too many. */
  boolean isSpentBy(HaipCode code, Moment now) {
    return switch (code.count()) {
      case PROTOCOL -> isOneTooMany(protocol, limits.errors().protocol(), now);
      case AUTHENTICATION -> isOneTooMany(authentication, limits.errors().authentication(), now);
      case FLOW -> isOneTooMany(flow, limits.errors().flow(), now);
      case NONE -> false;
    };
  }

  /** Whether as many as are allowed were made within the time that ends now. */
  private boolean isOneTooMany(ArrayDeque<Long> made, int most, Moment now) {
    long within = limits.errors().within().toNanos();
    while (!made.isEmpty() && now.nanos() - made.getFirst() >= within) {
      made.removeFirst();
    }
    if (made.size() >= most) {
      return true;
    }
    made.addLast(now.nanos());
    return false;
  }

  /** Whether one more ERROR may be said within this second. */
  boolean mayAnswer(Moment now) {
    if (now.nanos() - second >= SECOND) {
      second = now.nanos();
      answers = 0;
    }
    return answers++ < limits.order().controls();
  }
}
