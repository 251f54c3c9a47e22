package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** One end of a conversation with a clock and ids of its own, and everything it wants done. */
final class Rig implements HaipClientSteps {
  static final HaipCodec CODEC = new HaipCodec(Limits.defaults(1L << 30).json());
  static final String SESSION = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
  static final String OTHER = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb";
  static final long EPOCH = 1_700_000_000_000L;
  static final String SEED_EVENTS =
      "[\"HAI\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\",\"MESSAGE_START\","
          + "\"MESSAGE_PART\",\"MESSAGE_END\"]";

  final HaipConversation conversation;
  final List<String> frames = new ArrayList<>();
  final List<byte[]> binaries = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  final List<Long> tickets = new ArrayList<>();
  final List<HaipReplay> replays = new ArrayList<>();

  /** What is done with a HAI; adopts it by default. */
  Consumer<HaipHello> onHello = this::adopt;

  /** Whether what comes is handled at once. */
  boolean handles;

  /** Where the other end of the line listens, if there is one. */
  Consumer<byte[]> line = text -> {};

  Consumer<byte[]> binaryLine = binary -> {};
  long millis;
  HaipKept kept;

  /** Of what the peer said last. */
  long seq;

  private int given;

  Rig(HaipSetup setup, HaipLimits limits, long millis) {
    this.millis = millis;
    conversation = new HaipConversation(setup, CODEC, limits, this::id, this, now());
  }

  static Rig server() {
    return new Rig(HaipSetup.server(1 << 20, true), HaipLimits.DEFAULTS, 0);
  }

  static Rig client(HaipDialect dialect) {
    return new Rig(HaipSetup.client(SESSION, dialect), HaipLimits.DEFAULTS, 0);
  }

  /** A server that has greeted a client of the seed. */
  static Rig seed() {
    Rig rig = server();
    rig.hai(seedHai(1_000));
    rig.clear();
    return rig;
  }

  /** A server that has greeted a client of the official grammar that can send again. */
  static Rig official() {
    Rig rig = server();
    rig.hai(officialHai(""));
    rig.clear();
    return rig;
  }

  static String seedHai(int credits) {
    return "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":"
        + SEED_EVENTS
        + ",\"flow_control\":{\"enabled\":true,\"initial_credits\":"
        + credits
        + ",\"adaptive\":true}}";
  }

  static String officialHai(String more) {
    StringBuilder events = new StringBuilder();
    for (HaipEvent event : HaipEvent.values()) {
      events.append(events.isEmpty() ? "\"" : ",\"").append(event.wireName()).append('"');
    }
    return "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
        + events
        + "],\"capabilities\":{\"binary_frames\":true,\"flow_control\":"
        + "{\"initial_credit_messages\":32,\"initial_credit_bytes\":262144}}"
        + more
        + "}";
  }

  private String id() {
    return String.format("00000000-0000-4000-8000-%012d", ++given);
  }

  private void adopt(HaipHello hello) {
    String session = hello.session() == null ? OTHER : hello.session();
    if (!conversation.adopt(session, kept, now())) {
      told.add("too old");
      conversation.adopt(OTHER, null, now());
    }
  }

  Moment now() {
    // Monotonic time begins anywhere, below zero too.
    return new Moment((millis - 5_000) * 1_000_000L, EPOCH + millis);
  }

  void clear() {
    frames.clear();
    told.clear();
    binaries.clear();
  }

  /** Lets time pass, in such steps as the conversation wants. */
  void pass(long more) {
    long end = millis + more;
    while (true) {
      long due = conversation.dueNanos();
      long next = due == Long.MAX_VALUE ? end + 1 : Math.ceilDiv(due, 1_000_000L) + 5_000;
      if (next > end) {
        break;
      }
      millis = Math.max(millis, next);
      conversation.tick(now());
      if (conversation.dueNanos() == due && next <= millis && due <= now().nanos()) {
        throw new AssertionError("due again at once: " + due);
      }
    }
    millis = end;
    conversation.tick(now());
  }

  void hai(String payload) {
    say("HAI", "SYSTEM", payload);
  }

  /** The peer says something, in order. */
  void say(String type, String channel, String payload) {
    text(envelope(++seq, type, channel, payload, ""));
  }

  void sayMore(String type, String channel, String payload, String more) {
    text(envelope(++seq, type, channel, payload, more));
  }

  void sayAt(long number, String type, String channel, String payload) {
    seq = number;
    text(envelope(number, type, channel, payload, ""));
  }

  void message(String channel, String text) {
    say("MESSAGE_START", channel, "{\"text\":\"" + text + "\"}");
  }

