package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. What is done with a message whose turn has come: the table of contents,
 * one line for each type that is not simply published.
 */
final class Dealing {
  private static final int MAX_NONCE = 130;

  private final HaipConversation conversation;
  private final HaipRole role;
  private final HaipLimits limits;
  private final HaipSteps steps;
  private final Outbound out;
  private final Inbound in;
  private final Intake intake;
  private final Valve valve;
  private HaipKept kept;
  private boolean replaying;
  private boolean wanted;
  private long wantedFrom;
  private long wantedTo;
  private boolean floods;

  /** What the newest PING of a flood is answered with, later. */
  private @Nullable String pong;

  Dealing(
      HaipConversation conversation,
      HaipRole role,
      HaipLimits limits,
      HaipSteps steps,
      Outbound out,
      Inbound in,
      Intake intake,
      Valve valve,
      HaipKept kept) {
    this.conversation = conversation;
    this.role = role;
    this.limits = limits;
    this.steps = steps;
    this.out = out;
    this.in = in;
    this.intake = intake;
    this.valve = valve;
    this.kept = kept;
  }

  /** From now on this is the session. */
  void use(HaipKept session) {
    kept = session;
    replaying = false;
    wanted = false;
    pong = null;
  }

  /** Does what a good message asks for. */
  void deal(HaipEnvelope envelope, byte @Nullable [] binary, Moment now) {
    switch (envelope.type()) {
      case HAI, PONG -> {
        // Of a HAI that is sent again only the number counts; of a pong, that it came.
      }
      case PING -> pong(envelope, now);
      case ERROR -> error(envelope, now);
      case FLOW_UPDATE, PAUSE_CHANNEL, RESUME_CHANNEL -> flow(envelope, now);
      case REPLAY_REQUEST -> replayRequest(envelope, binary, now);
      default -> data(envelope, binary, now);
    }
  }

  private void data(HaipEnvelope envelope, byte @Nullable [] binary, Moment now) {
    byte[] bytes = envelope.bytes();
    int name = envelope.from(HaipMember.CHANNEL) + 1;
    int nameTo = envelope.to(HaipMember.CHANNEL) - 1;
    HaipChannel channel = kept.channel(bytes, name, nameTo, limits.namedChannels());
    if (channel == null) {
      conversation.fail(Valve.tooManyChannels(limits).about(envelope.id()), now);
      return;
    }
    if (binary != null && hasData(envelope)) {
      conversation.fail(twice(envelope), now);
      return;
    }
    HaipEvent type = envelope.type();
    int size = type.isExempt() ? 0 : size(envelope, binary);
    HaipFault refusal = size == 0 ? intake.refuseFree() : intake.charge(channel, size, now);
    if (refusal != null) {
      conversation.fail(refusal.about(envelope.id()), now);
      return;
    }
    publish(envelope, binary, channel, size, now);
  }

  private static boolean hasData(HaipEnvelope envelope) {
    return HaipText.member(envelope.bytes(), envelope.from(HaipMember.PAYLOAD), "data") != null;
  }

  private static HaipFault twice(HaipEnvelope envelope) {
    return new HaipFault(
        HaipCode.PROTOCOL_VIOLATION,
        "Data comes in a binary frame or in payload.data, not in both.",
        envelope.id(),
        "{\"reason\":\"" + HaipText.BINARY + "\"}");
  }

  private void publish(
      HaipEnvelope envelope, byte @Nullable [] binary, HaipChannel channel, int size, Moment now) {
    HaipEvent type = envelope.type();
    int from = envelope.from(HaipMember.PAYLOAD);
    int to = envelope.to(HaipMember.PAYLOAD);
    HaipText.Span payload = new HaipText.Span(from, to);
    String auth = null;
    if (type == HaipEvent.TRANSACTION_START) {
      HaipText.Span given = HaipText.member(envelope.bytes(), from, "auth");
      if (given != null) {
        auth = new String(envelope.bytes(), given.from(), given.length(), UTF_8);
        payload = HaipText.without(envelope.bytes(), from, to, "auth");
      }
    }
    byte[] canonical = HaipText.canonical(envelope, payload, binary, now.epochMillis());
    long ticket = intake.received(channel, size, canonical, now);
    if (auth != null) {
      steps.auth(ticket, auth);
    }
    steps.message(ticket, channel.name, type, canonical);
  }

