package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. What was received and not handled: whether the peer had the credit, when
 * it is granted more or asked to wait. When the line is not read {@link Listening} knows.
 */
final class Intake {
  /** The server's reason for a pause of its own. */
  static final String BY_SERVER = "flow_control";

  /** A client's; unlike the server's, so that it knows its own again in the echo. */
  static final String BY_CLIENT = "slow_reader";

  /** A person's; only a client's. */
  static final String BY_WISH = "wish";

  private static final int CHANNEL_SHIFT = 48;
  private static final long NUMBER = (1L << CHANNEL_SHIFT) - 1;
  private static final int SMOOTHING = 8;

  /** What no credit bounds is refused at so many times the bound at which nothing is read. */
  private static final int FREE = 4;

  private final HaipRole role;
  private final HaipLimits limits;
  private final HaipSteps steps;
  private final Outbound out;
  private final Listening listening;
  private HaipKept kept;
  private @Nullable Hai peer;

  Intake(
      HaipRole role, HaipLimits limits, HaipSteps steps, Outbound out, Pulse pulse, HaipKept kept) {
    this.role = role;
    this.limits = limits;
    this.steps = steps;
    this.out = out;
    this.listening = new Listening(limits, steps, pulse, kept);
    this.kept = kept;
  }

  /** From now on this is the session, and this the peer. */
  void use(HaipKept session, Hai hai, Moment now) {
    kept = session;
    peer = hai;
    listening.use(session, now);
    watchReading(now);
  }

  /** The line is gone. */
  void cut(Moment now) {
    listening.cut(now);
  }

  /** What the peer may still send on a channel. */
  ReceiveLedger ledger(HaipChannel channel, Moment now) {
    ReceiveLedger ledger = channel.receive;
    if (ledger == null) {
      ledger = newLedger(channel.name, now);
      channel.receive = ledger;
    }
    return ledger;
  }

  private ReceiveLedger newLedger(String channel, Moment now) {
    return switch (kept.dialect) {
      case OFFICIAL -> ReceiveLedger.official(limits.official(), limits.pressure());
      case SEED -> role == HaipRole.SERVER ? seedLedger(channel, now) : ReceiveLedger.open();
      case NONE -> ReceiveLedger.open();
    };
  }

  private ReceiveLedger seedLedger(String channel, Moment now) {
    return HaipChannels.isStanding(channel)
        ? ReceiveLedger.seed(limits.seed(), limits.pressure(), announced(), now)
        : ReceiveLedger.seedFromNothing(limits.seed(), limits.pressure(), announced(), now);
  }

  private long announced() {
    Hai.Seed seed = peer == null ? null : peer.seed();
    return seed == null || seed.initial() < 0 ? limits.seed().initial() : seed.initial();
  }

  /** Whether the window follows how things go; a peer may want it as it is. */
  private boolean adapts() {
    return peer == null || peer.seed() == null || peer.seed().adaptive();
  }

  /** What stands in the way of a message; null if nothing does, and it is charged. */
  @Nullable HaipFault charge(HaipChannel channel, long size, Moment now) {
    if (kept.dialect == HaipDialect.NONE) {
      return refuseFree();
    }
    ReceiveLedger ledger = ledger(channel, now);
    ReceiveLedger.Charge charge = ledger.charge(size, now);
    if (charge == ReceiveLedger.Charge.DEBT) {
      steps.owed(channel.name, size);
    }
    if (charge != ReceiveLedger.Charge.VIOLATION) {
      return null;
    }
    String detail = "{\"size\":" + size + ",\"credit\":" + ledger.units() + "}";
    return new HaipFault(
        HaipCode.FLOW_CONTROL_VIOLATION, "There is no credit for it.", null, detail);
  }

  /** Whether what no credit bounds must not come now. */
  @Nullable HaipFault refuseFree() {
    return listening.isFull(FREE)
        ? new HaipFault(HaipCode.BUSY, "Too much was received and is not handled yet.")
        : null;
  }

