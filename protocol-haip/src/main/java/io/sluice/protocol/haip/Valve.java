package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. What the peer says about the flow of channels: FLOW_UPDATE, PAUSE and
 * RESUME. Of a flood only so many a second are looked at; what those beyond say is put together,
 * channel by channel, and looked at then.
 */
final class Valve {
  private static final long SECOND = 1_000_000_000L;

  /** A longer PAUSE or RESUME is not echoed word for word. */
  private static final int MAX_ECHO = 1_024;

  private final HaipRole role;
  private final HaipLimits limits;
  private final HaipSteps steps;
  private final Outbound out;
  private final Intake intake;

  /** A client's; a server has none. */
  private final @Nullable Queues queues;

  private HaipKept kept;
  private long second;
  private int looked;
  private boolean deferred;

  Valve(
      HaipRole role,
      HaipLimits limits,
      HaipSteps steps,
      Outbound out,
      Intake intake,
      @Nullable Queues queues,
      HaipKept kept,
      Moment now) {
    this.role = role;
    this.second = now.nanos();
    this.limits = limits;
    this.steps = steps;
    this.out = out;
    this.intake = intake;
    this.queues = queues;
    this.kept = kept;
  }

  /** From now on this is the session. */
  void use(HaipKept session) {
    kept = session;
  }

  /** Whether one more control is looked at within this second. */
  boolean isFlood(Moment now) {
    if (now.nanos() - second >= SECOND) {
      second = now.nanos();
      looked = 0;
    }
    return looked++ >= limits.order().controls();
  }

  /** A FLOW_UPDATE; gives what is wrong with it. */
  @Nullable HaipFault flowUpdate(byte[] bytes, int payload, boolean flood, Moment now) {
    FlowUpdate update = new FlowUpdate(bytes, payload);
    if (update.fault() != null) {
      return update.fault();
    }
    HaipChannel channel =
        kept.channel(bytes, update.nameFrom(), update.nameTo(), limits.namedChannels());
    if (channel == null) {
      return tooManyChannels();
    }
    if (kept.dialect == HaipDialect.NONE) {
      return null;
    }
    if (flood) {
      defer(update, channel, now);
      return null;
    }
    return apply(update, channel, now);
  }

  private HaipFault tooManyChannels() {
    return tooManyChannels(limits);
  }

  static HaipFault tooManyChannels(HaipLimits limits) {
    return new HaipFault(
        HaipCode.PROTOCOL_VIOLATION,
        "The session has all the channels it may have.",
        null,
        "{\"reason\":\"CHANNEL_LIMIT\",\"limit\":" + limits.namedChannels() + "}");
  }

  private @Nullable HaipFault apply(FlowUpdate update, HaipChannel channel, Moment now) {
    switch (update.action()) {
      case REQUEST ->
          intake.grant(
              channel,
              intake.ledger(channel, now).request(update.credits(), update.current(), now),
              now);
      case GRANT -> {
        if (kept.dialect == HaipDialect.OFFICIAL) {
          return wrong("grant_credits belongs to the other grammar; use add_messages, add_bytes.");
        }
        granted(channel, Long.MAX_VALUE, update.credits(), now);
      }
      case REDUCE -> reduced(channel, update.credits(), now);
      case PRESSURE -> pressed(channel, now);
      case ADD -> granted(channel, update.addMessages(), update.addBytes(), now);
      case STRANGE -> {
        // Refused before.
      }
    }
    return null;
  }

  private void granted(HaipChannel channel, long messages, long units, Moment now) {
    if (messages <= 0 && units <= 0) {
      return;
    }
    if (queues != null) {
      queues.granted(channel, Math.min(messages, Credit.MAX), units, now);
    } else {
      channel.metered = true;
      steps.grant(
          channel.name, kept.dialect == HaipDialect.SEED ? Long.MAX_VALUE : messages, units);
    }
  }

  private void reduced(HaipChannel channel, long credits, Moment now) {
    if (queues != null) {
      queues.reduced(channel, credits);
    } else if (credits > 0) {
      intake.ledger(channel, now).reduce(credits);
    }
  }

