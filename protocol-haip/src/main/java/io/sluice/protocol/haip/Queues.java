package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. A client's messages on their way out: each channel's in order, at once
 * if they may go, else in a bounded queue.
 */
final class Queues {
  private final HaipSetup setup;
  private final HaipLimits limits;
  private final HaipClientSteps steps;
  private final Outbound out;
  private HaipKept kept;
  private @Nullable Hai peer;

  Queues(HaipSetup setup, HaipLimits limits, HaipSteps steps, Outbound out, HaipKept kept) {
    this.setup = setup;
    this.limits = limits;
    if (!(steps instanceof HaipClientSteps all)) {
      throw new IllegalArgumentException("a client's messages may wait: HaipClientSteps");
    }
    this.steps = all;
    this.out = out;
    this.kept = kept;
  }

  /** A client's; a server has none, and nothing to send in this way. */
  static Queues of(@Nullable Queues own) {
    if (own == null) {
      throw new IllegalStateException("a server's messages wait in their logs");
    }
    return own;
  }

  /** From now on this is the session, and this the peer; null: there is no line. */
  void use(HaipKept session, @Nullable Hai hai) {
    kept = session;
    peer = hai;
  }

  /** What may still be sent on a channel. */
  SendLedger ledger(HaipChannel channel) {
    SendLedger ledger = channel.send;
    if (ledger == null) {
      ledger = newLedger();
      channel.send = ledger;
      if (channel.pausedByWish) {
        ledger.pauseHere();
      }
    }
    return ledger;
  }

  private SendLedger newLedger() {
    Hai.Official official = peer == null ? null : peer.official();
    return switch (kept.dialect) {
      case OFFICIAL ->
          official == null
              ? SendLedger.open()
              : SendLedger.official(official.messages(), official.bytes());
      case SEED -> SendLedger.seed(limits.seed(), limits.pressure(), setup.creditThreshold());
      case NONE -> SendLedger.open();
    };
  }

  /** Sends a message, now or when it may. */
  HaipOutgoing.Fate send(HaipOutgoing message, Moment now) {
    int bytes = message.payload().length + (message.binary() == null ? 0 : message.binary().length);
    if (bytes > setup.messageBytes()) {
      return HaipOutgoing.Fate.TOO_LARGE;
    }
    HaipChannel channel =
        HaipChannels.isName(message.channel())
            ? kept.channel(message.channel(), limits.namedChannels())
            : null;
    if (channel == null) {
      return HaipOutgoing.Fate.NO_CHANNEL;
    }
    if (peer != null && !peer.accepts(message.type())) {
      return HaipOutgoing.Fate.NOT_ACCEPTED;
    }
    boolean first = channel.queue == null || message.type().isExempt();
    if (peer != null && first && trySend(channel, message, now)) {
      ask(channel, now);
      return HaipOutgoing.Fate.SENT;
    }
    return enqueue(channel, message, bytes, now);
  }

  /**
   * Sends a message and its end, or neither: if the one was taken, there is room for the other.
   *
   * @return what became of the end
   */
  HaipOutgoing.Fate send(HaipOutgoing message, HaipOutgoing end, Moment now) {
    HaipOutgoing.Fate fate = send(message, now);
    HaipChannel channel = kept.find(message.channel());
    boolean taken = fate == HaipOutgoing.Fate.SENT || fate == HaipOutgoing.Fate.QUEUED;
    if (!taken || channel == null || (peer != null && !peer.accepts(end.type()))) {
      return fate;
    }
    if (fate == HaipOutgoing.Fate.SENT && trySend(channel, end, now)) {
      ask(channel, now);
      return HaipOutgoing.Fate.SENT;
    }
    return await(channel, end, end.payload().length, now);
  }

  private HaipOutgoing.Fate enqueue(
      HaipChannel channel, HaipOutgoing message, int bytes, Moment now) {
    boolean fits = fits(channel, bytes) || (message.isLive() && makeRoom(channel, bytes));
    return fits ? await(channel, message, bytes, now) : HaipOutgoing.Fate.FULL;
  }

  private boolean fits(HaipChannel channel, int bytes) {
    int waiting = channel.queue == null ? 0 : channel.queue.size();
    return waiting < setup.queueMessages() && channel.queuedBytes + bytes <= setup.queueBytes();
  }