  /**
   * A message was admitted.
   *
   * @param size what was charged; 0 if it is exempt
   * @return its ticket
   */
  long received(HaipChannel channel, int size, byte[] canonical, Moment now) {
    if (channel.unhandled == null) {
      channel.unhandled = new Unhandled();
    }
    long number = channel.unhandled.add(size, canonical, now.nanos());
    listening.received(canonical.length);
    channel.received++;
    if (channel.pressure == null) {
      channel.pressure = new Pressure(limits.pressure());
    }
    if (channel.window == null && size > 0 && adapts()) {
      channel.window = new AdaptiveWindow(limits.pressure());
    }
    if (channel.window != null) {
      channel.window.received(now);
    }
    follow(channel, channel.pressure.received(canonical.length, now), now);
    watchReading(now);
    return (long) channel.index << CHANNEL_SHIFT | number;
  }

  /** The channel of a ticket that is open; null if there is none such. */
  @Nullable HaipChannel channel(long ticket) {
    int index = (int) (ticket >>> CHANNEL_SHIFT);
    if (index >= kept.channels().size()) {
      return null;
    }
    HaipChannel channel = kept.channels().get(index);
    return channel.unhandled != null && channel.unhandled.has(ticket & NUMBER) ? channel : null;
  }

  /** What a message said that is not published; null if it is. */
  byte @Nullable [] text(HaipChannel channel, long ticket) {
    return channel.unhandled == null ? null : channel.unhandled.text(ticket & NUMBER);
  }

  /** It stands in the log, there. */
  void published(HaipChannel channel, long ticket, long offset, Moment now) {
    if (channel.unhandled != null) {
      channel.unhandled.published(ticket & NUMBER, offset);
      if (offset <= channel.handledOffset) {
        handled(channel, ticket, now);
      }
    }
  }

  /** All that stands in the log as far as there is handled. */
  void handledThrough(HaipChannel channel, long offset, Moment now) {
    channel.handledOffset = Math.max(channel.handledOffset, offset);
    Unhandled all = channel.unhandled;
    while (all != null && all.count() > 0) {
      long first = all.first();
      if (all.offset(first) < 0 || all.offset(first) > offset) {
        return;
      }
      handled(channel, first, now);
    }
  }

  /**
   * All that came over a line that is gone counts as handled: it was handed on, and what became of
   * it was told to that line. Else its credit would never come back.
   */
  void handledBefore(Moment now) {
    for (HaipChannel channel : kept.channels()) {
      Unhandled all = channel.unhandled;
      while (all != null && all.count() > 0) {
        settle(channel, all.first(), now);
      }
    }
  }

  /** A message is handled. */
  void handled(HaipChannel channel, long ticket, Moment now) {
    long latency = settle(channel, ticket, now);
    if (latency >= 0) {
      steps.settled(latency);
    }
  }

  /** Gives how long it took; below 0 if there is nothing to settle. */
  private long settle(HaipChannel channel, long ticket, Moment now) {
    Unhandled all = channel.unhandled;
    Pressure pressure = channel.pressure;
    if (all == null || pressure == null) {
      return -1;
    }
    long number = ticket & NUMBER;
    int size = all.size(number);
    int length = all.bytes(number);
    long latency = now.nanos() - all.came(number);
    all.done(number);
    listening.handled(length);
    channel.latencyNanos += (latency - channel.latencyNanos) / SMOOTHING;
    if (size > 0) {
      grant(channel, ledger(channel, now).handled(1, size, now), now);
    }
    follow(channel, pressure.handled(length, latency, now), now);
    if (channel.window != null) {
      channel.window.handled(latency, now);
    }
    watchReading(now);
    return latency;
  }

  /** Tells the peer of what it is granted. */
  void grant(HaipChannel channel, @Nullable Credit credit, Moment now) {
    if (credit == null || kept.dialect == HaipDialect.NONE) {
      return;
    }
    String payload = "{\"channel\":\"" + channel.name + "\"";
    if (kept.dialect == HaipDialect.SEED) {
      payload += ",\"action\":\"grant_credits\",\"credits\":" + credit.bytes() + "}";
    } else {
      payload += credit.messages() > 0 ? ",\"add_messages\":" + credit.messages() : "";
      payload += (credit.bytes() > 0 ? ",\"add_bytes\":" + credit.bytes() : "") + "}";
    }
    out.say(HaipEvent.FLOW_UPDATE, payload, now);
  }