  private int size(HaipEnvelope envelope, byte @Nullable [] binary) {
    int behind = binary == null ? 0 : binary.length;
    int from = envelope.from(HaipMember.PAYLOAD);
    if (kept.dialect != HaipDialect.OFFICIAL) {
      int units = HaipText.units(envelope.bytes(), from, envelope.to(HaipMember.PAYLOAD));
      return Math.max(1, units + behind);
    }
    if (envelope.type().isMedia()) {
      int media = binary == null ? HaipText.dataLength(envelope.bytes(), from) : behind;
      if (media >= 0) {
        return Math.max(1, media);
      }
    }
    return envelope.length() + behind;
  }

  private void pong(HaipEnvelope envelope, Moment now) {
    String answer = answer(envelope);
    if (valve.isFlood(now)) {
      valve.noteFlood();
      pong = answer;
    } else {
      pong = null;
      out.say(HaipEvent.PONG, answer, now);
    }
  }

  private static String answer(HaipEnvelope ping) {
    byte[] bytes = ping.bytes();
    HaipText.Span nonce = HaipText.member(bytes, ping.from(HaipMember.PAYLOAD), "nonce");
    return nonce == null || nonce.length() > MAX_NONCE || bytes[nonce.from()] != '"'
        ? "{}"
        : "{\"nonce\":" + new String(bytes, nonce.from(), nonce.length(), UTF_8) + "}";
  }

  private void error(HaipEnvelope envelope, Moment now) {
    byte[] bytes = envelope.bytes();
    int payload = envelope.from(HaipMember.PAYLOAD);
    String code = text(bytes, payload, "code");
    String message = text(bytes, payload, "message");
    HaipText.Span detail = HaipText.member(bytes, payload, "detail");
    HaipCode known = HaipCode.of(code == null ? "" : code);
    HaipFault fault =
        new HaipFault(
            known == null ? HaipCode.SERVER_ERROR : known,
            message == null ? String.valueOf(code) : message,
            text(bytes, payload, "related_id"),
            detail == null ? null : new String(bytes, detail.from(), detail.length(), UTF_8));
    if (known == HaipCode.REPLAY_TOO_OLD && detail != null && bytes[detail.from()] == '{') {
      long before = number(bytes, detail.from(), "available_from");
      if (before != 0) {
        in.lost(before, now);
      }
    }
    steps.error(fault);
  }

  private static @Nullable String text(byte[] bytes, int object, String name) {
    HaipText.Span span = HaipText.member(bytes, object, name);
    return span == null || bytes[span.from()] != '"'
        ? null
        : JsonString.decode(bytes, span.from() + 1, span.to() - 1);
  }

  /** A number in a string, or a plain one; 0 if it is absent or neither. */
  private static long number(byte[] bytes, int object, String name) {
    HaipText.Span span = HaipText.member(bytes, object, name);
    if (span == null) {
      return 0;
    }
    int quote = bytes[span.from()] == '"' ? 1 : 0;
    int first = span.from() + quote;
    int last = span.to() - quote;
    return HaipEnvelope.isUnsigned(bytes, first, last)
        ? HaipEnvelope.unsigned(bytes, first, last)
        : 0;
  }

  private void flow(HaipEnvelope envelope, Moment now) {
    boolean flood = valve.isFlood(now);
    if (flood) {
      valve.noteFlood();
    }
    byte[] bytes = envelope.bytes();
    int from = envelope.from(HaipMember.PAYLOAD);
    int to = envelope.to(HaipMember.PAYLOAD);
    HaipFault fault =
        envelope.is(HaipEvent.FLOW_UPDATE)
            ? valve.flowUpdate(bytes, from, flood, now)
            : valve.toggle(envelope.is(HaipEvent.PAUSE_CHANNEL), bytes, from, to, flood, now);
    if (fault != null) {
      conversation.fail(fault.about(envelope.id()), now);
    }
  }

