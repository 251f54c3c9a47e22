package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientListener;
import io.sluice.client.ClientState;
import io.sluice.client.Gap;
import io.sluice.client.SluiceClient;
import io.sluice.client.SluiceException;
import io.sluice.client.SubscribeOptions;
import io.sluice.client.SubscriptionListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Java client against servers, lines and tokens that are not as they should be. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class JavaClientTroubleTest {
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS
          .withBackoff(Duration.ofMillis(20), Duration.ofMillis(50))
          .withConnectTimeout(Duration.ofSeconds(2))
          .withSilence(Duration.ofSeconds(20), Duration.ofSeconds(20))
          .withMessageBytes(100_000, 100_000);

  /** The JDK tries once more by itself where not a byte was answered, and says nothing of it. */
  private static final int TROUBLES = 3;

  private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

  private SluiceClient.Builder client(String url) {
    return SluiceClient.builder(url)
        .token("a.b.c")
        .limits(QUICK)
        .listener(
            new ClientListener() {
              @Override
              public void onError(SluiceException error) {
                errors.add(error.code());
              }
            });
  }

  static Stream<Arguments> troubles() {
    return Stream.of(
        arguments("closes at once", "lost", script(line -> {})),
        arguments("closes after the request", "lost", script(RogueServer.Line::request)),
        arguments("answers with garbage", "lost", script(line -> after(line, "garbage\r\n\r\n"))),
        arguments(
            "is overloaded",
            "overload",
            script(line -> after(line, "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"))),
        arguments("never upgrades", "connect_timeout", script(RogueServer.Line::idle)),
        arguments("breaks after the upgrade", "lost", script(RogueServer.Line::upgrade)),
        arguments(
            "never greets",
            "connect_timeout",
            script(
                line -> {
                  line.upgrade();
                  line.idle();
                })),
        arguments("breaks after the greeting", "lost", script(RogueServer.Line::greet)),
        arguments("restarts", "restart", says(0x88, new byte[] {(byte) (1012 >> 8), (byte) 1012})),
        arguments("expires", "expired", says(0x88, new byte[] {(byte) (4401 >> 8), (byte) 4401})),
        arguments("says what is not JSON", "bad_message", says(0x81, "hello".getBytes())),
        arguments("speaks binary", "bad_message", says(0x82, new byte[] {1, 2, 3})),
        arguments("sends broken text", "lost", says(0x81, new byte[] {(byte) 0xFF})),
        arguments("uses a reserved opcode", "lost", says(0x83, new byte[] {1})),
        arguments(
            "sends a frame too large",
            "message_too_big",
            script(
                line -> {
                  line.greet();
                  // Of a flood right behind the upgrade the JDK may lose a part while it takes over
                  // the socket; a server speaks at such length only when it was asked.
                  line.hear();
                  line.frame(0x81, " ".repeat(100_001).getBytes());
                  line.idle();
                })));
  }

  /** A way to go wrong. */
  @FunctionalInterface
  interface Trouble {
    void happen(RogueServer.Line line) throws Exception;
  }

  private static Trouble script(Trouble trouble) {
    return trouble;
  }

  private static void after(RogueServer.Line line, String answer) throws IOException {
    line.request();
    line.raw(answer);
  }

  private static Trouble says(int head, byte[] payload) {
    return line -> {
      line.greet();
      line.frame(head, payload);
      line.idle();
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void serverThatDoesThisIsLeftAndTriedAgain(String name, String code, Trouble trouble)
      throws Exception {
    RogueServer.Script once =
        (number, line) -> {
          if (number < TROUBLES) {
            trouble.happen(line);
          } else {
            line.greet();
            line.idle();
          }
        };
    try (RogueServer server = new RogueServer(once);
        SluiceClient client = client(server.url()).build()) {
      client.subscribe("c", message -> {});
      client.connect().join();
      assertThat(errors.poll(10, TimeUnit.SECONDS)).isEqualTo(code);
      client.connect().join();
      assertThat(client.state().isFinal()).isFalse();
    }
  }

  @Test
  void badTokenIsRefusedByTheRealServerAndNotTriedAgain() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        SluiceClient client = client("ws://127.0.0.1:" + server.port() + "/ws").build()) {
      Throwable thrown = catchThrowable(() -> client.connect().join());
      assertThat(thrown.getCause()).isInstanceOf(SluiceException.class);
      SluiceException error = (SluiceException) thrown.getCause();
      assertThat(error.code()).isEqualTo("bad_token");
      assertThat(error.status()).isEqualTo(403);
      assertThat(error.docs()).isEqualTo("docs/errors.md#bad_token");
      assertThat(client.state()).isEqualTo(ClientState.REFUSED);
    }
  }

  @Test
  void supplierThatThrowsOrHangsIsAskedAgain() throws Exception {
    try (TestServer server = TestServer.start(Map.of())) {
      String token = server.token("ada");
      int[] asked = {0};
      try (SluiceClient client =
          client("ws://127.0.0.1:" + server.port() + "/ws")
              .tokens(
                  () ->
                      switch (asked[0]++) {
                        case 0 -> throw new IllegalStateException("as it happens");
                        case 1 -> new CompletableFuture<>();
                        default -> CompletableFuture.completedFuture(token);
                      })
              .build()) {
        client.connect().join();
        assertThat(errors).containsExactly("token_failed", "token_timeout");
      }
    }
  }

  @Test
  void blackHoleIsNoticedAndANewLineFound() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Crossing crossing = new Crossing(server.port());
        SluiceClient client =
            client("ws://127.0.0.1:" + crossing.port() + "/ws")
                .token(server.token("ada"))
                .limits(QUICK.withSilence(Duration.ofMillis(300), Duration.ofMillis(300)))
                .build()) {
      client.connect().join();
      crossing.swallow(true);
      assertThat(errors.poll(10, TimeUnit.SECONDS)).isEqualTo("silent");
      crossing.swallow(false);
      crossing.cut();
      assertThat(client.publish("c", "1").join().offset()).isEqualTo(1);
    }
  }

  @Test
  void restartedServerIsFollowedIntoItsNewEpoch() throws Exception {
    TestServer[] current = {TestServer.start(Map.of())};
    BlockingQueue<Gap> gaps = new LinkedBlockingQueue<>();
    try (Crossing crossing = new Crossing(current[0].port());
        SluiceClient client =
            client("ws://127.0.0.1:" + crossing.port() + "/ws")
                .tokens(() -> CompletableFuture.completedFuture(current[0].token("ada")))
                .build()) {
      client.connect().join();
      client
          .subscribe(
              "c",
              SubscribeOptions.DEFAULTS,
              new SubscriptionListener() {
                @Override
                public void onGap(Gap gap) {
                  gaps.add(gap);
                }
              })
          .ready()
          .join();
      client.publish("c", "1").join();
      TestServer next = TestServer.start(Map.of());
      crossing.leadTo(next.port());
      TestServer old = current[0];
      current[0] = next;
      old.close();
      assertThat(gaps.poll(10, TimeUnit.SECONDS).reason()).isEqualTo(Gap.NEW_EPOCH);
      assertThat(client.publish("c", "1").join().offset()).isEqualTo(1);
    } finally {
      current[0].close();
    }
  }
}
