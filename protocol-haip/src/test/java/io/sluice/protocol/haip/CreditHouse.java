package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.CreditPeer.Kind;
import io.sluice.protocol.haip.CreditPeer.Said;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one channel: a {@link ReceiveLedger}, {@link Pressure} and an {@link
 * AdaptiveWindow}, joined as rulings 6 to 16 want it, before a handler that takes its time.
 */
final class CreditHouse {
  /** A message that is not handled. */
  private record Held(long number, long size, long at) {}

  private final CreditPeer.Wire wire;
  private final HaipLimits limits;
  private final boolean official;
  private final ReceiveLedger ledger;

  /** What a peer of the seed's may have at most, which has waited with all of the window. */
  private final long most;

  private final Pressure pressure;
  private final AdaptiveWindow window;
  private final Deque<Held> held = new ArrayDeque<>();
  private final CreditTally tally;
  private long heldUnits;
  private long toldUnits;
  private long toldMessages;
  private long acceptedUnits;
  private long acceptedMessages;
  private long excess;
  private boolean askedToWait;
  private boolean ownWish;
  private int obedienceDue;
  private boolean obeys;

  CreditHouse(
      CreditPeer.Wire wire,
      HaipLimits limits,
      boolean official,
      long announced,
      CreditTally tally,
      Moment now) {
    this.wire = wire;
    this.limits = limits;
    this.official = official;
    this.tally = tally;
    this.ledger =
        official
            ? ReceiveLedger.official(limits.official(), limits.pressure())
            : ReceiveLedger.seed(limits.seed(), limits.pressure(), announced, now);
    long window = limits.seed().window();
    this.most = Math.max(window, Math.min(10 * announced, 2 * window));
    this.pressure = new Pressure(limits.pressure());
    this.window = new AdaptiveWindow(limits.pressure());
    this.toldUnits = official ? limits.official().bytes() : announced;
    this.toldMessages = limits.official().messages();
  }

  /** Whether something waits to be handled. */
  boolean isBusy() {
    return !held.isEmpty();
  }

  /** Whether the line is not read: the peer owes so much that it is better handled first. */
  boolean isDeep() {
    return ledger.isDeep();
  }

  void hear(Said said, Moment now) {
    switch (said.kind()) {
      case DATA -> take(said, now);
      case REQUEST -> grant(ledger.request(said.a(), said.b(), now));
      case REDUCE -> ledger.reduce(said.a());
      case PAUSE -> paused(now);
      case RESUME -> resumed(now);
      case GRANT, BACK_PRESSURE -> throw new AssertionError(said);
    }
  }

  private void take(Said said, Moment now) {
    ReceiveLedger.Charge charge = ledger.charge(said.a(), now);
    tally.charged(charge);
    Holds.that(charge != ReceiveLedger.Charge.VIOLATION, "a message is refused: " + this);
    Holds.that(!official || charge == ReceiveLedger.Charge.PAID, "debt in the official grammar");
    acceptedUnits += said.a();
    acceptedMessages++;
    long whole = official ? limits.official().bytes() : limits.seed().window();
    excess = Math.max(excess, said.a() - whole);
    hold(new Held(said.number(), said.a(), now.nanos()), now);
  }

  private void hold(Held message, Moment now) {
    held.add(message);
    heldUnits += message.size();
    window.received(now);
    signal(pressure.received(message.size(), now), now);
  }

  /** The handler is done with the first. */
  long handle(Moment now) {
    Held done = held.remove();
    heldUnits -= done.size();
    long took = now.nanos() - done.at();
    window.handled(took, now);
    signal(pressure.handled(done.size(), took, now), now);
    grant(ledger.handled(1, done.size(), now));
    return done.number();
  }

  private void signal(Pressure.Signal signal, Moment now) {
    switch (signal) {
      case ASK_TO_WAIT -> {
        tally.asked();
        window.pressed(now);
        askedToWait = true;
        obedienceDue++;
        long level = Math.min(Math.round(pressure.level(now) * 1_000), 1_000);
        wire.say(official ? Said.of(Kind.PAUSE) : new Said(Kind.BACK_PRESSURE, 0, level, 0));
      }
      case RELEASE -> {
        tally.released();
        askedToWait = false;
        release(now);
      }
      case NONE -> {
        // Nothing is to be said.
      }
    }
  }

  /** The first PAUSE behind our own back pressure is obedience; another is the peer's own wish. */
  private void paused(Moment now) {
    wire.say(Said.of(Kind.PAUSE));
    if (official) {
      return;
    }
    if (obedienceDue == 0) {
      ownWish = true;
      return;
    }
    obedienceDue--;
    obeys = true;
    if (!askedToWait) {
      release(now);
    }
  }

  private void release(Moment now) {
    if (official || obeys && !ownWish) {
      obeys = false;
      wire.say(Said.of(Kind.RESUME));
      grant(ledger.resumed(now));
    }
  }

  private void resumed(Moment now) {
    ownWish = false;
    wire.say(Said.of(Kind.RESUME));
    if (askedToWait) {
      wire.say(Said.of(Kind.PAUSE));
      obeys = true;
    } else {
      obeys = false;
      grant(ledger.resumed(now));
    }
  }

  private void grant(@Nullable Credit credit) {
    if (credit != null) {
      toldUnits += credit.bytes();
      toldMessages += credit.messages();
      tally.granted();
      if (!official) {
        Holds.atMost(credit.bytes(), limits.seed().grant(), "a grant");
      }
      wire.say(new Said(Kind.GRANT, 0, credit.messages(), credit.bytes()));
    }
  }

  void tick(Moment now) {
    grant(ledger.tick(now));
    signal(pressure.tick(now), now);
    if (window.dueNanos() <= now.nanos()) {
      switch (window.tick(held.size(), ledger.waited(), now)) {
        case WIDEN -> {
          tally.widened();
          grant(ledger.widen(now));
        }
        case NARROW -> {
          tally.narrowed();
          ledger.narrow();
        }
        case KEEP -> {
          // The window stays.
        }
      }
    }
  }

  long dueNanos() {
    return Math.min(Math.min(ledger.dueNanos(), pressure.dueNanos()), window.dueNanos());
  }

  /** What must always hold, by this end's own count. */
  void check() {
    Holds.that(ledger.unhandled() == heldUnits, "unhandled");
    if (official) {
      Holds.atMost(acceptedUnits, toldUnits + excess, "bytes sent");
      Holds.atMost(acceptedMessages, toldMessages, "messages sent");
      Holds.atMost(ledger.units(), limits.official().mostBytes(), "bytes granted");
      Holds.atLeast(ledger.units(), -excess, "bytes granted");
      Holds.atMost(ledger.messages(), limits.official().mostMessages(), "messages granted");
      Holds.atLeast(ledger.messages(), 0, "messages granted");
      return;
    }
    long debt = Math.max(limits.seed().overdraft(), excess);
    Holds.atMost(ledger.usedTotal(), ledger.grantedTotal() + debt, "units sent");
    Holds.atLeast(ledger.units(), -debt, "units granted");
    Holds.atMost(ledger.units(), most, "units granted");
    Holds.atMost(ledger.units() + heldUnits, most, "granted and unhandled");
  }

  @Override
  public String toString() {
    return "granted %d and %d, window %d, due %s, asked to wait %s, obeys %s, wishes %s"
        .formatted(
            ledger.messages(),
            ledger.units(),
            ledger.windowUnits(),
            ledger.dueNanos() + "/" + pressure.dueNanos() + "/" + window.dueNanos(),
            askedToWait,
            obeys,
            ownWish);
  }
}