  /** Leaves out the oldest sound for newer; none if all of it were not enough. */
  private boolean makeRoom(HaipChannel channel, int bytes) {
    if (channel.queue == null) {
      return false;
    }
    List<HaipChannel.Queued> live =
        channel.queue.stream().filter(it -> it.message().isLive()).toList();
    int room = live.stream().mapToInt(HaipChannel.Queued::bytes).sum();
    if (live.isEmpty() || channel.queuedBytes - room + bytes > setup.queueBytes()) {
      return false;
    }
    for (int i = 0; !fits(channel, bytes); i++) {
      HaipChannel.Queued oldest = live.get(i);
      channel.queue.remove(oldest);
      channel.queuedBytes -= oldest.bytes();
      steps.outrun(oldest.message());
    }
    return true;
  }

  private HaipOutgoing.Fate await(
      HaipChannel channel, HaipOutgoing message, int bytes, Moment now) {
    if (channel.queue == null) {
      channel.queue = new ArrayDeque<>();
    }
    channel.queue.add(new HaipChannel.Queued(message, bytes));
    channel.queuedBytes += bytes;
    ask(channel, now);
    return HaipOutgoing.Fate.QUEUED;
  }

  /**
   * Takes back what waits, if the first of it does; what waits behind it may go then.
   *
   * @param first without which the others have begun to go
   * @param all which of them
   * @return what was taken back
   */
  List<HaipOutgoing> withdraw(
      String name, Predicate<HaipOutgoing> first, Predicate<HaipOutgoing> all, Moment now) {
    HaipChannel channel = kept.find(name);
    if (channel == null
        || channel.queue == null
        || channel.queue.stream().noneMatch(it -> first.test(it.message()))) {
      return List.of();
    }
    List<HaipOutgoing> taken = new ArrayList<>();
    for (Iterator<HaipChannel.Queued> rest = channel.queue.iterator(); rest.hasNext(); ) {
      HaipChannel.Queued next = rest.next();
      if (all.test(next.message())) {
        rest.remove();
        channel.queuedBytes -= next.bytes();
        taken.add(next.message());
      }
    }
    channel.queue = channel.queue.isEmpty() ? null : channel.queue;
    drain(channel, now);
    return taken;
  }

  private boolean trySend(HaipChannel channel, HaipOutgoing message, Moment now) {
    Written written = write(message, now);
    long size = size(written, message);
    SendLedger ledger = ledger(channel);
    if (!message.type().isExempt()) {
      if (!ledger.maySend(size)) {
        return false;
      }
      ledger.spend(size);
    }
    channel.sent++;
    out.say(written.tail, written.binary, channel.name);
    return true;
  }

  private long size(Written written, HaipOutgoing message) {
    if (kept.dialect != HaipDialect.OFFICIAL) {
      return written.units;
    }
    return message.type().isMedia() && written.media >= 0
        ? Math.max(1, written.media)
        : out.headSize(message.channel()) + written.tail.length + written.binaryLength();
  }

  /** Sends what may go of what waits. */
  void drain(HaipChannel channel, Moment now) {
    while (peer != null && channel.queue != null) {
      HaipChannel.Queued first = channel.queue.element();
      if (peer.accepts(first.message().type()) && !trySend(channel, first.message(), now)) {
        break;
      }
      channel.queue.remove();
      channel.queuedBytes -= first.bytes();
      channel.queue = channel.queue.isEmpty() ? null : channel.queue;
      if (peer.accepts(first.message().type())) {
        steps.sent(first.message());
      } else {
        steps.dropped(
            first.message(),
            new HaipFault(HaipCode.UNSUPPORTED_TYPE, "The peer does not take its type."));
      }
    }
    ask(channel, now);
  }

  /** Sends what may go on all channels. */
  void drain(Moment now) {
    for (int i = 0; i < kept.channels().size(); i++) {
      drain(kept.channels().get(i), now);
    }
  }

  /** Asks for credit in the seed's grammar, if it is time. */
  private void ask(HaipChannel channel, Moment now) {
    if (peer == null || kept.dialect != HaipDialect.SEED) {
      return;
    }
    SendLedger ledger = ledger(channel);
    long credits = ledger.ask(waiting(channel), now);
    if (credits > 0) {
      out.say(
          HaipEvent.FLOW_UPDATE,
          "{\"channel\":\""
              + channel.name
              + "\",\"action\":\"request_credits\",\"credits\":"
              + credits
              + ",\"current_credits\":"
              + ledger.units()
              + "}",
          now);
    }
  }

