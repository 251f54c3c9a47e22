package io.sluice.client.visionflow;

import io.sluice.client.ClientResources;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Departure;
import io.sluice.client.line.JdkTransport;
import io.sluice.client.line.LineBounds;
import io.sluice.client.line.Transport;
import io.sluice.client.line.Trouble;
import io.sluice.model.ClientCode;
import io.sluice.protocol.visionflow.NodeForm;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Listens and speaks in a room. It connects, and when the line breaks it connects again; what was
 * said meanwhile is gone. Packets are Opus to whoever listens, and bytes to this client.
 *
 * <pre>{@code
 * try (VoiceClient client =
 *     VoiceClient.builder("ws://127.0.0.1:8080/ws/voice").room("lobby").token(jwt).build()) {
 *   VoiceRoom room = client.connect().join();
 *   client.speak(packet);
 * }
 * }</pre>
 *
 * <p>All methods may be called on any thread and none waits, {@link #close} excepted. What the
 * messages mean is published in {@code docs/protocols/visionflow.md}.
 *
 * <p>A room that cannot be called so ({@code invalid_field}), or that the token does not let be
 * listened in ({@code forbidden}), ends in {@link ClientState#REFUSED}; one that is full ({@code
 * busy}) is told to {@link VoiceListener#onError}, and tried again as any line that breaks.
 */
public final class VoiceClient implements AutoCloseable {
  /** So much may wait to be sent: a second of voice or two. */
  private static final int QUEUED = 16 << 10;

  private final VoiceOptions options;
  private final Tally tally = new Tally();
  private final VisionFlowDriver<VoiceTalk> driver;
  private final Departure departure;
  private volatile VoiceRoom room = new VoiceRoom("", 0, Map.of());

  /**
   * With a transport.
   *
   * @param own ends what was made for this client alone
   */
  VoiceClient(
      VoiceOptions options,
      ClientResources resources,
      Supplier<CompletionStage<String>> tokens,
      VoiceListener listener,
      Transport transport,
      Runnable own) {
    this.options = options;
    var program =
        new VisionFlowDriver.Program(
            tokens, listener::onState, listener::onError, options.client().unhandled());
    this.driver =
        new VisionFlowDriver<>(program, resources, transport, hands -> engine(hands, listener));
    this.departure = new Departure(driver.ended(), own);
  }

  private VisionFlowEngine<VoiceTalk> engine(
      VisionFlowDriver<VoiceTalk> hands, VoiceListener listener) {
    VoiceReports reports =
        new VoiceReports(hands, listener, tally, options.maxUnheard(), told -> room = told);
    return new VisionFlowEngine<>(
        hands,
        new VoiceTalk(options, tally, hands, reports),
        tally,
        options.client(),
        options.pingEvery(),
        RandomGenerator.getDefault());
  }

  /**
   * Begins to make a client.
   *
   * @param url where the server is: {@code ws://host:port/ws/voice} or {@code wss://…}
   * @throws IllegalArgumentException if it is no such address
   */
  public static Builder builder(String url) {
    return new Builder(Addresses.of(url, "ws://host:port/ws/voice"));
  }

  /**
   * Connects, if that is not under way. Done when it is in the room for the first time, however
   * many attempts it takes; fails if it ends in one of the final states, or has.
   */
  public CompletableFuture<VoiceRoom> connect() {
    return driver.connect().thenApply(stood -> room);
  }

  /** Where it stands. */
  public ClientState state() {
    return driver.current();
  }

  /** Who is in the room, while it is in there itself. */
  public Optional<VoiceRoom> room() {
    return state() == ClientState.CONNECTED ? Optional.of(room) : Optional.empty();
  }

  /** What was counted. */
  public VoiceFigures figures() {
    return tally.ofVoice();
  }

  /**
   * Says something to all others in the room, at once or never: a voice that waited is worth
   * nothing. Each call takes the next number of its sequence, from 0 to 65,535 and 0 again, so that
   * the others notice what could not go ({@link VoiceFigures#unsent}).
   *
   * @param opus one packet of Opus, of which a copy is sent
   * @throws SluiceException {@code invalid_option} if it is empty, or longer than {@link
   *     VoiceOptions#maxPacketBytes}
   */
  public void speak(byte[] opus) {
    if (opus.length == 0 || opus.length > options.maxPacketBytes()) {
      throw new SluiceException(
          new Trouble(
              ClientCode.INVALID_OPTION,
              "A packet has 1 to " + options.maxPacketBytes() + " bytes, not " + opus.length));
    }
    byte[] copy = opus.clone();
    driver.post((engine, now) -> engine.talk().speak(copy, now));
  }

  /** Leaves the room: what was said leaves. */
  public CompletableFuture<@Nullable Void> closeAsync() {
    driver.post((engine, now) -> engine.close(now));
    return departure.end();
  }

  /** Leaves the room, and waits until what was said has left, three seconds at most. */
  @Override
  public void close() {
    driver.post((engine, now) -> engine.close(now));
    departure.await();
  }

  /** Makes a client. Not for several threads. */
  public static final class Builder {
    private final URI uri;
    private @Nullable String name;
    private @Nullable Supplier<CompletionStage<String>> tokens;
    private VoiceOptions options = VoiceOptions.DEFAULTS;
    private VoiceListener listener = new VoiceListener() {};
    private @Nullable ClientResources resources;

    private Builder(URI uri) {
      this.uri = uri;
    }

    /** In the room of this name; without, in the server's default. */
    public Builder room(String newName) {
      name = newName;
      return this;
    }

    /** With one token, for good. */
    public Builder token(String token) {
      tokens = () -> CompletableFuture.completedFuture(token);
      return this;
    }

    /**
     * With tokens from a supplier, asked before each attempt: so a line that ends because its token
     * expired comes back with the next. Called on the callback executor.
     */
    public Builder tokens(Supplier<CompletionStage<String>> supplier) {
      tokens = supplier;
      return this;
    }

    /** With other options. */
    public Builder options(VoiceOptions newOptions) {
      options = newOptions;
      return this;
    }

    /** With a listener. */
    public Builder listener(VoiceListener newListener) {
      listener = newListener;
      return this;
    }

    /** With threads that are shared with others, and outlive the client. */
    public Builder resources(ClientResources shared) {
      resources = shared;
      return this;
    }

    /**
     * Makes it; {@link VoiceClient#connect} starts it.
     *
     * @throws IllegalStateException if it has no token
     */
    public VoiceClient build() {
      Supplier<CompletionStage<String>> supplier = tokens;
      if (supplier == null) {
        throw new IllegalStateException("a client needs a token, or a supplier of tokens");
      }
      ClientResources shared = resources;
      ClientResources used = shared == null ? ClientResources.create() : shared;
      JdkTransport transport =
          new JdkTransport(
              Addresses.with(uri, "room", name),
              options.framed() ? NodeForm.FRAMED.subprotocol() : null,
              options.client().connectTimeout(),
              LineBounds.ofAll(options.client().maxMessageBytes()).withQueued(QUEUED),
              used.http(),
              used.scheduler(),
              used.callbacks());
      return new VoiceClient(
          options, used, supplier, listener, transport, shared == null ? used::close : () -> {});
    }
  }
}
