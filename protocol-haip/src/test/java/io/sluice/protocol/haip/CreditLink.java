package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.CreditPeer.Kind;
import io.sluice.protocol.haip.CreditPeer.Said;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One channel between a peer and a {@link CreditHouse}, in a time of its own: frames take their
 * time both ways, the handler is fast, slow or stuck, programs pause, lines are cut.
 */
final class CreditLink {
  /** Who sends. */
  enum Sort {
    OUR_OFFICIAL,
    STRICT,
    OUR_SEED,
    NAMELESS_SEED,
    SAMPLE,
    ADAPTIVE_SAMPLE;

    boolean isOfficial() {
      return this == OUR_OFFICIAL || this == STRICT;
    }

    boolean isOurs() {
      return this == OUR_OFFICIAL || this == OUR_SEED || this == NAMELESS_SEED;
    }

    /** The largest message: beyond every window for our own, what they can ever send for others. */
    int largest() {
      return switch (this) {
        case OUR_OFFICIAL -> 600_000;
        case STRICT -> HaipLimits.Official.DEFAULTS.bytes();
        case OUR_SEED, NAMELESS_SEED -> 30_000;
        case SAMPLE, ADAPTIVE_SAMPLE -> throw new IllegalStateException("as large as it may hold");
      };
    }

    /** Programs let so many units wait; the samples send all of it at once when they overspend. */
    long mostPending() {
      return isOfficial() ? 2_000_000 : 24_000;
    }
  }

  /** A frame on its way. */
  private record Underway(long at, Said said) {}

  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long STALLED = 10_000 * MILLI;
  private static final long NEVER = Long.MAX_VALUE;

  private final Sort sort;
  private final RandomGenerator random;
  private final CreditTally tally;
  private final CreditPeer peer;
  private final CreditHouse house;
  private final Deque<Underway> up = new ArrayDeque<>();
  private final Deque<Underway> down = new ArrayDeque<>();
  private final Deque<Long> sent = new ArrayDeque<>();
  private final long latency;
  private final int largest;
  private long now;
  private long doneAt = NEVER;
  private long slowness = MILLI;
  private long produced;
  private long handled;
  private long pendingUnits;
  private long movedAt;
  private boolean paused;

  CreditLink(Sort sort, RandomGenerator random, CreditTally tally) {
    this.sort = sort;
    this.random = random;
    this.tally = tally;
    this.latency = random.nextBoolean() ? 50 * MICRO : random.nextLong(1, 120) * MILLI;
    HaipLimits limits = HaipLimits.DEFAULTS;
    SampleClient sample = null;
    this.peer =
        switch (sort) {
          case OUR_OFFICIAL -> new LedgerClient(this::sayUp, limits, true, sort.largest(), true);
          case OUR_SEED -> new LedgerClient(this::sayUp, limits, false, sort.largest(), true);
          case NAMELESS_SEED -> new LedgerClient(this::sayUp, limits, false, sort.largest(), false);
          case STRICT -> new StrictClient(this::sayUp, limits.official());
          case SAMPLE -> sample = new SampleClient(this::sayUp, random);
          case ADAPTIVE_SAMPLE -> sample = new AdaptiveSampleClient(this::sayUp, random);
        };
    this.largest = sample == null ? sort.largest() : (int) sample.max / 10 * 9;
    long announced = sample == null ? limits.seed().initial() : sample.initial;
    this.house =
        new CreditHouse(
            said -> down.add(new Underway(arrival(down), said)),
            limits,
            sort.isOfficial(),
            announced,
            tally,
            moment());
  }

  private Moment moment() {
    return new Moment(now, 0);
  }

  private void sayUp(Said said) {
    if (said.kind() == Kind.DATA) {
      sent.add(said.number());
      pendingUnits -= said.a();
      movedAt = now;
    }
    up.add(new Underway(arrival(up), said));
  }

  private long arrival(Deque<Underway> way) {
    long at = now + latency + random.nextLong(latency);
    Underway last = way.peekLast();
    return last == null ? at : Math.max(at, last.at());
  }

