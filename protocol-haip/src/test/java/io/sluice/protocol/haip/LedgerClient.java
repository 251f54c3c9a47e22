package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.Deque;

/** Our own sender: a {@link SendLedger} with a queue before it, in either grammar. */
final class LedgerClient implements CreditPeer {
  /** A message that waits. */
  private record Waiting(long number, int size) {}

  private final Wire wire;
  private final HaipLimits limits;
  private final boolean official;
  private final int largest;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final boolean naming;
  private SendLedger ledger;
  private long sentMessages;
  private long sentUnits;
  private long gotMessages;
  private long gotUnits;

  LedgerClient(Wire wire, HaipLimits limits, boolean official, int largest, boolean naming) {
    this.naming = naming;
    this.wire = wire;
    this.limits = limits;
    this.official = official;
    this.largest = largest;
    this.ledger = begin();
  }

  private SendLedger begin() {
    sentMessages = 0;
    sentUnits = 0;
    gotMessages = limits.official().messages();
    gotUnits = official ? limits.official().bytes() : limits.seed().initial();
    return official
        ? SendLedger.official(limits.official().messages(), limits.official().bytes())
        : SendLedger.seed(limits.seed(), limits.pressure(), HaipSetup.CREDIT_THRESHOLD);
  }

  @Override
  public void produce(long number, int size, Moment now) {
    queue.add(new Waiting(number, size));
    flow(now);
  }

  private void flow(Moment now) {
    while (!queue.isEmpty() && ledger.maySend(queue.peek().size())) {
      Waiting next = queue.remove();
      ledger.spend(next.size());
      sentMessages++;
      sentUnits += next.size();
      wire.say(new Said(Kind.DATA, next.number(), next.size(), 0));
    }
    long amount = ledger.ask(head(), now);
    if (amount > 0) {
      long named = naming ? ledger.units() : ReceiveLedger.UNNAMED;
      wire.say(new Said(Kind.REQUEST, 0, amount, named));
    }
  }

  private long head() {
    return queue.isEmpty() ? 0 : queue.peek().size();
  }

  @Override
  public void hear(Said said, Moment now) {
    switch (said.kind()) {
      case GRANT -> {
        gotMessages += said.a();
        gotUnits += said.b();
        ledger.grant(said.a(), said.b());
      }
      case PAUSE -> ledger.pauseThere();
      case RESUME -> ledger.resumeThere();
      case BACK_PRESSURE -> {
        // A hint; the pause comes with it, and credit holds anyway.
      }
      case DATA, REQUEST, REDUCE -> throw new AssertionError(said);
    }
    flow(now);
  }

  @Override
  public void pause(boolean wanted, Moment now) {
    if (wanted) {
      ledger.pauseHere();
    } else {
      ledger.resumeHere();
    }
    wire.say(Said.of(wanted ? Kind.PAUSE : Kind.RESUME));
    flow(now);
  }

  @Override
  public void tick(Moment now) {
    flow(now);
  }

  @Override
  public long dueNanos() {
    return ledger.dueNanos(head());
  }

  @Override
  public int pending() {
    return queue.size();
  }

  @Override
  public void check() {
    long excess = Math.max(largest - ledger.window(), 0);
    long most = official ? limits.official().mostBytes() : limits.seed().window();
    Holds.atLeast(ledger.units(), -excess, "units");
    Holds.atMost(ledger.units(), most, "units");
    Holds.atMost(sentUnits, gotUnits + excess, "units sent");
    if (official) {
      Holds.atLeast(ledger.messages(), 0, "messages");
      Holds.atMost(ledger.messages(), limits.official().mostMessages(), "messages");
      Holds.atMost(sentMessages, gotMessages, "messages sent");
    }
  }

  @Override
  public String toString() {
    return "balance %d and %d, %d wait, first %s, paused here %s, there %s"
        .formatted(
            ledger.messages(),
            ledger.units(),
            queue.size(),
            queue.peek(),
            ledger.isPausedHere(),
            ledger.isPausedThere());
  }
}
