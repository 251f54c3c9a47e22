package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import io.sluice.services.agents.Agent;
import io.sluice.services.agents.AgentSession;
import io.sluice.services.agents.AudioChunk;
import io.sluice.services.agents.Message;
import io.sluice.services.agents.ToolCall;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What people, their tokens and agents say is nobody's who reads the log, at whatever level. */
class HaipSecretsTest {
  /** Part of everything that is nobody's. */
  private static final String SECRET = "7he5ecret";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level usual = root.getLevel();
  private final Kept log = new Kept();
  private Sluice sluice;

  /** All that is logged, as text. */
  private static final class Kept extends AppenderBase<ILoggingEvent> {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      StringBuilder line = new StringBuilder(event.getFormattedMessage());
      line.append(event.getMDCPropertyMap());
      for (IThrowableProxy one = event.getThrowableProxy(); one != null; one = one.getCause()) {
        line.append('\n').append(one.getMessage());
      }
      lines.add(line.toString());
    }
  }

  /** Fails at everything, and says why. */
  private static final class Failing implements Agent {
    @Override
    public void opened(AgentSession session) {
      throw fault("opened");
    }

    @Override
    public void message(AgentSession session, Message message) {
      throw fault(message.text());
    }

    @Override
    public void audio(AgentSession session, AudioChunk chunk) {
      throw fault("audio");
    }

    @Override
    public void toolCall(AgentSession session, ToolCall call) {
      throw fault("call");
    }

    private static IllegalStateException fault(String what) {
      return new IllegalStateException(
          SECRET + what, new IllegalArgumentException(SECRET + " again"));
    }
  }

  @BeforeEach
  void start() throws Exception {
    log.setContext(root.getLoggerContext());
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    Map<String, String> flags = Map.of("telemetry.enabled", "false", "lanes", "1");
    sluice =
        Sluice.start(
            Settings.load(flags, null, Map.of()).withPort(0), (session, person) -> new Failing());
  }

  @AfterEach
  void close() {
    http.shutdownNow();
    sluice.close();
    root.setLevel(usual);
    root.detachAppender(log);
  }

  private String token() {
    return sluice
        .developer()
        .issue(TokenIssuer.Request.of("ada"), Duration.ofMinutes(5), System.currentTimeMillis());
  }

  private HaipPerson person(String token) {
    URI at = URI.create("ws://127.0.0.1:" + sluice.port() + "/haip/websocket?token=" + token);
    return new HaipPerson(http, at, HaipPerson.id());
  }

  private int status(String path, String token, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sluice.port() + path))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString()).statusCode();
  }

  @Test
  void whatIsSaidInConfidenceIsNotLogged() throws Exception {
    String token = token();
    HaipPerson ada = person(token).official(1_000, 1 << 20, ",\"auth\":\"" + token + "\"");
    ada.next("HAI");
    ada.message("USER", SECRET);
    ada.raw("{\"" + SECRET + "\":" + SECRET);
    ada.say("USER", SECRET, "{}");
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"" + SECRET + "!\"}");
    ada.say("USER", "AUDIO_CHUNK", "{\"message_id\":\"m\",\"data\":\"" + SECRET + "\"}");
    ada.say("AGENT", "TOOL_CALL", "{\"call_id\":\"c\",\"tool\":\"" + SECRET + "\"}");
    ada.say("USER", "TRANSACTION_START", "{\"toolName\":\"t\",\"auth\":\"" + SECRET + "\"}");
    while (!ada.error().equals("AUTHENTICATION_FAILED")) {
      // What was wrong before.
    }
    HaipPerson eve = person(token).official(1, 1_000, ",\"auth\":{\"token\":\"" + SECRET + "\"}");
    assertThat(eve.closeCode()).isEqualTo(1008);
    assertThat(status("/haip/stream", SECRET, SECRET)).isEqualTo(403);
    assertThat(status("/haip/message?token=" + SECRET, token, SECRET)).isEqualTo(403);
    await()
        .until(() -> log.lines.stream().filter(it -> it.contains("an agent failed")).count() > 2);
    String signature = token.substring(token.lastIndexOf('.') + 1);
    assertThat(log.lines.stream())
        .filteredOn(line -> line.contains(SECRET) || line.contains(signature))
        .isEmpty();
  }
}