  /** The size of the first message that waits, in the seed's grammar; 0 if none does. */
  private long waiting(HaipChannel channel) {
    if (channel.queue == null) {
      return 0;
    }
    HaipOutgoing message = channel.queue.element().message();
    byte[] payload = payload(message, sendsBinary(message));
    return Math.max(1, HaipText.units(payload, 0, payload.length));
  }

  /** The peer grants more. */
  void granted(HaipChannel channel, long messages, long units, Moment now) {
    ledger(channel).grant(messages, units);
    drain(channel, now);
    steps.changed(channel.name);
  }

  /** The peer takes back so much. */
  void reduced(HaipChannel channel, long units) {
    ledger(channel).reduce(units);
    steps.changed(channel.name);
  }

  /** The peer wants nothing more on a channel, or wants it again. */
  void toggled(HaipChannel channel, boolean paused, Moment now) {
    if (paused) {
      ledger(channel).pauseThere();
      steps.changed(channel.name);
    } else {
      ledger(channel).resumeThere();
      drain(channel, now);
    }
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    long due = Long.MAX_VALUE;
    if (kept.dialect == HaipDialect.SEED && peer != null) {
      for (HaipChannel channel : kept.channels()) {
        if (channel.send != null) {
          due = Math.min(due, channel.send.dueNanos(waiting(channel)));
        }
      }
    }
    return due;
  }

  /** Time has passed. */
  void tick(Moment now) {
    if (dueNanos() <= now.nanos()) {
      for (int i = 0; i < kept.channels().size(); i++) {
        ask(kept.channels().get(i), now);
      }
    }
  }

  private boolean sendsBinary(HaipOutgoing message) {
    return message.binary() != null && setup.binaryFrames() && peer != null && peer.binaryFrames();
  }

  private static byte[] payload(HaipOutgoing message, boolean behind) {
    byte[] payload = message.payload();
    byte[] binary = message.binary();
    return binary == null || behind ? payload : HaipText.withData(payload, binary);
  }

  private Written write(HaipOutgoing message, Moment now) {
    boolean behind = sendsBinary(message);
    byte[] payload = payload(message, behind);
    JsonWriter text = new JsonWriter();
    String id = message.id() == null ? out.newId() : message.id();
    text.raw("\"id\":\"").raw(id).raw("\",\"ts\":\"").number(now.epochMillis());
    text.raw("\",\"type\":\"").raw(name(message.type())).raw("\",\"payload\":");
    text.put(payload.length, (into, at) -> HaipText.put(payload, into, at));
    member(text, HaipMember.RUN_ID, message.runId());
    member(text, HaipMember.THREAD_ID, message.threadId());
    member(text, HaipMember.TRANSACTION, message.transaction());
    byte[] binary = behind ? message.binary() : null;
    if (binary != null) {
      text.raw(",\"bin_len\":").number(binary.length);
      member(text, HaipMember.BIN_MIME, message.binaryMime());
    }
    int units = Math.max(1, HaipText.units(payload, 0, payload.length));
    units += binary == null ? 0 : binary.length;
    return new Written(text.raw('}').take(), binary, units, media(message, payload));
  }

  /** How many bytes of media it carries; -1 if none. */
  private static int media(HaipOutgoing message, byte[] payload) {
    if (message.binary() != null) {
      return message.binary().length;
    }
    return message.type().isMedia() ? HaipText.dataLength(payload, 0) : HaipTail.NO_MEDIA;
  }

  private String name(HaipEvent type) {
    return peer != null && peer.legacy() ? type.legacyName() : type.wireName();
  }

  private static void member(JsonWriter text, HaipMember member, @Nullable String value) {
    if (value != null) {
      text.raw(",\"").raw(member.text()).raw("\":").string(value);
    }
  }

  /** A message behind its head. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Written(byte[] tail, byte @Nullable [] binary, int units, int media) {
    int binaryLength() {
      return binary == null ? 0 : binary.length;
    }
  }
}
