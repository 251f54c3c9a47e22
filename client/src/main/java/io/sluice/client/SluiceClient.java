package io.sluice.client;

import io.sluice.client.line.Departure;
import io.sluice.client.line.JdkTransport;
import io.sluice.client.line.LineBounds;
import io.sluice.client.line.Transport;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ClientCode;
import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusGrammar;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server, for one user. It connects, and when the line breaks it connects again,
 * resumes its subscriptions where they stood, and repeats what was published and not yet
 * acknowledged.
 *
 * <pre>{@code
 * try (SluiceClient client = SluiceClient.builder("ws://127.0.0.1:8080/ws").token(jwt).build()) {
 *   client.connect().join();
 *   client.subscribe("tasks", message -> System.out.println(message.data()));
 *   client.publish("tasks", "{\"title\":\"Water the plants\"}").join();
 * }
 * }</pre>
 *
 * <p>All methods may be called on any thread and none waits, {@link #close} excepted. Subscriptions
 * and requests may be made before {@link #connect} and while the line is down; they wait, within
 * {@link ClientLimits#queueMessages}.
 */
public final class SluiceClient implements AutoCloseable {
  private final Driver driver;
  private final Departure departure;

  /**
   * With a driver.
   *
   * @param own ends what was made for this client alone
   */
  SluiceClient(Driver driver, Runnable own) {
    this.driver = driver;
    this.departure = new Departure(driver.ended(), own);
  }

  /**
   * Begins to make a client.
   *
   * @param url where the server is: {@code ws://host:port/ws} or {@code wss://…}
   * @throws IllegalArgumentException if it is no such address
   */
  public static Builder builder(String url) {
    return new Builder(URI.create(url));
  }

  /**
   * Connects, if that is not under way. Done when the server has said {@code connected} for the
   * first time, however many attempts it takes; fails if it ends in one of the final states, or
   * has. Called while {@link ClientState#WAITING} it tries at once.
   */
  public CompletableFuture<Connected> connect() {
    CompletableFuture<Connected> future = new CompletableFuture<>();
    driver.post((engine, now) -> engine.connect(future, now));
    return future;
  }

  /** Where it stands. */
  public ClientState state() {
    return driver.current();
  }

  /** The channels on which publications of this client wait for slow readers. */
  public Set<String> heldChannels() {
    return driver.heldChannels();
  }

  /**
   * Done as soon as less than half of {@link ClientLimits#queueMessages} and {@link
   * ClientLimits#queueBytes} is taken: who waits for it before each publication is not told {@code
   * queue_full}. Fails once the state is final.
   */
  public CompletableFuture<@Nullable Void> writable() {
    CompletableFuture<@Nullable Void> room = new CompletableFuture<>();
    driver.post((engine, now) -> engine.await(room));
    return room;
  }

  /** Subscribes to everything from now on. */
  public Subscription subscribe(String channel, Consumer<Message> onMessage) {
    return subscribe(channel, SubscribeOptions.DEFAULTS, onMessage);
  }

  /** Subscribes. */
  public Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<Message> onMessage) {
    return subscribe(
        channel,
        options,
        new SubscriptionListener() {
          @Override
          public void onMessage(Message message) {
            onMessage.accept(message);
          }
        });
  }

  /**
   * Subscribes. Credit is renewed by itself as the listener returns, so that a slow one is sent
   * less and the rest waits in the channel's log.
   *
   * @param channel a channel, or a pattern of channels that have a feed: {@code task.*} for one
   *     segment, {@code task.>} for one or more
   * @throws SluiceException {@code invalid_channel}
   */
  public Subscription subscribe(
      String channel, SubscribeOptions options, SubscriptionListener listener) {
    Window window = Window.moving(options.messages(), options.bytes());
    Opened opened = new Opened(channel, options, listener, window, new CompletableFuture<>());
    opened.begin();
    return opened.subscription();
  }

  /** A channel, or a pattern, as a stream, everything from now on. */
  public MessageStream stream(String channel) {
    return stream(channel, SubscribeOptions.DEFAULTS);
  }

  /** A channel, or a pattern, as a stream. */
  public MessageStream stream(String channel, SubscribeOptions options) {
    return stream(channel, options, new SubscriptionListener() {});
  }

  /**
   * A channel, or a pattern, as a stream, with a listener for whatever is not a message.
   *
   * @throws SluiceException {@code invalid_channel}
   */
  public MessageStream stream(
      String channel, SubscribeOptions options, SubscriptionListener listener) {
    checkSubject(channel);
    return new MessageStream(
        (flowing, ready) ->
            new Opened(channel, options, flowing, Window.onDemand(options.bytes()), ready),
        channel,
        listener);
  }

  /** Publishes JSON, with acknowledgement. */
  public CompletableFuture<Receipt> publish(String channel, String json) {
    return publish(channel, json, PublishOptions.DEFAULTS);
  }

  /**
   * Publishes JSON.
   *
   * @param json one JSON value, which arrives byte for byte; {@link Json#of} makes some
   * @throws SluiceException {@code invalid_channel}, {@code invalid_payload}
   */
  public CompletableFuture<Receipt> publish(String channel, String json, PublishOptions options) {
    checkChannel(channel);
    String payload = Json.payload(json);
    String given = options.idempotencyKey();
    boolean keyless = given == null && options.acknowledge();
    String idempotencyKey = keyless ? driver.newKey() : given;
    boolean acknowledge = options.acknowledge();
    return ask(
        channel,
        (engine, id) ->
            engine
                .writer()
                .publish(id, channel, payload, acknowledge, options.key(), idempotencyKey),
        acknowledge ? Request.Kind.PUBLISH : Request.Kind.TELL,
        acknowledge ? Answers::receipt : sent -> new Receipt(channel, null));
  }

  /** Asks for the newest publications of a channel, as many as the server likes to give. */
  public CompletableFuture<History> history(String channel) {
    return history(channel, null, 0);
  }

  /**
   * Asks for publications the channel's log still has.
   *
   * @param since those after this position, oldest first; null for the newest
   * @param limit at most so many, 1 to 1,000; 0 leaves it to the server
   * @throws SluiceException {@code invalid_channel}, {@code invalid_option}
   */
  public CompletableFuture<History> history(String channel, @Nullable Position since, int limit) {
    checkChannel(channel);
    if (limit < 0) {
      throw new SluiceException(ClientCode.INVALID_OPTION, "A limit is not negative");
    }
    return ask(
        null,
        (engine, id) -> engine.writer().history(id, channel, since, limit),
        Request.Kind.ASK,
        Answers::history);
  }

  /**
   * Asks who is subscribed to a channel.
   *
   * @throws SluiceException {@code invalid_channel}
   */
  public CompletableFuture<Presence> presence(String channel) {
    checkChannel(channel);
    return ask(
        null,
        (engine, id) -> engine.writer().presence(id, channel),
        Request.Kind.ASK,
        Answers::present);
  }

  private static void checkChannel(String channel) {
    if (!ChannelName.isValid(channel)) {
      throw new SluiceException(
          "invalid_channel", "A channel has 1 to 128 characters of A-Z a-z 0-9 _ . : -");
    }
  }

  private static void checkSubject(String channel) {
    if (!ChannelPattern.hasWildcard(channel)) {
      checkChannel(channel);
    } else if (!ChannelPattern.isValid(channel)) {
      throw new SluiceException(
          "invalid_channel", "In a pattern * stands for a segment, and > for all that follow");
    }
  }

  /** Writes a request, given the engine and its id. */
  private interface Writing {
    String write(Engine engine, long id);
  }

  private <T> CompletableFuture<T> ask(
      @Nullable String channel, Writing writing, Request.Kind kind, Request.Reading<T> reading) {
    CompletableFuture<T> future = new CompletableFuture<>();
    driver.post(
        (engine, now) -> {
          long id = engine.nextId();
          String text = writing.write(engine, id);
          int bytes = text.getBytes(StandardCharsets.UTF_8).length;
          engine.ask(new Request<>(id, channel, text, bytes, kind, future, reading), now);
        });
    return future;
  }

  /** Closes; done when the connection is gone. What was not acknowledged fails with closed. */
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

  /** One subscription on its way to the server. */
  private final class Opened implements MessageStream.Tap {
    private final Subscriber subscriber;
    private final Subscription subscription;

    Opened(
        String channel,
        SubscribeOptions options,
        SubscriptionListener listener,
        Window window,
        CompletableFuture<Subscribed> ready) {
      checkSubject(channel);
      Reports reports = new Reports(driver);
      Pipe pipe = new Pipe(listener, reports, window.width(), options.bytes(), options.since());
      this.subscriber = new Subscriber(channel, options, window, pipe, ready);
      reports.subscriber = subscriber;
      this.subscription = new Subscription(driver, subscriber, pipe);
    }

    @Override
    public Subscription subscription() {
      return subscription;
    }

    @Override
    public void begin() {
      driver.post((engine, now) -> engine.subscribe(subscriber, now));
    }

    @Override
    public void demand(long messages) {
      driver.post((engine, now) -> engine.demand(subscriber, messages));
    }
  }

  /** Makes a client. Not for several threads. */
  public static final class Builder {
    private final URI uri;
    private @Nullable Supplier<CompletionStage<String>> tokens;
    private boolean renewable;
    private ClientLimits limits = ClientLimits.DEFAULTS;
    private ClientListener listener = new ClientListener() {};
    private @Nullable ClientResources resources;

    private Builder(URI uri) {
      JdkTransport.check(uri, "ws://host:port/ws");
      this.uri = uri;
    }

    /** With one token, for good. */
    public Builder token(String token) {
      tokens = () -> CompletableFuture.completedFuture(token);
      renewable = false;
      return this;
    }

    /**
     * With tokens from a supplier: asked before each attempt, and, at 80 % of what is left of a
     * token, for its successor on the same connection. Called on the callback executor.
     */
    public Builder tokens(Supplier<CompletionStage<String>> supplier) {
      tokens = supplier;
      renewable = true;
      return this;
    }

    /** With other limits. */
    public Builder limits(ClientLimits newLimits) {
      limits = newLimits;
      return this;
    }

    /** With a listener for the client as a whole. */
    public Builder listener(ClientListener newListener) {
      listener = newListener;
      return this;
    }

    /** With threads that are shared with others, and outlive the client. */
    public Builder resources(ClientResources shared) {
      resources = shared;
      return this;
    }

    /**
     * Makes it; {@link SluiceClient#connect} starts it.
     *
     * @throws IllegalStateException if it has no token
     */
    public SluiceClient build() {
      Supplier<CompletionStage<String>> supplier = tokens;
      if (supplier == null) {
        throw new IllegalStateException("a client needs a token, or a supplier of tokens");
      }
      ClientResources shared = resources;
      ClientResources used = shared == null ? ClientResources.create() : shared;
      Transport transport =
          new JdkTransport(
              uri,
              NexusGrammar.EXTENDED_SUBPROTOCOL,
              limits.connectTimeout(),
              LineBounds.ofAll(limits.maxMessageBytes()),
              used.http(),
              used.scheduler(),
              used.callbacks());
      Driver driver = new Driver(limits, used, supplier, renewable, listener, transport);
      return new SluiceClient(driver, shared == null ? used::close : () -> {});
    }
  }
}
