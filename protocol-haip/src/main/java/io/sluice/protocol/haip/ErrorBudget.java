package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;

/** Owner: its conversation. How many mistakes a peer may make in a while. */
final class ErrorBudget {
  private static final long SECOND = 1_000_000_000L;

  private final HaipLimits limits;
  private long since;
  private int protocol;
  private int authentication;
  private int flow;
  private long second;
  private int answers;

  ErrorBudget(HaipLimits limits, Moment now) {
    this.limits = limits;
    since = now.nanos();
    second = now.nanos();
  }

  /** One more; true if it is one too many. */
  boolean isSpentBy(HaipCode code, Moment now) {
    if (now.nanos() - since >= limits.errors().within().toNanos()) {
      protocol = 0;
      authentication = 0;
      flow = 0;
    }
    if (protocol + authentication + flow == 0) {
      since = now.nanos();
    }
    return switch (code.count()) {
      case PROTOCOL -> ++protocol > limits.errors().protocol();
      case AUTHENTICATION -> ++authentication > limits.errors().authentication();
      case FLOW -> ++flow > limits.errors().flow();
      case NONE -> false;
    };
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
