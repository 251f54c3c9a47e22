package io.sluice.protocol.haip;

import static io.sluice.protocol.haip.HaipChannels.SYSTEM;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import io.sluice.protocol.json.JsonWriter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Owner: its conversation. What is said to the peer, and under which number. */
final class Outbound {
  private static final String SESSION = "{\"session\":\"";
  private static final String SEQ = "\",\"seq\":\"";
  private static final String ACK = "\",\"ack\":\"";
  private static final String CHANNEL = "\",\"channel\":\"";
  private static final String END = "\",";
  private static final String ID = "\"id\":\"";
  private static final String TS = "\",\"ts\":\"";
  private static final String TYPE = "\",\"type\":\"";
  private static final String PAYLOAD = "\",\"payload\":";

  private final HaipSetup setup;
  private final HaipLimits limits;
  private final HaipIds ids;
  private final HaipSteps steps;
  private HaipKept kept;
  private @Nullable Hai peer;

  Outbound(HaipSetup setup, HaipLimits limits, HaipIds ids, HaipSteps steps, HaipKept kept) {
    this.setup = setup;
    this.limits = limits;
    this.ids = ids;
    this.steps = steps;
    this.kept = kept;
  }

  /** From now on it speaks in this session. */
  void use(HaipKept session) {
    kept = session;
  }

  /** From now on it says only what this peer takes. */
  void speakTo(@Nullable Hai hai) {
    peer = hai;
  }

  /** Whom it speaks to; null before both know each other, and behind the end of the line. */
  @Nullable Hai peer() {
    return peer;
  }

  boolean accepts(HaipEvent event) {
    return peer == null || peer.accepts(event);
  }

  String newId() {
    return ids.next();
  }

  /** Says something of the conversation's own, if the peer takes it. */
  void say(HaipEvent type, String payload, Moment now) {
    if (accepts(type)) {
      byte[] text = write(type, payload, ids.next(), now.epochMillis(), kept.sent.next());
      kept.sent.said(text, null);
      steps.say(text);
    }
  }

  /**
   * Introduces us.
   *
   * @param to the peer, if it spoke first
   * @param names whether we name the last number that we have
   */
  void greet(@Nullable Hai to, boolean names, Moment now) {
    UUID id = UUID.fromString(ids.next());
    Sent.Greeting greeting =
        new Sent.Greeting(
            id.getMostSignificantBits(),
            id.getLeastSignificantBits(),
            now.epochMillis(),
            names,
            kept.sequence.received());
    byte[] text = write(greeting, to, kept.sent.next());
    kept.sent.greeted(greeting);
    steps.say(text);
  }

  private byte[] write(Sent.Greeting greeting, @Nullable Hai to, long seq) {
    String payload = HaiWriter.write(setup, limits, to, greeting.names(), greeting.received());
    String id = new UUID(greeting.most(), greeting.least()).toString();
    return write(HaipEvent.HAI, payload, id, greeting.epochMillis(), seq);
  }

  /** Everything kept from one number to another, both included, as it was said. */
  List<HaipReplay> again(long from, long to) {
    return kept.sent.again(from, to, (greeting, seq) -> write(greeting, peer, seq));
  }

  /** A frame of the conversation's own, in an array of its size. */
  private byte[] write(HaipEvent type, String payload, String id, long epochMillis, long seq) {
    byte[] said = payload.getBytes(UTF_8);
    String name = type.wireName();
    int size = ID.length() + id.length() + TS.length() + JsonWriter.numberSize(epochMillis);
    size += TYPE.length() + name.length() + PAYLOAD.length() + said.length + 1;
    byte[] text = new byte[headSize(SYSTEM, seq) + size];
    int at = head(text, 0, SYSTEM, seq);
    at = JsonWriter.ascii(ID, text, at);
    at = JsonWriter.ascii(id, text, at);
    at = JsonWriter.ascii(TS, text, at);
    at = JsonWriter.number(epochMillis, text, at);
    at = JsonWriter.ascii(TYPE, text, at);
    at = JsonWriter.ascii(name, text, at);
    at = JsonWriter.ascii(PAYLOAD, text, at);
    text[HaipText.put(said, text, at)] = '}';
    return text;
  }

  /** Says what stands behind a head, and perhaps a binary frame. */
  void say(byte[] tail, byte @Nullable [] binary, String channel) {
    byte[] text = new byte[headSize(channel) + tail.length];
    HaipText.put(tail, text, head(text, 0, channel, kept.sent.next()));
    kept.sent.said(text, binary);
    repeat(text, binary);
  }

  /** Says a frame as it was said before. */
  void repeat(byte[] text, byte @Nullable [] binary) {
    steps.say(text);
    if (binary != null) {
      steps.sayBinary(binary);
    }
  }

  int headSize(String channel) {
    return headSize(channel, kept.sent.next());
  }

  int headSize(String channel, long seq) {
    int size =
        SESSION.length()
            + kept.session().length()
            + SEQ.length()
            + unsignedSize(seq)
            + CHANNEL.length()
            + channel.length()
            + END.length();
    return kept.sequence.isTracked()
        ? size + ACK.length() + unsignedSize(kept.sequence.received())
        : size;
  }

  /** Writes a head, and takes the next number for it. */
  int head(byte[] into, int at, String channel) {
    return head(into, at, channel, kept.sent.give());
  }

  int head(byte[] into, int from, String channel, long seq) {
    int at = JsonWriter.ascii(SESSION, into, from);
    at = JsonWriter.ascii(kept.session(), into, at);
    at = JsonWriter.ascii(SEQ, into, at);
    at = unsigned(seq, into, at);
    if (kept.sequence.isTracked()) {
      at = JsonWriter.ascii(ACK, into, at);
      at = unsigned(kept.sequence.received(), into, at);
    }
    at = JsonWriter.ascii(CHANNEL, into, at);
    at = JsonWriter.ascii(channel, into, at);
    return JsonWriter.ascii(END, into, at);
  }

  private static int unsignedSize(long value) {
    return value >= 0
        ? JsonWriter.numberSize(value)
        : 1 + unsignedSize(Long.divideUnsigned(value, 10));
  }

  private static int unsigned(long value, byte[] into, int at) {
    return value >= 0
        ? JsonWriter.number(value, into, at)
        : JsonWriter.ascii(Long.toUnsignedString(value), into, at);
  }

  /** Asks for a sign of life, in the way the peer knows. */
  void ping(Moment now) {
    if (accepts(HaipEvent.PING)) {
      say(HaipEvent.PING, "{\"nonce\":\"" + ids.next() + "\"}", now);
    } else {
      steps.ping();
    }
  }

  /** Says what is wrong. */
  void error(HaipFault fault, Moment now) {
    JsonWriter out = new JsonWriter();
    out.raw("{\"code\":\"").raw(fault.code().text()).raw("\",\"message\":").string(fault.message());
    if (fault.relatedId() != null) {
      out.raw(",\"related_id\":").string(fault.relatedId());
    }
    if (fault.detail() != null) {
      out.raw(",\"detail\":").verbatim(fault.detail());
    }
    say(HaipEvent.ERROR, new String(out.raw('}').take(), UTF_8), now);
  }
}