  private void replayRequest(HaipEnvelope envelope, byte @Nullable [] binary, Moment now) {
    byte[] bytes = envelope.bytes();
    int payload = envelope.from(HaipMember.PAYLOAD);
    long from = number(bytes, payload, "from_seq");
    if (from == 0) {
      if (envelope.text(HaipMember.TRANSACTION) != null) {
        data(envelope, binary, now);
      } else {
        conversation.fail(
            new HaipFault(
                HaipCode.INVALID_PAYLOAD, "from_seq must be a number.", envelope.id(), null),
            now);
      }
      return;
    }
    long to = number(bytes, payload, "to_seq");
    wantedFrom = from;
    wantedTo = to == 0 ? kept.sent.next() - 1 : to;
    wanted = true;
    floods = valve.isFlood(now);
    if (floods) {
      valve.noteFlood();
    } else {
      replayWanted(now);
    }
  }

  private void replayWanted(Moment now) {
    if (wanted && !replaying) {
      wanted = false;
      resend(wantedFrom, wantedTo, now);
    }
  }

  /** Says something again; the server's data frames the endpoint does. */
  void resend(long wantedFirst, long to, Moment now) {
    // Who asks for what it has acknowledged asked long ago, and the line was cut in between.
    long had = kept.sent.acknowledged();
    long from = Long.compareUnsigned(wantedFirst, had) <= 0 ? had + 1 : wantedFirst;
    long newest = kept.sent.next() - 1;
    long last = Long.compareUnsigned(to, newest) > 0 ? newest : to;
    if (Long.compareUnsigned(from, last) > 0) {
      return;
    }
    long oldest = kept.sent.oldest();
    // Taken before anything is said, which may be kept in the place of the oldest.
    List<HaipReplay> again = out.again(from, last);
    if (Long.compareUnsigned(from, oldest) < 0) {
      tooOld(from, oldest, now);
    }
    if (again.isEmpty()) {
      return;
    }
    if (role == HaipRole.SERVER) {
      replaying = true;
      steps.replay(again);
      return;
    }
    for (HaipReplay step : again) {
      if (step instanceof HaipReplay.Said said) {
        out.repeat(said.text(), said.binary());
      }
    }
  }

  private void tooOld(long from, long oldest, Moment now) {
    String detail =
        "{\"from_seq\":\""
            + Long.toUnsignedString(from)
            + "\",\"available_from\":\""
            + Long.toUnsignedString(oldest)
            + "\"}";
    conversation.fail(
        new HaipFault(HaipCode.REPLAY_TOO_OLD, "That is not kept any more.", null, detail), now);
  }

  /** All that was asked for again is on its way. */
  void replayed(Moment now) {
    replaying = false;
    if (!floods) {
      replayWanted(now);
    }
  }

  /** A message of this ticket was published, there. */
  void published(long ticket, long offset, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      intake.published(channel, ticket, offset, now);
    }
  }

  /** It was not: the peer is told, and its credit comes back. */
  void refused(long ticket, HaipFault why, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      byte[] text = intake.text(channel, ticket);
      intake.handled(channel, ticket, now);
      conversation.fail(why.about(text == null ? null : HaipText.id(text)), now);
    }
  }

  /** It is handled. */
  void handled(long ticket, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      intake.handled(channel, ticket, now);
    }
  }

  /** All of a channel as far as there are handled. */
  void handledThrough(String channel, long offset, Moment now) {
    HaipChannel known = kept.find(channel);
    if (known != null) {
      intake.handledThrough(known, offset, now);
    }
  }

  /** These were lost to the peer. */
  void gap(String channel, long first, long last, Moment now) {
    String detail =
        "{\"channel\":\"" + channel + "\",\"first\":" + first + ",\"last\":" + last + "}";
    conversation.fail(
        new HaipFault(HaipCode.REPLAY_TOO_OLD, "Messages of this channel were lost.", null, detail),
        now);
  }

  /** Time has passed; {@link Valve} says when, for it counts the floods. */
  void tick(Moment now) {
    if (floods && !valve.isFlood(now)) {
      floods = false;
      replayWanted(now);
    }
    String late = pong;
    if (late != null && !valve.isFlood(now)) {
      pong = null;
      out.say(HaipEvent.PONG, late, now);
    }
  }
}