  /** One random step. */
  void step() {
    int dice = random.nextInt(20_000);
    advance(now + (dice < 5 ? random.nextLong(20_000 * MILLI) : random.nextLong(3 * MILLI)));
    if (dice >= 10_000) {
      produce();
    } else if (dice < 40) {
      slowness = slowness();
    } else if (dice < 44) {
      paused = !paused;
      movedAt = now;
      peer.pause(paused, moment());
    } else if (dice < 46 && sort.isOurs()) {
      cut();
    }
    check();
  }

  private long slowness() {
    return switch (random.nextInt(4)) {
      case 0 -> 200 * MICRO;
      case 1 -> 5 * MILLI;
      case 2 -> 100 * MILLI;
      default -> random.nextInt(4) == 0 ? 5_000 * MILLI : 700 * MILLI;
    };
  }

  private void produce() {
    int size = size();
    if (pendingUnits > 0 && pendingUnits + size > sort.mostPending()) {
      return;
    }
    pendingUnits += size;
    if (peer.pending() == 0) {
      movedAt = now;
    }
    peer.produce(++produced, size, moment());
  }

  private int size() {
    return switch (random.nextInt(64)) {
      case 0 -> random.nextInt(1, largest + 1);
      case 1, 2, 3 -> random.nextInt(1, Math.min(largest, 3_000));
      default -> random.nextInt(1, 200);
    };
  }

  /**
   * What is under way is lost, and comes again behind the line's return. What was not handled is:
   * nobody could say so any more.
   */
  private void cut() {
    movedAt = now;
    tally.cut();
    while (house.isBusy()) {
      handle(moment());
    }
    again(up);
    again(down);
  }

  private void again(Deque<Underway> way) {
    List<Underway> lost = List.copyOf(way);
    way.clear();
    for (Underway frame : lost) {
      way.add(new Underway(arrival(way), frame.said()));
    }
  }

  private void advance(long until) {
    for (long due = due(); due <= until; due = due()) {
      now = Math.max(due, now);
      happen();
    }
    now = until;
  }

  private long due() {
    long due = Math.min(Math.min(house.dueNanos(), peer.dueNanos()), doneAt);
    due = up.isEmpty() || house.isDeep() ? due : Math.min(due, up.peek().at());
    return down.isEmpty() ? due : Math.min(due, down.peek().at());
  }

  private void happen() {
    Moment moment = moment();
    if (!up.isEmpty() && up.peek().at() <= now && house.isDeep()) {
      tally.unread();
    }
    if (!up.isEmpty() && up.peek().at() <= now && !house.isDeep()) {
      arrive(up.remove(), moment);
    } else if (!down.isEmpty() && down.peek().at() <= now) {
      peer.hear(down.remove().said(), moment);
    } else if (doneAt <= now) {
      handle(moment);
    } else if (house.dueNanos() <= now) {
      house.tick(moment);
      Holds.that(house.dueNanos() > now, "the house wants time that does not pass: " + house);
    } else {
      peer.tick(moment);
      Holds.that(peer.dueNanos() > now, "the peer wants time that does not pass");
    }
    check();
  }

  private void arrive(Underway frame, Moment moment) {
    house.hear(frame.said(), moment);
    if (frame.said().kind() == Kind.DATA) {
      movedAt = now;
      begin();
    }
  }

  private void begin() {
    if (doneAt == NEVER && house.isBusy()) {
      doneAt = now + 1 + random.nextLong(slowness);
    }
  }

  private void handle(Moment moment) {
    long number = house.handle(moment);
    Holds.that(number == sent.remove(), "a message is out of order, or lost");
    handled++;
    Holds.that(!sort.isOurs() || number == handled, "a message is not in the program's order");
    tally.handled();
    movedAt = now;
    doneAt = NEVER;
    begin();
  }

  private void check() {
    house.check();
    peer.check();
    if (peer.pending() > 0 && !house.isBusy() && !paused) {
      tally.waited((now - movedAt) / MILLI);
      if (now - movedAt >= STALLED) {
        throw new AssertionError("nothing moves: " + sort + ", " + peer + " at " + house);
      }
    }
  }

  /** Everything that was produced arrives. */
  void finish() {
    if (paused) {
      paused = false;
      movedAt = now;
      peer.pause(false, moment());
    }
    slowness = MILLI;
    while (handled < produced) {
      advance(now + 100 * MILLI);
      check();
    }
    Holds.that(sent.isEmpty() && peer.pending() == 0, "something is left");
  }
}
