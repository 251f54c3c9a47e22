package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. Credit in the seed's grammar: one pool of units, granted when the peer
 * asks.
 *
 * <p>A request that finds no room is remembered, the latest only, and granted as room comes. Who
 * has asked and then sends nothing may wait for more than it asked for, for the seed's client asks
 * once and queues: so it is granted again, a grant at a time, until all of the window is its. Its
 * own word for its balance puts right what drifts apart, since that client spends what it does not
 * have and loses what exceeds its own maximum; but its word gives it nothing that a grant could
 * not.
 *
 * <p>What the peer gives back ({@link #reduce}) lowers the window to what it leaves, and silence
 * fills no more than that. It is lifted when the peer asks to have more. Who waits with all of it
 * and nothing to handle may have a message that needs more: for that it is granted more, whatever
 * it gives back meanwhile, and behind it what it left counts again.
 */
final class SeedReceiveLedger implements ReceiveLedger {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int DEEP_PARTS = 2;

  /** The seed's clients may hold so many times what they begin with. */
  private static final long HOLDS = 10;

  /** But whatever they begin with, no more than so many windows are granted and unused. */
  private static final long STRETCH = 2;

  private final HaipLimits.Seed seed;
  private final long starving;
  private final long patience;
  private final boolean empty;
  private long target;

  /** What the peer leaves of the window. */
  private long left;

  private long most;
  private long units;
  private long overdrawn;
  private long unhandled;
  private long granted;
  private long used;
  private long asked;
  private long word;
  private long cameAt;
  private long grantedAt;
  private long askedAt;
  private boolean named;
  private boolean silent;
  private boolean asking;
  private boolean stuck;
  private boolean helped;
  private boolean waited;
  private boolean nudge;

  /**
   * Of a channel.
   *
   * @param empty it begins with nothing, whatever is announced: the peer made it up
   */
  SeedReceiveLedger(
      HaipLimits.Seed seed,
      HaipLimits.Pressure pressure,
      long announced,
      boolean empty,
      Moment now) {
    this.seed = seed;
    this.empty = empty;
    this.starving = pressure.starving().toNanos();
    this.patience = Math.max(pressure.calm().toNanos(), starving);
    this.target = seed.window();
    this.left = seed.window();
    begin(announced, now);
  }

  private void begin(long announced, Moment now) {
    long begins = Math.min(Math.max(announced, 0), seed.window());
    units = empty ? 0 : begins;
    granted += units;
    most = Math.max(seed.window(), Math.min(HOLDS * begins, STRETCH * seed.window()));
    cameAt = now.nanos();
    grantedAt = now.nanos();
    askedAt = now.nanos();
  }

  @Override
  public Charge charge(long size, Moment now) {
    long cost = Math.max(size, 1);
    boolean paid = units >= Math.min(cost, seed.window());
    if (!paid && units - cost < -seed.overdraft()) {
      return Charge.VIOLATION;
    }
    target = Math.min(target, left);
    overdrawn += paid ? 0 : Math.min(cost - units, cost);
    units -= cost;
    used += cost;
    unhandled += cost;
    word -= cost;
    silent = false;
    stuck = false;
    helped = false;
    cameAt = now.nanos();
    return paid ? Charge.PAID : Charge.DEBT;
  }

  @Override
  public @Nullable Credit handled(long messages, long size, Moment now) {
    if (size > unhandled) {
      throw new IllegalStateException("handled more than came");
    }
    unhandled -= size;
    if (asked > 0) {
      return grantAsked(now);
    }
    // Who sends all that it has queued at once asks for nothing more.
    settle();
    return null;
  }

  @Override
  public void ask(long credits, long current, Moment now) {
    if (credits > 0) {
      hear(current, now);
      leave(Math.max(named ? current : units, 0) + credits);
      want(Math.min(credits, seed.grant()), now);
    }
  }

  @Override
  public @Nullable Credit answer(Moment now) {
    return asked > 0 ? grantAsked(now) : null;
  }

  /** It wants to have so much: if that is more than it left, it leaves that. */
  private void leave(long wanted) {
    long more = Math.min(wanted, seed.window());
    if (more > left) {
      target = target < left ? target : more;
      left = more;
    }
  }

  private void want(long amount, Moment now) {
    asked = amount;
    if (!asking || stuck) {
      asking = true;
      stuck = false;
      askedAt = now.nanos();
    }
  }

  private void hear(long current, Moment now) {
    named = current != UNNAMED;
    silent = named;
    word = named ? Math.min(current, most) : 0;
    believe(now);
  }

  /**
   * The peer says that it has less than was thought. That is nothing new while a grant may be on
   * its way, for the seed's client asks in bursts, each time with the same balance; and nothing
   * true once it has sent something.
   */
  private void believe(Moment now) {
    if (silent && now.nanos() - grantedAt >= patience) {
      units = Math.min(units, word);
    }
  }

  /** Grants what was asked for, or what there is if nothing is left to wait for. */
  private @Nullable Credit grantAsked(Moment now) {
    settle();
    long free = target - units - unhandled;
    if (free < asked && unhandled > 0) {
      return null;
    }
    Credit grant = grant(Math.min(asked, free), now);
    if (grant == null) {
      waited = true;
      return nudge();
    }
    return grant;
  }

  private @Nullable Credit grant(long more, Moment now) {
    if (more <= 0) {
      return null;
    }
    units += more;
    granted += more;
    asked = Math.max(asked - more, 0);
    word = Math.min(word + more, most);
    grantedAt = now.nanos();
    nudge = false;
    stuck = false;
    return new Credit(0, more);
  }

  /**
   * What there is room for goes first, without a word, to what the peer has sent beyond its credit,
   * and to what it says it has: of neither it thinks that it is owed. That a large message took
   * more than there was it knows, and is told when that is paid.
   */
  private void settle() {
    long room = seed.window() - units - unhandled;
    long claim = named ? word - units : 0;
    long paid = Math.min(Math.max(overdrawn, claim), room);
    if (paid > 0) {
      units += paid;
      granted += paid;
      overdrawn = Math.max(overdrawn - paid, 0);
    }
  }

  @Override
  public void reduce(long credits) {
    target = lowered(Math.min(target, left), credits);
    left = lowered(left, credits);
  }

  private long lowered(long window, long credits) {
    return Math.max(window - Math.max(credits, 0), Math.min(seed.least(), window));
  }

  @Override
  public @Nullable Credit resumed(Moment now) {
    want(seed.grant(), now);
    nudge = true;
    return grantAsked(now);
  }

  /**
   * The seed's client sends what it has queued when it is granted something, and only then: after a
   * pause it is granted a single unit if there is no room for more.
   */
  private @Nullable Credit nudge() {
    if (!nudge) {
      return null;
    }
    nudge = false;
    granted++;
    return new Credit(0, 1);
  }

  @Override
  public @Nullable Credit widen(Moment now) {
    target = Math.max(target, Math.min(AdaptiveWindow.wider(target), left));
    return asked > 0 ? grantAsked(now) : null;
  }

  @Override
  public void narrow() {
    target = Math.max(AdaptiveWindow.narrower(target), Math.min(seed.least(), target));
  }

  /** What comes postpones it, but not for ever: the first message that waits may be a large one. */
  @Override
  public long dueNanos() {
    if (!asking) {
      return NEVER;
    }
    long since = Math.max(grantedAt, askedAt);
    return stuck
        ? since + patience
        : Math.min(Math.max(cameAt, since) + starving, since + patience);
  }

  @Override
  public @Nullable Credit tick(Moment now) {
    if (dueNanos() > now.nanos()) {
      return null;
    }
    target = Math.max(target, left);
    settle();
    believe(now);
    waited |= unhandled == 0;
    long room = helped ? seed.window() : target;
    Credit grant = grant(Math.min(seed.grant(), room - units - unhandled), now);
    return grant == null ? withoutRoom(now) : grant;
  }

  /** It asks and sends nothing, though it was granted all there is, or though much is unhandled. */
  private @Nullable Credit withoutRoom(Moment now) {
    if (unhandled > 0) {
      askedAt = now.nanos();
      return null;
    }
    if (!stuck && units <= seed.window() && now.nanos() - grantedAt < patience) {
      stuck = true;
      return null;
    }
    stuck = false;
    if (units < seed.window()) {
      helped = true;
      return grant(Math.min(seed.grant(), seed.window() - units), now);
    }
    if (named) {
      return stretch(now);
    }
    asking = false;
    if (asked == 0) {
      return null;
    }
    // It must have less than it was granted: what it is told to have gives it no more than that.
    long more = asked;
    asked = 0;
    granted += more;
    return new Credit(0, more);
  }

  /**
   * It has all of the window, and may wait with a message that is larger: the seed's client may
   * hold ten times what it begins with.
   */
  private @Nullable Credit stretch(Moment now) {
    Credit grant = grant(Math.min(seed.grant(), most - units), now);
    asking = grant != null;
    return grant;
  }

  @Override
  public boolean waited() {
    boolean answer = waited;
    waited = false;
    return answer;
  }

  @Override
  public boolean isDeep() {
    // With nothing left to handle only its next request can help it, which must be read.
    return unhandled > 0 && units < -seed.overdraft() / DEEP_PARTS;
  }

  @Override
  public long messages() {
    return Credit.MAX;
  }

  @Override
  public long units() {
    return units;
  }

  @Override
  public long unhandled() {
    return unhandled;
  }

  @Override
  public long windowMessages() {
    return Credit.MAX;
  }

  @Override
  public long windowUnits() {
    return target;
  }

  @Override
  public long grantedTotal() {
    return granted;
  }

  @Override
  public long usedTotal() {
    return used;
  }
}
