package io.sluice.client.haip;

import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.Json;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Departure;
import io.sluice.client.line.JdkTransport;
import io.sluice.client.line.LineBounds;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipMetrics;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A person's end of a session with an agent. It connects, and when the line breaks it connects
 * again and goes on in the session: what was lost comes again, either way, once and in order.
 *
 * <pre>{@code
 * try (HaipClient client =
 *     HaipClient.builder("ws://127.0.0.1:8080/haip/websocket").token(jwt).listener(ears).build()) {
 *   client.connect().join();
 *   client.send("USER", "What is the weather like?").sent().join();
 * }
 * }</pre>
 *
 * <p>All methods may be called on any thread and none waits, {@link #close} excepted. What is sent
 * goes when there is credit for it and neither end has paused its channel; until then it waits, in
 * order, within {@link HaipOptions#queueMessages}.
 */
public final class HaipClient implements AutoCloseable {
  private static final String SUBPROTOCOL = "haip";

  private final HaipDriver driver;
  private final Departure departure;

  /**
   * With a driver.
   *
   * @param own ends what was made for this client alone
   */
  HaipClient(HaipDriver driver, Runnable own) {
    this.driver = driver;
    this.departure = new Departure(driver.ended(), own);
  }

  /**
   * Begins to make a client.
   *
   * @param url where the server is: {@code ws://host:port/haip/websocket} or {@code wss://…}
   * @throws IllegalArgumentException if it is no such address
   */
  public static Builder builder(String url) {
    return new Builder(URI.create(url));
  }

  /**
   * Connects, if that is not under way. Done when the session stands for the first time, however
   * many attempts it takes; fails if it ends in one of the final states, or has.
   */
  public CompletableFuture<HaipSession> connect() {
    CompletableFuture<HaipSession> future = new CompletableFuture<>();
    driver.post((engine, now) -> engine.connect(future, now));
    return future;
  }

  /** Where it stands. */
  public ClientState state() {
    return driver.current();
  }

  /** The session, while it stands. */
  public Optional<HaipSession> session() {
    return Optional.ofNullable(driver.standing());
  }

  /** Sends a text: a MESSAGE_START with all of it, and its MESSAGE_END. */
  public HaipSend send(String channel, String text) {
    return text(channel, null).whole(text);
  }

  /** Begins a message that is written in parts. */
  public HaipText begin(String channel) {
    return begin(channel, null);
  }

  HaipText begin(String channel, @Nullable String runId) {
    HaipText text = text(channel, runId);
    HaipSend unused = text.start();
    return text;
  }

  HaipText text(String channel, @Nullable String runId) {
    return new HaipText(this, channel, UUID.randomUUID().toString(), runId);
  }

  /**
   * Sends sound: a frame of its own where the server takes that. On AUDIO_IN and AUDIO_OUT the
   * oldest that waits makes room for it when the queue is full, and fails with {@code dropped}.
   *
   * @param mime its type, as {@code audio/opus}
   * @param bytes handed over
   */
  public HaipSend audio(String channel, String mime, byte[] bytes) {
    String payload = Json.of(Map.of("message_id", UUID.randomUUID().toString(), "mime", mime));
    return send(new HaipDraft(channel, HaipEvent.AUDIO_CHUNK, payload).withBinary(mime, bytes));
  }

  /**
   * Calls a tool. What it says comes to the listener with the id of the call.
   *
   * @param params a JSON object
   * @throws SluiceException {@code invalid_payload} if it is none
   */
  public HaipCall call(String channel, String tool, String params) {
    String id = UUID.randomUUID().toString();
    String payload =
        "{\"call_id\":\"" + id + "\",\"tool\":" + Json.of(tool) + ",\"params\":" + params + "}";
    return new HaipCall(id, send(new HaipDraft(channel, HaipEvent.TOOL_CALL, payload)));
  }

  /**
   * Asks the agent which tools it has. Fails with {@code timeout} if nobody answers in time, and if
   * the question can never go.
   */
  public CompletableFuture<List<HaipTool>> tools(String channel) {
    return ask(channel, HaipEvent.TOOL_LIST, "", "{}").thenApply(HaipMessage::tools);
  }

  /**
   * Asks the agent what a tool takes: a JSON Schema. Fails with {@code tool_not_found} if there is
   * no such tool, and as {@link #tools} does.
   */
  public CompletableFuture<String> schema(String channel, String tool) {
    return ask(channel, HaipEvent.TOOL_SCHEMA, tool, Json.of(Map.of("tool", tool)))
        .thenApply(payload -> String.valueOf(HaipMessage.member(payload, "schema")));
  }

  private CompletableFuture<String> ask(
      String channel, HaipEvent type, String tool, String payload) {
    String id = UUID.randomUUID().toString();
    HaipSend send = new HaipSend();
    CompletableFuture<String> answer = new CompletableFuture<>();
    var message = new HaipDraft(channel, type, payload).outgoing(id, send);
    driver.post((engine, now) -> engine.ask(id, message, tool, send, answer, now));
    var unused = send.sent().whenComplete((sent, why) -> failed(answer, why));
    return answer;
  }

  private static void failed(CompletableFuture<String> answer, @Nullable Throwable why) {
    if (why != null) {
      answer.completeExceptionally(why);
    }
  }

  /**
   * Asks for a call of a tool to be given up; neither credit nor a pause holds that up. A call that
   * still waits is taken back, and nothing is sent: it fails with {@code cancelled}.
   */
  public HaipSend cancel(String channel, String callId, String reason) {
    String payload = Json.of(Map.of("call_id", callId, "reason", reason));
    return send(new HaipDraft(channel, HaipEvent.TOOL_CANCEL, payload));
  }

  /** Starts a run. */
  public HaipRun run(String channel) {
    HaipRun run = new HaipRun(this, channel, UUID.randomUUID().toString());
    HaipSend unused = run.start();
    return run;
  }

  /**
   * Sends a message of any type.
   *
   * @throws SluiceException {@code invalid_payload}, {@code invalid_option}
   */
  public HaipSend send(HaipDraft draft) {
    HaipSend send = new HaipSend();
    var message = draft.outgoing(send);
    driver.post((engine, now) -> engine.send(message, send, now));
    return send;
  }

  /** Sends a message and its end, or neither. */
  HaipSend send(HaipDraft draft, HaipDraft last) {
    HaipSend send = new HaipSend();
    var message = draft.outgoing(send);
    var end = last.outgoing(send);
    driver.post((engine, now) -> engine.send(message, end, send, now));
    return send;
  }

  /** Wants nothing more on a channel for now; nothing is sent on it either. */
  public void pause(String channel) {
    driver.post((engine, now) -> engine.pause(channel, now));
  }

  /** Goes on with it. */
  public void resume(String channel) {
    driver.post((engine, now) -> engine.resume(channel, now));
  }

  /** How a channel stands: credit, what waits, what was sent and received; empty if unused. */
  public Optional<HaipMetrics> channel(String channel) {
    return driver.channels().stream().filter(it -> it.channel().equals(channel)).findFirst();
  }

  /** Closes: what was sent leaves, what waits fails with {@code closed}. */
  public CompletableFuture<@Nullable Void> closeAsync() {
    driver.post((engine, now) -> engine.close());
    return departure.end();
  }

  /** Closes, and waits until everything that was sent has left, three seconds at most. */
  @Override
  public void close() {
    driver.post((engine, now) -> engine.close());
    departure.await();
  }

  /** Makes a client. Not for several threads. */
  public static final class Builder {
    private final URI uri;
    private @Nullable Supplier<CompletionStage<String>> tokens;
    private HaipOptions options = HaipOptions.DEFAULTS;
    private HaipListener listener = new HaipListener() {};
    private @Nullable ClientResources resources;

    private Builder(URI uri) {
      JdkTransport.check(uri, "ws://host:port/haip/websocket");
      this.uri = uri;
    }

    /** With one token, for good. */
    public Builder token(String token) {
      tokens = () -> CompletableFuture.completedFuture(token);
      return this;
    }

    /** With tokens from a supplier, asked before each attempt. Called on the callback executor. */
    public Builder tokens(Supplier<CompletionStage<String>> supplier) {
      tokens = supplier;
      return this;
    }

    /** With other options. */
    public Builder options(HaipOptions newOptions) {
      options = newOptions;
      return this;
    }

    /** With a listener. */
    public Builder listener(HaipListener newListener) {
      listener = newListener;
      return this;
    }

    /** With threads that are shared with others, and outlive the client. */
    public Builder resources(ClientResources shared) {
      resources = shared;
      return this;
    }

    /**
     * Makes it; {@link HaipClient#connect} starts it.
     *
     * @throws IllegalStateException if it has no token
     */
    public HaipClient build() {
      Supplier<CompletionStage<String>> supplier = tokens;
      if (supplier == null) {
        throw new IllegalStateException("a client needs a token, or a supplier of tokens");
      }
      ClientResources shared = resources;
      ClientResources used = shared == null ? ClientResources.create() : shared;
      JdkTransport transport =
          new JdkTransport(
              uri,
              SUBPROTOCOL,
              options.client().connectTimeout(),
              LineBounds.ofAll(options.client().maxMessageBytes()),
              used.http(),
              used.scheduler(),
              used.callbacks());
      HaipDriver driver = new HaipDriver(options, used, supplier, listener, transport);
      return new HaipClient(driver, shared == null ? used::close : () -> {});
    }
  }
}