  /** The peer cannot follow, and may have no way to say when it can: so for a while only. */
  private void pressed(HaipChannel channel, Moment now) {
    channel.pressureEvents++;
    if (channel.waitsUntil == HaipChannel.NEVER && !channel.pausedByPeer) {
      hold(channel, now);
    }
    channel.waitsUntil = now.nanos() + limits.pressure().calm().toNanos();
  }

  private void hold(HaipChannel channel, Moment now) {
    if (queues != null) {
      queues.toggled(channel, true, now);
    }
    steps.pause(channel.name);
  }

  private void release(HaipChannel channel, Moment now) {
    channel.waitsUntil = HaipChannel.NEVER;
    steps.resume(channel.name);
    if (queues != null) {
      queues.toggled(channel, false, now);
    }
  }

  private void defer(FlowUpdate update, HaipChannel channel, Moment now) {
    HaipChannel.Deferred all = deferred(channel);
    switch (update.action()) {
      case REQUEST -> {
        intake.ledger(channel, now).ask(update.credits(), update.current(), now);
        all.asks = true;
      }
      case GRANT -> all.units = Math.min(all.units + update.credits(), Credit.MAX);
      case REDUCE -> all.reduced = Math.min(all.reduced + update.credits(), Credit.MAX);
      case PRESSURE -> all.pressed = true;
      case STRANGE -> {
        // Refused before.
      }
      case ADD -> {
        all.messages = Math.min(all.messages + Math.max(update.addMessages(), 0), Credit.MAX);
        all.units = Math.min(all.units + Math.max(update.addBytes(), 0), Credit.MAX);
      }
    }
  }

  private static HaipChannel.Deferred deferred(HaipChannel channel) {
    if (channel.deferred == null) {
      channel.deferred = new HaipChannel.Deferred();
    }
    return channel.deferred;
  }

  /** A PAUSE_CHANNEL or RESUME_CHANNEL; gives what is wrong with it. */
  @Nullable HaipFault toggle(
      boolean pauses, byte[] bytes, int payload, int payloadTo, boolean flood, Moment now) {
    HaipText.Span name = HaipText.member(bytes, payload, "channel");
    if (name == null || !HaipChannels.isName(bytes, name.from(), name.to())) {
      return wrong("channel must name a channel.");
    }
    HaipChannel channel =
        kept.channel(bytes, name.from() + 1, name.to() - 1, limits.namedChannels());
    if (channel == null) {
      return tooManyChannels();
    }
    if (channel.name.equals(HaipChannels.SYSTEM)) {
      return wrong("SYSTEM is never paused.");
    }
    byte[] said = Arrays.copyOfRange(bytes, payload, payloadTo);
    if (flood) {
      deferred(channel).toggle = said;
      deferred(channel).pauses = pauses;
      // Who wants to have more takes back that it could not follow.
      deferred(channel).pressed &= pauses;
      return null;
    }
    toggle(channel, pauses, said, now);
    return null;
  }

  private void toggle(HaipChannel channel, boolean pauses, byte[] said, Moment now) {
    if (role == HaipRole.CLIENT) {
      if (!isOwn(said)) {
        toggled(channel, pauses, now);
      }
      return;
    }
    boolean obeys = pauses && intake.isObeyed(channel, now) && !channel.pausedByPeer;
    channel.asked = obeys ? channel.asked - 1 : 0;
    if (channel.asked == 0) {
      channel.obeysUntil = HaipChannel.NEVER;
    }
    if (!obeys) {
      toggled(channel, pauses, now);
    }
    out.say(
        pauses ? HaipEvent.PAUSE_CHANNEL : HaipEvent.RESUME_CHANNEL,
        said.length <= MAX_ECHO
            ? new String(said, UTF_8)
            : "{\"channel\":\"" + channel.name + "\"}",
        now);
    answer(channel, pauses, obeys, now);
  }

  /** What our own pressure has to say behind the echo. */
  private void answer(HaipChannel channel, boolean pauses, boolean obeyed, Moment now) {
    boolean waits = intake.isWaiting(channel);
    if (obeyed && !waits) {
      intake.toggle(HaipEvent.RESUME_CHANNEL, channel, Intake.BY_SERVER, now);
      intake.flows(channel, now);
    } else if (!pauses && (waits || channel.pausedByWish)) {
      intake.toggle(HaipEvent.PAUSE_CHANNEL, channel, Intake.BY_SERVER, now);
    } else if (!pauses) {
      intake.flows(channel, now);
    }
  }

