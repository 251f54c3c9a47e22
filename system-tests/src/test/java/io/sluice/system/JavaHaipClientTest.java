package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.haip.HaipCall;
import io.sluice.client.haip.HaipClient;
import io.sluice.client.haip.HaipListener;
import io.sluice.client.haip.HaipMessage;
import io.sluice.client.haip.HaipOptions;
import io.sluice.client.haip.HaipOptions.Flow;
import io.sluice.client.haip.HaipSend;
import io.sluice.client.haip.HaipSession;
import io.sluice.client.haip.HaipText;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Java client for HAIP against the real server and its own agents. */
@Timeout(60)
class JavaHaipClientTest {
  private static final String USER = "USER";
  private static final ClientLimits QUICK =
      ClientLimits.DEFAULTS.withBackoff(Duration.ofMillis(50), Duration.ofMillis(200));
  private static final HaipOptions OPTIONS = HaipOptions.DEFAULTS.withClient(QUICK);

  /** Keeps what it is told, in order. */
  private static final class Ears implements HaipListener {
    final BlockingQueue<HaipMessage> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<HaipSession> sessions = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(HaipMessage message) {
      messages.add(message);
    }

    @Override
    public void onSession(HaipSession session) {
      sessions.add(session);
    }

    HaipMessage next() throws InterruptedException {
      HaipMessage message = messages.poll(20, TimeUnit.SECONDS);
      assertThat(message).as("a message").isNotNull();
      return message;
    }

    HaipMessage next(HaipEvent type) throws InterruptedException {
      HaipMessage message = next();
      while (message.type() != type) {
        message = next();
      }
      return message;
    }

    /** The next so many texts. */
    List<String> texts(int count) throws InterruptedException {
      List<String> texts = new ArrayList<>();
      while (texts.size() < count) {
        HaipMessage message = next();
        if (!message.text().isEmpty()) {
          texts.add(message.text());
        }
      }
      return texts;
    }
  }

  private static HaipClient.Builder client(TestServer server, int port, Ears ears) {
    return HaipClient.builder("ws://127.0.0.1:" + port + "/haip/websocket")
        .token(server.token("ada"))
        .options(OPTIONS)
        .listener(ears);
  }

  @ParameterizedTest
  @EnumSource(Flow.class)
  void whatAPersonSaysComesBackFromTheEchoInOrder(Flow flow) throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of("haip.agent", "echo"));
        HaipClient client =
            client(server, server.port(), ears).options(OPTIONS.withFlow(flow)).build()) {
      HaipSession session = client.connect().join();
      assertThat(session.resumed()).isFalse();
      assertThat(session.dialect() == HaipDialect.SEED).isEqualTo(flow == Flow.SEED);
      List<String> said = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        said.add("number " + i + " ü € \uD83D\uDE00");
        gone(client.send(USER, said.getLast()));
      }
      assertThat(ears.texts(500)).isEqualTo(said);
      // Each text has its end.
      assertThat(client.channel(USER).orElseThrow().sent()).isEqualTo(1_000);
    }
  }

  @Test
  void messageInPartsComesBackInParts() throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of("haip.agent", "echo"));
        HaipClient client = client(server, server.port(), ears).build()) {
      client.connect().join();
      HaipText text = client.begin(USER);
      text.part("one ");
      text.part("two");
      gone(text.end());
      assertThat(ears.next(HaipEvent.MESSAGE_START).messageId()).isPresent();
      assertThat(ears.texts(2)).containsExactly("one ", "two");
      ears.next(HaipEvent.MESSAGE_END);
    }
  }

  @Test
  void agentThatStreamsIsHeardWholeThoughTheLineIsCutAgainAndAgain() throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of("haip.agent", "demo"));
        Crossing crossing = new Crossing(server.port());
        HaipClient client = client(server, crossing.port(), ears).build()) {
      client.connect().join();
      String question = "What is 17 and 25? " + "word ".repeat(60);
      gone(client.send(USER, question));
      StringBuilder answer = new StringBuilder();
      int heard = 0;
      HaipMessage message = ears.next();
      while (message.type() != HaipEvent.RUN_FINISHED) {
        answer.append(message.text());
        if (++heard % 20 == 0) {
          crossing.cut();
        }
        message = ears.next();
      }
      assertThat(answer.toString()).isEqualTo("You said: " + question + " Together that is 42.");
      assertThat(ears.sessions.size()).isGreaterThan(2);
      assertThat(ears.sessions.stream().skip(1)).allMatch(HaipSession::resumed);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Flow.class,
      names = {"AUTO", "SEED"})
  void nothingIsLostOrStallsThoughTheLineIsCutWhileAPersonSpeaks(Flow flow) throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of("haip.agent", "echo"));
        Crossing crossing = new Crossing(server.port());
        HaipClient client =
            client(server, crossing.port(), ears).options(OPTIONS.withFlow(flow)).build()) {
      client.connect().join();
      List<String> said = new ArrayList<>();
      List<HaipSend> sends = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        said.add("number " + i);
        sends.add(client.send(USER, said.getLast()));
        if (i % 50 == 25) {
          gone(sends.getLast());
          crossing.cut();
        }
      }
      assertThat(ears.texts(400)).isEqualTo(said);
      assertThat(sends).allMatch(send -> send.state() == HaipSend.State.SENT);
    }
  }

  @Test
  void toolIsCalledAndAnswers() throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of("haip.agent", "demo"));
        HaipClient client = client(server, server.port(), ears).build()) {
      client.connect().join();
      HaipCall call = client.call("AGENT", "add", "{\"a\":2,\"b\":3}");
      gone(call.send());
      HaipMessage done = ears.next(HaipEvent.TOOL_DONE);
      assertThat(done.callId()).contains(call.id());
      assertThat(done.payload()).contains("5");
    }
  }

  @Test
  void refusedTokenIsFinal() throws Exception {
    Ears ears = new Ears();
    try (TestServer server = TestServer.start(Map.of());
        HaipClient client = client(server, server.port(), ears).token("none").build()) {
      assertThat(client.connect())
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableOfType(java.util.concurrent.ExecutionException.class);
      assertThat(client.state()).isEqualTo(ClientState.REFUSED);
      assertThat(refusal(client.send(USER, "x"))).contains("bad_token");
    }
  }

  /** Waits until it has gone, but not for ever. */
  private static void gone(HaipSend send) {
    assertThat(send.sent()).succeedsWithin(Duration.ofSeconds(20));
  }

  private static String refusal(HaipSend send) {
    try {
      send.sent().join();
      return "none";
    } catch (CompletionException e) {
      return e.getMessage();
    }
  }
}