  private void follow(HaipChannel channel, Pressure.Signal signal, Moment now) {
    if (channel.name.equals(HaipChannels.SYSTEM)) {
      return;
    }
    switch (signal) {
      case NONE -> {
        // As it was.
      }
      case ASK_TO_WAIT -> askToWait(channel, now);
      case RELEASE -> release(channel, now);
    }
  }

  private void askToWait(HaipChannel channel, Moment now) {
    channel.pressureEvents++;
    steps.pressed(channel.name);
    if (channel.window != null) {
      channel.window.pressed(now);
    }
    Pressure pressure = channel.pressure;
    if (kept.dialect == HaipDialect.SEED && role == HaipRole.SERVER && pressure != null) {
      channel.asked++;
      listening.mayObey(channel, now);
      long hundredths = Math.min(100, Math.round(pressure.level(now) * 100));
      out.say(
          HaipEvent.FLOW_UPDATE,
          "{\"channel\":\""
              + channel.name
              + "\",\"action\":\"back_pressure\",\"pressure_level\":"
              + hundredths / 100
              + "."
              + hundredths % 100 / 10
              + hundredths % 10
              + ",\"queue_size\":"
              + pressure.queued()
              + "}",
          now);
    } else {
      toggle(HaipEvent.PAUSE_CHANNEL, channel, ownReason(), now);
    }
  }

  private void release(HaipChannel channel, Moment now) {
    if (!channel.pausedByWish) {
      toggle(HaipEvent.RESUME_CHANNEL, channel, ownReason(), now);
    }
    flows(channel, now);
  }

  /** The channel flows again after a pause: the peer may need credit to notice. */
  void flows(HaipChannel channel, Moment now) {
    // Also where nothing has come yet: what waited for the pause to end may be too large.
    if (!isWaiting(channel)) {
      grant(channel, ledger(channel, now).resumed(now), now);
    }
  }

  /** Whether the peer has been asked to wait. */
  boolean isWaiting(HaipChannel channel) {
    return channel.pressure != null
        && channel.pressure.isWaiting()
        && !channel.name.equals(HaipChannels.SYSTEM);
  }

  String ownReason() {
    return role == HaipRole.SERVER ? BY_SERVER : BY_CLIENT;
  }

  void toggle(HaipEvent type, HaipChannel channel, String reason, Moment now) {
    out.say(type, "{\"channel\":\"" + channel.name + "\",\"reason\":\"" + reason + "\"}", now);
  }

  /** Stops reading, or goes on. */
  void watchReading(Moment now) {
    listening.watch(now);
  }

  /** Whether a PAUSE that comes now may be the answer to our own pressure. */
  boolean isObeyed(HaipChannel channel, Moment now) {
    return listening.isObeyed(channel, now);
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    long due = Long.MAX_VALUE;
    for (HaipChannel channel : kept.channels()) {
      due = channel.receive == null ? due : Math.min(due, channel.receive.dueNanos());
      due = channel.pressure == null ? due : Math.min(due, channel.pressure.dueNanos());
      due = channel.window == null ? due : Math.min(due, channel.window.dueNanos());
    }
    return due;
  }

  /** Time has passed. */
  void tick(Moment now) {
    for (HaipChannel channel : kept.channels()) {
      if (channel.receive != null) {
        grant(channel, channel.receive.tick(now), now);
      }
      if (channel.pressure != null) {
        follow(channel, channel.pressure.tick(now), now);
      }
      adapt(channel, now);
    }
    watchReading(now);
  }

  private void adapt(HaipChannel channel, Moment now) {
    AdaptiveWindow window = channel.window;
    ReceiveLedger ledger = channel.receive;
    if (window == null || ledger == null || window.dueNanos() > now.nanos()) {
      return;
    }
    int queued = channel.pressure == null ? 0 : channel.pressure.queued();
    switch (window.tick(queued, ledger.waited(), now)) {
      case WIDEN -> grant(channel, ledger.widen(now), now);
      case NARROW -> ledger.narrow();
      case KEEP -> {
        // As it is.
      }
    }
  }
}