  private void toggled(HaipChannel channel, boolean pauses, Moment now) {
    boolean held = channel.pausedByPeer || channel.waitsUntil != HaipChannel.NEVER;
    channel.pausedByPeer = pauses;
    channel.waitsUntil = pauses ? channel.waitsUntil : HaipChannel.NEVER;
    if (pauses && !held) {
      hold(channel, now);
    } else if (!pauses && held) {
      release(channel, now);
    }
    intake.watchReading(now);
  }

  /** Our own end wants nothing more on a channel, or takes that back. */
  void wish(String name, boolean pauses, Moment now) {
    HaipChannel channel =
        name.equals(HaipChannels.SYSTEM) || !HaipChannels.isName(name)
            ? null
            : kept.channel(name, limits.namedChannels());
    if (channel == null || channel.pausedByWish == pauses) {
      return;
    }
    channel.pausedByWish = pauses;
    if (pauses) {
      if (channel.send != null) {
        channel.send.pauseHere();
      }
      tellWish(HaipEvent.PAUSE_CHANNEL, channel, now);
      return;
    }
    if (!intake.isWaiting(channel)) {
      tellWish(HaipEvent.RESUME_CHANNEL, channel, now);
    }
    if (channel.send != null && queues != null) {
      channel.send.resumeHere();
      queues.drain(channel, now);
    }
  }

  /** What was wished for in a session that is gone is wished for in the new one. */
  void wishAgain(Moment now) {
    for (HaipChannel channel : kept.channels()) {
      if (channel.pausedByWish) {
        tellWish(HaipEvent.PAUSE_CHANNEL, channel, now);
      }
    }
  }

  /** Tells the peer, if there is one: {@link Outbound#peer}. */
  private void tellWish(HaipEvent type, HaipChannel channel, Moment now) {
    if (out.peer() != null) {
      String reason = role == HaipRole.SERVER ? Intake.BY_SERVER : Intake.BY_WISH;
      intake.toggle(type, channel, reason, now);
    }
  }

  /** Whether a server's message is the echo of our own. */
  private static boolean isOwn(byte[] said) {
    HaipText.Span reason = HaipText.member(said, 0, "reason");
    if (reason == null || said[reason.from()] != '"') {
      return false;
    }
    int first = reason.from() + 1;
    int length = reason.length() - 2;
    return (length == Intake.BY_CLIENT.length() && HaipChannels.isAt(Intake.BY_CLIENT, said, first))
        || (length == Intake.BY_WISH.length() && HaipChannels.isAt(Intake.BY_WISH, said, first));
  }

  static HaipFault wrong(String message) {
    return new HaipFault(HaipCode.INVALID_PAYLOAD, message);
  }

  /** A flood was there, and has to be looked at. */
  void noteFlood() {
    deferred = true;
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    long due = deferred ? second + SECOND : Long.MAX_VALUE;
    for (HaipChannel channel : kept.channels()) {
      due = channel.pausedByPeer ? due : Math.min(due, channel.waitsUntil);
    }
    return due;
  }

  /** Time has passed. */
  void tick(Moment now) {
    boolean due = deferred && now.nanos() - second >= SECOND;
    deferred &= !due;
    for (HaipChannel channel : kept.channels()) {
      HaipChannel.Deferred said = channel.deferred;
      if (due && said != null) {
        channel.deferred = null;
        apply(channel, said, now);
      }
      if (channel.waitsUntil <= now.nanos() && !channel.pausedByPeer) {
        release(channel, now);
      }
    }
  }

  private void apply(HaipChannel channel, HaipChannel.Deferred said, Moment now) {
    granted(channel, said.messages, said.units, now);
    if (said.reduced > 0) {
      reduced(channel, said.reduced, now);
    }
    if (said.asks) {
      intake.grant(channel, intake.ledger(channel, now).answer(now), now);
    }
    if (said.toggle != null) {
      toggle(channel, said.pauses, said.toggle, now);
    }
    if (said.pressed) {
      pressed(channel, now);
    }
  }
}
