package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who speaks HAIP to a server and counts for itself. Owned by its test. */
final class HaipPerson implements WebSocket.Listener {
  /** What the official grammar takes. */
  static final String ALL =
      "\"HAI\",\"PING\",\"PONG\",\"ERROR\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\","
          + "\"REPLAY_REQUEST\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\",\"AUDIO_CHUNK\"";

  private static final String ENVELOPE =
      "{\"id\":\"%s\",\"session\":\"%s\",\"seq\":\"%s\",\"ts\":\"%d\",\"channel\":\"%s\","
          + "\"type\":\"%s\",\"payload\":%s}";

  private static final JsonMapper JSON = new JsonMapper();
  private static final long PATIENCE_SECONDS = 10;

  final String session;
  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private volatile String closeReason = "";
  private final StringBuilder part = new StringBuilder();
  private final WebSocket socket;
  private long seq;

  /** Everything that was heard, in its order. */
  final List<JsonNode> all = new ArrayList<>();

  HaipPerson(HttpClient http, URI at, String session) {
    this(http, at, session, 0);
  }

  /** One that goes on counting. */
  HaipPerson(HttpClient http, URI at, String session, long seq) {
    this.session = session;
    this.seq = seq;
    this.socket = http.newWebSocketBuilder().subprotocols("haip").buildAsync(at, this).join();
  }

  static String id() {
    return UUID.randomUUID().toString();
  }

  long said() {
    return seq;
  }

  /** What the server chose of what was offered. */
  String subprotocol() {
    return socket.getSubprotocol();
  }

  // What it says

  void say(String channel, String type, String payload) {
    raw(envelope(session, ++seq, channel, type, payload));
  }

  /** Under a number of its own choice. */
  void sayAt(String number, String channel, String type, String payload) {
    raw(envelope(session, number, channel, type, payload));
  }

  static String envelope(String session, long seq, String channel, String type, String payload) {
    return envelope(session, Long.toString(seq), channel, type, payload);
  }

  private static String envelope(
      String session, String seq, String channel, String type, String payload) {
    return ENVELOPE.formatted(
        id(), session, seq, System.currentTimeMillis(), channel, type, payload);
  }

  /** An envelope with other members, which the caller writes. */
  void sayMore(String channel, String type, String payload, String more) {
    String text = envelope(session, ++seq, channel, type, payload);
    raw(text.substring(0, text.length() - 1) + more + "}");
  }

  void binary(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  /** A message whose frame has exactly so many bytes. */
  void frameOf(String channel, int bytes) {
    String empty = envelope(session, seq + 1, channel, "MESSAGE_START", text(""));
    say(channel, "MESSAGE_START", text("x".repeat(bytes - empty.length())));
  }

  /** A message whose payload has exactly so many characters. */
  void payloadOf(String channel, int characters) {
    say(channel, "MESSAGE_START", text("x".repeat(characters - text("").length())));
  }

  private static String text(String text) {
    return "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(id(), text);
  }

  void raw(String text) {
    socket.sendText(text, true).join();
  }

  /** HAI in the official grammar, with this much credit on each channel. */
  HaipPerson official(int messages, int bytes) {
    return official(messages, bytes, "");
  }

  HaipPerson official(int messages, int bytes, String more) {
    say(
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[%s],\"capabilities\":{\"binary_frames\":true,\"flow_control\":{\"initial_credit_messages\":%d,\"initial_credit_bytes\":%d}}%s}"
            .formatted(ALL, messages, bytes, more));
    return this;
  }

  /** HAI as the founding document's client says it. */
  HaipPerson seed() {
    say(
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[\"HAI\",\"FLOW_UPDATE\",\"PAUSE_CHANNEL\",\"RESUME_CHANNEL\",\"MESSAGE_START\",\"MESSAGE_PART\",\"MESSAGE_END\"],\"flow_control\":{\"enabled\":true,\"initial_credits\":1000,\"adaptive\":true}}");
    return this;
  }

  void message(String channel, String text) {
    say(channel, "MESSAGE_START", text(text));
  }

  void grant(String channel, int messages, int bytes) {
    say(
        "SYSTEM",
        "FLOW_UPDATE",
        "{\"channel\":\"%s\",\"add_messages\":%d,\"add_bytes\":%d}"
            .formatted(channel, messages, bytes));
  }

  /** The line breaks. */
  void cut() {
    socket.abort();
  }

  // What it hears

  /** The next that is of one of these types; others are passed over. */
  JsonNode next(String... types) {
    while (true) {
      JsonNode frame = poll();
      assertThat(frame).as("one of " + List.of(types) + " after " + all).isNotNull();
      if (List.of(types).contains(frame.get("type").asString())) {
        return frame;
      }
    }
  }

  private JsonNode poll() {
    try {
      JsonNode frame = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame != null) {
        all.add(frame);
      }
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The code of the next ERROR. */
  String error() {
    return next("ERROR").get("payload").get("code").asString();
  }

  /** The codes of the ERRORs that have come by now. */
  List<String> errors() {
    roundTrip();
    List<JsonNode> frames = new ArrayList<>(all);
    frames.addAll(heard);
    return frames.stream()
        .filter(frame -> frame.get("type").asString().equals("ERROR"))
        .map(frame -> frame.get("payload").get("code").asString())
        .toList();
  }

  /** Says something to an agent that echoes, and hears it: the session is as it should be. */
  void echo() {
    String text = "are you there, " + id();
    message("USER", text);
    assertThat(text()).isEqualTo(text);
  }

  /** The text of the next message. */
  String text() {
    return next("MESSAGE_START", "MESSAGE_PART").get("payload").get("text").asString();
  }

  /** Whether a message has come that nobody has asked for yet. */
  boolean hasMessage() {
    return heard.stream().anyMatch(frame -> frame.get("type").asString().startsWith("MESSAGE"));
  }

  /** Asks and awaits the answer: what was on its way before has come by then. */
  void roundTrip() {
    String nonce = id();
    say("SYSTEM", "PING", "{\"nonce\":\"" + nonce + "\"}");
    JsonNode pong;
    List<JsonNode> passed = new ArrayList<>();
    do {
      pong = poll();
      assertThat(pong).isNotNull();
      passed.add(pong);
    } while (!pong.get("type").asString().equals("PONG"));
    passed.removeLast();
    passed.addAll(heard);
    heard.clear();
    heard.addAll(passed);
    all.removeAll(passed);
  }

  /** The number of the last frame that has come. */
  long lastSeq() {
    List<JsonNode> frames = new ArrayList<>(all);
    frames.addAll(heard);
    return frames.stream()
        .mapToLong(frame -> Long.parseLong(frame.get("seq").asString()))
        .max()
        .orElse(0);
  }

  /** What the close frame said, once it has come. */
  String closeReason() {
    int _ = closeCode();
    return closeReason;
  }

  int closeCode() {
    return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      heard.add(JSON.readTree(part.toString()));
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    heard.add(
        JSON.readTree("{\"type\":\"binary\",\"seq\":\"0\",\"bytes\":" + data.remaining() + "}"));
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closeReason = reason;
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }
}
