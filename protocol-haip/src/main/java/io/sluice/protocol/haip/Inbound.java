package io.sluice.protocol.haip;

import io.netty.buffer.ByteBuf;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. From frames to messages: a binary frame is joined with its envelope, and
 * what has a number is brought into order.
 */
final class Inbound {
  private final HaipCodec codec;
  private final HaipLimits limits;
  private final int messageBytes;
  private final HaipConversation conversation;
  private final Outbound out;
  private HaipKept kept;

  /** An envelope whose binary frame comes next. */
  private byte @Nullable [] awaiting;

  /** The next binary frame is one of which everything has been said. */
  private boolean swallows;

  Inbound(
      HaipSetup setup,
      HaipCodec codec,
      HaipLimits limits,
      HaipConversation conversation,
      Outbound out,
      HaipKept kept) {
    this.codec = codec;
    this.limits = limits;
    this.messageBytes = setup.messageBytes();
    this.conversation = conversation;
    this.out = out;
    this.kept = kept;
  }

  /** From now on this is the session. */
  void use(HaipKept session) {
    kept = session;
  }

  void text(ByteBuf message, Moment now) {
    breakPair(now);
    take(codec.read(message), now);
  }

  void text(byte[] message, Moment now) {
    breakPair(now);
    take(codec.read(message, 0, message.length), now);
  }

  /** A text where a binary frame was announced. */
  private void breakPair(Moment now) {
    swallows = false;
    if (awaiting != null) {
      dropAwaited("The binary frame did not come.", now);
    }
  }

  private void take(HaipEnvelope envelope, Moment now) {
    int length = envelope.binLength();
    if (envelope.fault() != null || length == HaipEnvelope.NO_BINARY) {
      swallows = envelope.fault() != null && envelope.has(HaipMember.BIN_LEN);
      order(envelope, null, envelope.fault(), now);
    } else if (length > messageBytes) {
      swallows = true;
      String detail =
          "{\"reason\":\""
              + HaipText.BINARY
              + "\",\"size\":"
              + length
              + ",\"max\":"
              + messageBytes
              + "}";
      order(envelope, null, violation(envelope, "The binary frame is too large.", detail), now);
    } else {
      awaiting = copy(envelope);
    }
  }

  private static byte[] copy(HaipEnvelope envelope) {
    int start = envelope.start();
    return Arrays.copyOfRange(envelope.bytes(), start, start + envelope.length());
  }

  void binary(byte[] bytes, Moment now) {
    byte[] text = awaiting;
    if (text == null) {
      if (!swallows) {
        String detail = "{\"reason\":\"" + HaipText.BINARY + "\"}";
        conversation.fail(
            new HaipFault(
                HaipCode.PROTOCOL_VIOLATION, "No message announced this frame.", null, detail),
            now);
      }
      swallows = false;
      return;
    }
    HaipEnvelope envelope = codec.read(text, 0, text.length);
    if (envelope.binLength() != bytes.length) {
      dropAwaited("The binary frame is not as long as announced.", now);
      return;
    }
    awaiting = null;
    order(envelope, bytes, null, now);
  }

  private void dropAwaited(String why, Moment now) {
    byte[] text = awaiting;
    awaiting = null;
    if (text != null) {
      HaipEnvelope envelope = codec.read(text, 0, text.length);
      String detail = "{\"reason\":\"" + HaipText.BINARY + "\"}";
      order(envelope, null, violation(envelope, why, detail), now);
    }
  }

  private static HaipFault violation(HaipEnvelope envelope, String message, String detail) {
    return new HaipFault(HaipCode.PROTOCOL_VIOLATION, message, envelope.idIfGood(), detail);
  }

  /** Brings a message into order; what is wrong with it takes its place there. */
  private void order(
      HaipEnvelope envelope, byte @Nullable [] binary, @Nullable HaipFault fault, Moment now) {
    if (envelope.is(HaipEvent.HAI) && !conversation.isTalking()) {
      conversation.greeted(envelope, fault, now);
      return;
    }
    if (!conversation.isTalking()) {
      conversation.fail(fault == null ? early(envelope) : fault, now);
      return;
    }
    acknowledge(envelope, now);
    Sequence sequence = kept.sequence;
    if (!sequence.isTracked()) {
      deal(envelope, binary, fault, now);
      return;
    }
    if (!envelope.isNumbered()) {
      conversation.fail(fault != null ? fault : unnumbered(envelope), now);
      return;
    }
    place(envelope, binary, fault, now);
  }

