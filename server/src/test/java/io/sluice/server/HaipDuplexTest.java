package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import io.sluice.services.agents.Agent;
import io.sluice.services.agents.AgentSession;
import io.sluice.services.agents.Piece;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /haip/stream} both ways at once, on plain sockets and a whole server. */
class HaipDuplexTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HAI =
      "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":["
          + HaipPerson.ALL
          + "]}";

  private Sluice sluice;
  private final String session = HaipPerson.id();
  private long seq;

  @BeforeEach
  void start() throws Exception {
    start(Map.of());
  }

  private void start(Map<String, String> more) throws Exception {
    sluice = Sluice.start(settings(more));
  }

  private static Settings settings(Map<String, String> more) throws Exception {
    Map<String, String> flags = new HashMap<>(more);
    flags.putIfAbsent("telemetry.enabled", "false");
    flags.putIfAbsent("haip.agent", "echo");
    flags.putIfAbsent("lanes", "1");
    return Settings.load(flags, null, Map.of()).withPort(0);
  }

  @AfterEach
  void close() {
    sluice.close();
  }

  private String token() {
    return sluice
        .developer()
        .issue(TokenIssuer.Request.of("ada"), Duration.ofMinutes(5), System.currentTimeMillis());
  }

  private RawStream stream() throws Exception {
    return RawStream.chunked(sluice.port(), "/haip/stream", token());
  }

  private String envelope(String channel, String type, String payload) {
    return HaipPerson.envelope(session, ++seq, channel, type, payload) + "\n";
  }

  private String ping(int nonce) {
    return envelope("SYSTEM", "PING", "{\"nonce\":\"" + nonce + "\"}");
  }

  private String message(String text) {
    return envelope(
        "USER",
        "MESSAGE_START",
        "{\"message_id\":\"%s\",\"text\":\"%s\"}".formatted(HaipPerson.id(), text));
  }

  /** The next line of this type. */
  private static JsonNode next(RawStream stream, String type) throws Exception {
    JsonNode line = JSON.readTree(stream.line());
    while (!line.get("type").asString().equals(type)) {
      line = JSON.readTree(stream.line());
    }
    return line;
  }

  private static void assertClosed(RawStream stream, int code) throws Exception {
    assertThat(next(stream, "closed").get("code").asInt()).isEqualTo(code);
    assertThat(stream.line()).isNull();
    assertThat(stream.isOver()).isTrue();
  }

  // Both ways

  @Test
  void eachLineIsAnsweredWhileTheBodyIsStillComing() throws Exception {
    try (RawStream stream = stream()) {
      assertThat(stream.status()).isEqualTo(200);
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(next(stream, "HAI").get("session").asString()).isEqualTo(session);
      for (int i = 0; i < 20; i++) {
        stream.say(ping(i));
        assertThat(next(stream, "PONG").get("payload").get("nonce").asString())
            .isEqualTo(Integer.toString(i));
      }
      stream.say(message("hello"));
      assertThat(next(stream, "MESSAGE_START").get("payload").get("text").asString())
          .isEqualTo("hello");
    }
  }

  @Test
  void theServerSpeaksFirstToWhoSaysNothing() throws Exception {
    try (RawStream stream = stream()) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(next(stream, "HAI").get("payload").has("capabilities")).isTrue();
    }
  }

  @Test
  void linesMayBeCutAnywhere() throws Exception {
    try (RawStream stream = stream()) {
      String all = envelope("SYSTEM", "HAI", HAI) + "\r\n\n" + ping(1) + ping(2);
      for (int i = 0; i < all.length(); i += 7) {
        stream.say(all.substring(i, Math.min(all.length(), i + 7)));
      }
      stream.say(ping(3).stripTrailing());
      stream.end();
      assertThat(stream.status()).isEqualTo(200);
      for (int i = 1; i <= 3; i++) {
        assertThat(next(stream, "PONG").get("payload").get("nonce").asString())
            .isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void theAnswerGoesOnWhenTheBodyHasEnded() throws Exception {
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      stream.end();
      assertThat(stream.status()).isEqualTo(200);
      next(stream, "HAI");
      try (RawStream post =
          new RawStream(
              sluice.port(), "/haip/message?session=" + session, token(), body(message("later")))) {
        assertThat(post.status()).isEqualTo(200);
      }
      assertThat(next(stream, "MESSAGE_START").get("payload").get("text").asString())
          .isEqualTo("later");
      sluice.close();
      assertClosed(stream, 1012);
    }
  }

  private static String body(String text) {
    return "Content-Length: " + text.getBytes(UTF_8).length + "\r\n\r\n" + text;
  }

  @Test
  void aBodyThatComesWholeIsAnsweredToo() throws Exception {
    String all = envelope("SYSTEM", "HAI", HAI) + ping(7) + message("hello");
    try (RawStream stream = new RawStream(sluice.port(), "/haip/stream", token(), body(all))) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.head).contains("transfer-encoding: chunked");
      next(stream, "PONG");
      assertThat(next(stream, "MESSAGE_START").get("payload").get("text").asString())
          .isEqualTo("hello");
    }
  }

  @Test
  void noBodyAtAllIsSomebodyWhoListens() throws Exception {
    try (RawStream stream = new RawStream(sluice.port(), "/haip/stream", token(), "\r\n")) {
      assertThat(stream.status()).isEqualTo(200);
      next(stream, "HAI");
    }
  }

  @Test
  void whoWaitsToBeAskedForTheBodyIsAsked() throws Exception {
    try (RawStream stream =
        new RawStream(
            sluice.port(),
            "/haip/stream",
            token(),
            "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")) {
      assertThat(stream.status()).isEqualTo(100);
      stream.head.clear();
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      assertThat(next(stream, "HAI").get("session").asString()).isEqualTo(session);
    }
  }

  @Test
  void aBodyMayBeLongerThanAnyThatIsReadWhole() throws Exception {
    int most = sluice.settings().limits().http().bodyBytes();
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      String blank = "\n".repeat(64 << 10);
      for (int sent = 0; sent <= most; sent += blank.length()) {
        stream.say(blank);
      }
      stream.say(ping(1));
      next(stream, "PONG");
    }
  }

  // What is refused before a word is said

  @ParameterizedTest
  @CsvSource({"/haip/stream, forged, 403", "/haip/stream?session=x, , 400"})
  void whatIsWrongWithTheRequestIsAStatus(String target, String token, int status)
      throws Exception {
    try (RawStream stream =
        RawStream.chunked(sluice.port(), target, token == null ? token() : token)) {
      assertThat(stream.status()).isEqualTo(status);
    }
    try (RawStream late =
        new RawStream(
            sluice.port(),
            target,
            token == null ? token() : token,
            body(envelope("SYSTEM", "HAI", HAI)))) {
      assertThat(late.status()).isEqualTo(status);
      assertThat(late.head).contains("connection: close");
    }
  }

  // What cannot be read

  @Test
  void aLineLongerThanAnyMessageEndsIt() throws Exception {
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      int most = sluice.settings().limits().socket().messageBytes();
      byte[] piece = "x".repeat(most / 16).getBytes(UTF_8);
      for (int i = 0; i < 17; i++) {
        stream.say(piece);
      }
      assertClosed(stream, 1009);
    }
  }

  @Test
  void aLineThatNeverEndsEndsIt() throws Exception {
    sluice.close();
    start(Map.of("limits.socket.unfinishedMessage", "100ms"));
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      stream.say(ping(1) + "{\"id\":");
      assertThat(next(stream, "PONG").get("payload").get("nonce").asString()).isEqualTo("1");
      assertClosed(stream, 1008);
    }
  }

  @Test
  void whatIsNotUtf8EndsIt() throws Exception {
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      stream.say(new byte[] {(byte) 0xC3, '\n'});
      assertClosed(stream, 1007);
    }
  }

  @Test
  void chunksThatAreNoneEndIt() throws Exception {
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      assertThat(stream.status()).isEqualTo(200);
      stream.raw("zz\r\n");
      assertClosed(stream, 1002);
    }
  }

  @Test
  void whatComesBehindTheBodyIsNobodys() throws Exception {
    try (RawStream stream = stream()) {
      stream.say(envelope("SYSTEM", "HAI", HAI));
      stream.end();
      stream.raw("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(100));
      assertThat(stream.status()).isEqualTo(200);
      next(stream, "HAI");
      sluice.close();
      assertClosed(stream, 1012);
    }
  }

  // Back-pressure

  @Test
  void whoIsNotHeardFastEnoughIsNotReadOn() throws Exception {
    sluice.close();
    CountDownLatch go = new CountDownLatch(1);
    sluice =
        Sluice.start(
            settings(Map.of()),
            (name, person) ->
                new Agent() {
                  @Override
                  public void heard(AgentSession to, Piece piece) throws InterruptedException {
                    go.await();
                  }
                });
    String token = token();
    try (SocketChannel channel = SocketChannel.open(sluice.address());
        Selector selector = Selector.open()) {
      channel.write(
          ByteBuffer.wrap(
              ("POST /haip/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                      + token
                      + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + chunk(envelope("SYSTEM", "HAI", HAI)))
                  .getBytes(UTF_8)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      long sent = 0;
      ByteBuffer next = ByteBuffer.wrap(chunk(message("x".repeat(10_000))).getBytes(UTF_8));
      while (selector.select(1_000) > 0) {
        selector.selectedKeys().clear();
        sent += channel.write(next);
        if (!next.hasRemaining()) {
          next = ByteBuffer.wrap(chunk(message("x".repeat(10_000))).getBytes(UTF_8));
        }
        assertThat(sent).as("taken though nobody hears").isLessThan(64L << 20);
      }
      go.countDown();
      assertThat(selector.select(10_000)).as("goes on when it is heard").isPositive();
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.getBytes(UTF_8).length) + "\r\n" + text + "\r\n";
  }
}
