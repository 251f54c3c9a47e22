package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
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

  /** Behind a number that was not there. */
  private static final long ABSENT = -2;

  private final HaipRole role;
  private final HaipLimits limits;
  private final HaipSteps steps;
  private final Outbound out;
  private final Intake intake;
  private final Queues queues;
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
      Queues queues,
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
    Update update = new Update(bytes, payload);
    if (update.fault != null) {
      return update.fault;
    }
    HaipChannel channel =
        kept.channel(bytes, update.nameFrom, update.nameTo, limits.namedChannels());
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

  private @Nullable HaipFault apply(Update update, HaipChannel channel, Moment now) {
    switch (update.action) {
      case "request_credits" ->
          intake.grant(
              channel,
              intake.ledger(channel, now).request(update.credits, update.current, now),
              now);
      case "grant_credits" -> {
        if (kept.dialect == HaipDialect.OFFICIAL) {
          return wrong("grant_credits belongs to the other grammar; use add_messages, add_bytes.");
        }
        granted(channel, Long.MAX_VALUE, update.credits, now);
      }
      case "reduce_credits" -> reduced(channel, update.credits, now);
      case "back_pressure" -> pressed(channel, now);
      default -> granted(channel, update.addMessages, update.addBytes, now);
    }
    return null;
  }

  private void granted(HaipChannel channel, long messages, long units, Moment now) {
    if (messages <= 0 && units <= 0) {
      return;
    }
    if (role == HaipRole.CLIENT) {
      queues.granted(channel, Math.min(messages, Credit.MAX), units, now);
    } else {
      channel.metered = true;
      steps.grant(
          channel.name, kept.dialect == HaipDialect.SEED ? Long.MAX_VALUE : messages, units);
    }
  }

  private void reduced(HaipChannel channel, long credits, Moment now) {
    if (role == HaipRole.CLIENT) {
      queues.reduced(channel, credits);
    } else if (credits > 0) {
      intake.ledger(channel, now).reduce(credits);
    }
  }

  /** The peer cannot follow, and may have no way to say when it can: so for a while only. */
  private void pressed(HaipChannel channel, Moment now) {
    channel.pressureEvents++;
    if (channel.waitsUntil == HaipChannel.NEVER && !channel.pausedByPeer) {
      hold(channel);
    }
    channel.waitsUntil = now.nanos() + limits.pressure().calm().toNanos();
  }

  private void hold(HaipChannel channel) {
    if (role == HaipRole.CLIENT) {
      queues.ledger(channel).pauseThere();
      steps.changed(channel.name);
    }
    steps.pause(channel.name);
  }

  private void release(HaipChannel channel, Moment now) {
    channel.waitsUntil = HaipChannel.NEVER;
    steps.resume(channel.name);
    if (role == HaipRole.CLIENT) {
      queues.ledger(channel).resumeThere();
      queues.drain(channel, now);
    }
  }

  private void defer(Update update, HaipChannel channel, Moment now) {
    HaipChannel.Deferred all = deferred(channel);
    switch (update.action) {
      case "request_credits" -> {
        intake.ledger(channel, now).ask(update.credits, update.current, now);
        all.asks = true;
      }
      case "grant_credits" -> all.units = Math.min(all.units + update.credits, Credit.MAX);
      case "reduce_credits", "back_pressure" -> {
        // The next one says it again.
      }
      default -> {
        all.messages = Math.min(all.messages + Math.max(update.addMessages, 0), Credit.MAX);
        all.units = Math.min(all.units + Math.max(update.addBytes, 0), Credit.MAX);
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
    boolean obeys =
        pauses
            && channel.obeysUntil != HaipChannel.NEVER
            && channel.obeysUntil > now.nanos()
            && !channel.pausedByPeer;
    channel.obeysUntil = HaipChannel.NEVER;
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
      hold(channel);
    } else if (!pauses && held) {
      release(channel, now);
    }
    intake.watchReading(now);
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

  private static HaipFault wrong(String message) {
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
    if (said.asks) {
      intake.grant(channel, intake.ledger(channel, now).answer(now), now);
    }
    granted(channel, said.messages, said.units, now);
    if (said.toggle != null) {
      toggle(channel, said.pauses, said.toggle, now);
    }
  }

  /** Owner: {@link #flowUpdate}. What a FLOW_UPDATE says. */
  private static final class Update {
    private final byte[] bytes;
    private int nameFrom;
    private int nameTo;
    private String action = "";
    private long credits = ABSENT;
    private long current = ReceiveLedger.UNNAMED;
    private long addMessages = ABSENT;
    private long addBytes = ABSENT;
    private @Nullable HaipFault fault;

    Update(byte[] bytes, int payload) {
      this.bytes = bytes;
      JsonCursor cursor = new JsonCursor(bytes, payload);
      while (cursor.next()) {
        member(cursor);
      }
      if (nameTo == 0) {
        fault = wrong("channel must name a channel.");
      } else if (fault == null) {
        fault = judge();
      }
    }

    private void member(JsonCursor cursor) {
      int from = cursor.valueFrom();
      int to = cursor.valueTo();
      switch (cursor.name()) {
        case "channel" -> {
          if (HaipChannels.isName(bytes, from, to)) {
            nameFrom = from + 1;
            nameTo = to - 1;
          }
        }
        case "action" -> action = action(from, to);
        case "credits" -> credits = whole(from, to);
        case "add_messages" -> addMessages = whole(from, to);
        case "add_bytes" -> addBytes = whole(from, to);
        case "current_credits" -> current = balance(from, to);
        default -> {
          // Somebody else's.
        }
      }
    }

    private String action(int from, int to) {
      return bytes[from] == '"'
          ? io.sluice.protocol.json.JsonString.decode(bytes, from + 1, to - 1)
          : "?";
    }

    private long whole(int from, int to) {
      return JsonNumber.whole(bytes, from, to, Integer.MAX_VALUE);
    }

    /** Who has overspent says so with a number below zero. */
    private long balance(int from, int to) {
      boolean debt = bytes[from] == '-';
      long amount = JsonNumber.whole(bytes, debt ? from + 1 : from, to, Credit.MAX);
      if (amount == JsonNumber.NOT_WHOLE) {
        return ReceiveLedger.UNNAMED;
      }
      return debt ? -amount : amount;
    }

    private @Nullable HaipFault judge() {
      return switch (action) {
        case "request_credits", "grant_credits", "reduce_credits" ->
            credits < 0 ? wrong("credits must be a whole number from 0 to 2147483647.") : null;
        case "back_pressure" -> null;
        case "" -> judgeAdded();
        default -> wrong("There is no such action.");
      };
    }

    private @Nullable HaipFault judgeAdded() {
      boolean bad =
          addMessages == JsonNumber.NOT_WHOLE
              || addBytes == JsonNumber.NOT_WHOLE
              || (addMessages == ABSENT && addBytes == ABSENT);
      addMessages = Math.max(addMessages, 0);
      addBytes = Math.max(addBytes, 0);
      return bad
          ? wrong("add_messages or add_bytes must be a whole number from 1 to 2147483647.")
          : null;
    }
  }
}
