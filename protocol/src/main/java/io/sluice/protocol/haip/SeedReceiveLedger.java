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
 */
final class SeedReceiveLedger implements ReceiveLedger {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int DEEP_PARTS = 2;

  private final HaipLimits.Seed seed;
  private final long starving;
  private final long patience;
  private long target;
  private long units;
  private long unhandled;
  private long granted;
  private long used;
  private long asked;
  private long claimed = UNNAMED;
  private long cameAt;
  private long grantedAt;
  private boolean asking;
  private boolean waited;

  SeedReceiveLedger(
      HaipLimits.Seed seed, HaipLimits.Pressure pressure, long announced, Moment now) {
    this.seed = seed;
    this.starving = pressure.starving().toNanos();
    this.patience = Math.max(pressure.calm().toNanos(), starving);
    this.target = seed.window();
    this.units = Math.min(Math.max(announced, 0), seed.window());
    this.granted = units;
    this.cameAt = now.nanos();
    this.grantedAt = now.nanos();
  }

  @Override
  public Charge charge(long size, Moment now) {
    long cost = Math.max(size, 1);
    boolean paid = units >= Math.min(cost, seed.window());
    if (!paid && units - cost < -seed.overdraft()) {
      return Charge.VIOLATION;
    }
    units -= cost;
    used += cost;
    unhandled += cost;
    claimed = claimed == UNNAMED ? UNNAMED : Math.max(claimed - cost, 0);
    cameAt = now.nanos();
    return paid ? Charge.PAID : Charge.DEBT;
  }

  @Override
  public @Nullable Credit handled(long messages, long size, Moment now) {
    if (size > unhandled) {
      throw new IllegalStateException("handled more than came");
    }
    unhandled -= size;
    return asked > 0 ? grantAsked(now) : null;
  }

  @Override
  public @Nullable Credit request(long credits, long current, Moment now) {
    if (credits <= 0) {
      return null;
    }
    hear(current, now);
    if (!asking) {
      asking = true;
      grantedAt = now.nanos();
    }
    asked = Math.min(credits, seed.grant());
    return grantAsked(now);
  }

  /**
   * The peer names its balance. That it is lower than was thought says nothing while a grant may be
   * on its way: the seed's client asks in bursts, each time with the same balance.
   */
  private void hear(long current, Moment now) {
    boolean settled = now.nanos() - grantedAt >= starving;
    if (current >= 0 && (settled || claimed == UNNAMED || current > claimed)) {
      claimed = Math.min(current, seed.window());
    }
  }

  /** Grants what was asked for, or what there is if nothing is left to wait for. */
  private @Nullable Credit grantAsked(Moment now) {
    raise();
    long free = target - units - unhandled;
    if (free < asked && unhandled > 0) {
      return null;
    }
    Credit grant = grant(Math.min(asked, free), now);
    waited |= grant == null;
    return grant;
  }

  private @Nullable Credit grant(long more, Moment now) {
    if (more <= 0) {
      return null;
    }
    units += more;
    granted += more;
    asked = Math.max(asked - more, 0);
    claimed = claimed == UNNAMED ? UNNAMED : Math.min(claimed + more, seed.window());
    grantedAt = now.nanos();
    return new Credit(0, more);
  }

  /**
   * The peer has more than it was granted: that much is granted without a word, if there is room.
   */
  private void raise() {
    long may = Math.min(claimed, seed.window() - unhandled);
    if (claimed != UNNAMED && may > units) {
      granted += may - units;
      units = may;
    }
  }

  @Override
  public void reduce(long credits) {
    if (target > seed.least()) {
      target = credits >= target - seed.least() ? seed.least() : target - Math.max(credits, 0);
    }
  }

  @Override
  public @Nullable Credit resumed(Moment now) {
    if (!asking) {
      asking = true;
      grantedAt = now.nanos();
    }
    Credit grant = grant(Math.min(seed.grant(), seed.window() - units - unhandled), now);
    if (grant != null) {
      return grant;
    }
    // The seed's client sends what it has queued when it is granted something, and only then.
    granted++;
    return new Credit(0, 1);
  }

  @Override
  public @Nullable Credit widen(Moment now) {
    target = Math.min(AdaptiveWindow.wider(target), seed.window());
    return asked > 0 ? grantAsked(now) : null;
  }

  @Override
  public void narrow() {
    target = Math.max(AdaptiveWindow.narrower(target), Math.min(seed.least(), target));
  }

  /** What comes postpones it, but not for ever: the first message that waits may be a large one. */
  @Override
  public long dueNanos() {
    return asking ? Math.min(Math.max(cameAt, grantedAt) + starving, grantedAt + patience) : NEVER;
  }

  @Override
  public @Nullable Credit tick(Moment now) {
    if (dueNanos() > now.nanos()) {
      return null;
    }
    target = seed.window();
    raise();
    if (claimed != UNNAMED && now.nanos() - cameAt >= starving) {
      // All that was granted has arrived by now, and it says that it had less.
      units = Math.min(units, claimed);
    }
    waited |= unhandled == 0;
    Credit grant = grant(Math.min(seed.grant(), target - units - unhandled), now);
    if (grant == null) {
      asking = unhandled > 0;
      grantedAt = now.nanos();
    }
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