  private static HaipFault early(HaipEnvelope envelope) {
    return new HaipFault(
        HaipCode.PROTOCOL_VIOLATION,
        "HAI comes first.",
        envelope.idIfGood(),
        "{\"reason\":\"NOT_HAI\"}");
  }

  private static HaipFault unnumbered(HaipEnvelope envelope) {
    return new HaipFault(
        HaipCode.SEQ_VIOLATION, "seq must be a number in a string.", envelope.idIfGood(), null);
  }

  private void place(
      HaipEnvelope envelope, byte @Nullable [] binary, @Nullable HaipFault fault, Moment now) {
    Sequence sequence = kept.sequence;
    long seq = envelope.seq();
    switch (sequence.place(seq)) {
      case AGAIN -> {
        // It came before.
      }
      case NEXT -> next(envelope, binary, fault, now);
      case BEHIND_LOSS -> {
        sequence.jump(seq);
        next(envelope, binary, fault, now);
      }
      case FAR -> {
        HaipFault far =
            new HaipFault(
                HaipCode.SEQ_VIOLATION,
                "seq is too far ahead for what is missing to be kept.",
                envelope.idIfGood(),
                null);
        byte[] text = copy(envelope);
        conversation.fail(far, now);
        passBy(now);
        sequence.jump(seq);
        next(codec.read(text, 0, text.length), binary, fault, now);
      }
      case EARLY -> early(envelope, binary, fault, now);
    }
  }

  private void next(
      HaipEnvelope envelope, byte @Nullable [] binary, @Nullable HaipFault fault, Moment now) {
    kept.sequence.advance();
    deal(envelope, binary, fault, now);
    drain(now);
  }

  private void early(
      HaipEnvelope envelope, byte @Nullable [] binary, @Nullable HaipFault fault, Moment now) {
    Sequence sequence = kept.sequence;
    int size = envelope.length() + (binary == null ? 0 : binary.length);
    if (!sequence.hasRoom(size)) {
      return;
    }
    long seq = envelope.seq();
    boolean atOnce = fault != null || envelope.type().isOutOfOrder();
    sequence.setAside(seq, atOnce ? null : copy(envelope), binary, now);
    if (atOnce) {
      deal(envelope, binary, fault, now);
    }
  }

  private void deal(
      HaipEnvelope envelope, byte @Nullable [] binary, @Nullable HaipFault fault, Moment now) {
    if (fault != null) {
      conversation.fail(fault, now);
    } else {
      conversation.deal(envelope, binary, now);
    }
  }

  /** Deals with what waited for what came just now. */
  void drain(Moment now) {
    Sequence.Aside next = kept.sequence.takeNext();
    while (next != null) {
      byte[] text = next.text();
      if (text != null) {
        conversation.deal(codec.read(text, 0, text.length), next.binary(), now);
      }
      next = kept.sequence.takeNext();
    }
  }

  /** Deals with all that waits, whatever is missing in between. */
  private void passBy(Moment now) {
    while (kept.sequence.early() > 0) {
      kept.sequence.giveUp();
      drain(now);
    }
  }

  private void acknowledge(HaipEnvelope envelope, Moment now) {
    if (!envelope.acknowledges()) {
      return;
    }
    if (kept.sent.wasSent(envelope.ack())) {
      kept.sent.acknowledged(envelope.ack());
    } else {
      HaipFault fault =
          new HaipFault(
              HaipCode.SEQ_VIOLATION, "ack is of what was never sent.", envelope.idIfGood(), null);
      conversation.fail(fault, now);
    }
  }

  /** The peer says what it does not keep. */
  void lost(long before, Moment now) {
    kept.sequence.giveUpBefore(before);
    drain(now);
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos() {
    return kept.sequence.dueNanos();
  }

  /** Time has passed. */
  void tick(Moment now) {
    if (kept.sequence.dueNanos() > now.nanos()) {
      return;
    }
    if (kept.sequence.tick(now)) {
      out.say(
          HaipEvent.REPLAY_REQUEST,
          "{\"from_seq\":\""
              + Long.toUnsignedString(kept.sequence.missingFrom())
              + "\",\"to_seq\":\""
              + Long.toUnsignedString(kept.sequence.missingTo())
              + "\"}",
          now);
    } else {
      drain(now);
    }
  }

  /** The bound on what is set aside before a session stands. */
  Backlog newBacklog() {
    return new Backlog(limits.order().ahead(), Math.max(limits.order().aheadBytes(), messageBytes));
  }
}