  static String uuid(long number) {
    return String.format("cccccccc-cccc-4ccc-8ccc-%012d", number);
  }

  static String envelope(long seq, String type, String channel, String payload, String more) {
    return "{\"id\":\""
        + uuid(seq)
        + "\",\"session\":\""
        + SESSION
        + "\",\"seq\":\""
        + Long.toUnsignedString(seq)
        + "\",\"ts\":\"1700000000000\",\"channel\":\""
        + channel
        + "\",\"type\":\""
        + type
        + "\",\"payload\":"
        + payload
        + more
        + "}";
  }

  void text(String text) {
    ByteBuf buffer = Unpooled.copiedBuffer(text, UTF_8);
    conversation.text(buffer, now());
    buffer.release();
  }

  void binary(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    conversation.binary(buffer, now());
    buffer.release();
  }

  HaipOutgoing.Fate send(String channel, String text) {
    byte[] payload = ("{\"text\":\"" + text + "\"}").getBytes(UTF_8);
    return conversation.send(
        new HaipOutgoing(channel, HaipEvent.MESSAGE_START, payload, text), now());
  }

  /** The frames said of one type. */
  List<String> said(HaipEvent type) {
    return frames.stream().filter(frame -> type(frame).equals(type.wireName())).toList();
  }

  /** The payloads of the frames said of one type. */
  List<String> payloads(HaipEvent type) {
    return said(type).stream().map(Rig::payload).toList();
  }

  List<String> types() {
    return frames.stream().map(Rig::type).toList();
  }

  static String type(String frame) {
    int from = frame.indexOf("\"type\":\"") + 8;
    return frame.substring(from, frame.indexOf('"', from));
  }

  static String payload(String frame) {
    byte[] bytes = frame.getBytes(UTF_8);
    HaipText.Span span = HaipText.member(bytes, 0, "payload");
    return new String(span.take(bytes), UTF_8);
  }

  static String member(String frame, String name) {
    byte[] bytes = frame.getBytes(UTF_8);
    HaipText.Span span = HaipText.member(bytes, 0, name);
    return span == null ? null : new String(span.take(bytes), UTF_8);
  }

  /** The codes of the errors said. */
  List<String> codes() {
    return payloads(HaipEvent.ERROR).stream().map(text -> member(text, "code")).toList();
  }

  @Override
  public void say(byte[] text) {
    frames.add(new String(text, UTF_8));
    line.accept(text);
  }

  @Override
  public void sayBinary(byte[] bytes) {
    binaries.add(bytes);
    frames.add(
        "{\"type\":\"binary\",\"payload\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}");
    binaryLine.accept(bytes);
  }

  @Override
  public void ping() {
    told.add("ping");
  }

  @Override
  public void hello(HaipHello hello) {
    told.add(
        "hello " + hello.session() + " " + hello.dialect() + (hello.resumes() ? " resumes" : ""));
    if (conversation.isTalking()) {
      return;
    }
    onHello.accept(hello);
  }

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
    told.add("message " + channel + " " + new String(canonical, UTF_8));
    tickets.add(ticket);
    if (handles) {
      conversation.handled(ticket, now());
    }
  }

  @Override
  public void auth(long ticket, String auth) {
    told.add("auth " + auth);
  }

  @Override
  public void grant(String channel, long messages, long units) {
    told.add(
        "grant " + channel + " " + (messages == Long.MAX_VALUE ? "-" : messages) + " " + units);
  }

  @Override
  public void pause(String channel) {
    told.add("pause " + channel);
  }

  @Override
  public void resume(String channel) {
    told.add("resume " + channel);
  }

  @Override
  public void replay(List<HaipReplay> again) {
    replays.addAll(again);
    told.add("replay " + again.size());
  }

  @Override
  public void error(HaipFault fault) {
    told.add("error " + fault.code() + " " + fault.message());
  }

  @Override
  public void stopReading() {
    told.add("stop");
  }

  @Override
  public void readOn() {
    told.add("read on");
  }

  @Override
  public void sent(HaipOutgoing message) {
    told.add("sent " + message.tag());
  }

  @Override
  public void dropped(HaipOutgoing message, HaipFault why) {
    told.add("dropped " + message.tag());
  }

  @Override
  public void outrun(HaipOutgoing message) {
    told.add("outrun " + message.tag());
  }

  @Override
  public void changed(String channel) {
    // Only for drawing.
  }

  @Override
  public void close(HaipEnd end) {
    told.add("close " + end.reason() + " " + end.text());
  }
}
