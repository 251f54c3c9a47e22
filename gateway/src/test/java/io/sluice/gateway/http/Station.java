package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.TokenVerifier;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A door without sockets: one event loop that runs in the test's thread, and a clock to turn. */
final class Station implements Handoff, TokenVerifier {
  static final String GOOD = "good";
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  /** A handshake with everything in its place; to be changed by the test. */
  static final String UPGRADE =
      "GET /ws?token=good HTTP/1.1\r\n"
          + "Host: sluice.test\r\n"
          + "Upgrade: websocket\r\n"
          + "Connection: Upgrade\r\n"
          + ("Sec-WebSocket-Key: " + KEY + "\r\n")
          + "Sec-WebSocket-Version: 13\r\n"
          + "\r\n";

  final GatewayMeter meter = new GatewayMeter();
  final Gatehouse house;
  final Door door;
  final List<Endpoint.Welcome> adopted = new ArrayList<>();
  final StringBuilder afterUpgrade = new StringBuilder();
  final List<HttpCall> calls = new CopyOnWriteArrayList<>();
  CompletableFuture<Verdict> slowVerdict = new CompletableFuture<>();
  CompletableFuture<HttpAnswer> slowAnswer = new CompletableFuture<>();
  final Stutter stuttering = new Stutter();
  final Listening listening = new Listening();
  boolean deflates;
  private long nanos = 7;

  Station() {
    this(limits(before -> before), false);
  }

  Station(Limits limits, boolean development) {
    this(limits, development, "");
  }

  /** One that believes a proxy. */
  Station(Limits limits, boolean development, String proxies) {
    List<Network> trusted =
        proxies.isEmpty() ? List.of() : Stream.of(proxies.split(" ")).map(Network::parse).toList();
    this.house = new Gatehouse(settings(development, trusted), this, meter, limits);
    this.door = house.door(this, this::now);
  }

  static Limits limits(UnaryOperator<Limits> change) {
    return change.apply(Limits.defaults(1 << 30));
  }

  static Limits with(Limits limits, Limits.Http http) {
    return new Limits(
        limits.log(),
        limits.hub(),
        limits.session(),
        limits.lane(),
        limits.socket(),
        http,
        limits.connections(),
        limits.json(),
        limits.token(),
        limits.presence());
  }

  static Limits with(Limits limits, Limits.Connections connections) {
    return new Limits(
        limits.log(),
        limits.hub(),
        limits.session(),
        limits.lane(),
        limits.socket(),
        limits.http(),
        connections,
        limits.json(),
        limits.token(),
        limits.presence());
  }

  private HttpSettings settings(boolean development, List<Network> trusted) {
    HttpHandler echo =
        call -> {
          calls.add(call);
          return new HttpAnswer(200, Map.of("Content-Type", "text/plain"), call.body()).now();
        };
    return new HttpSettings(
        List.of(
            HttpRoute.at("GET", "/", call -> HttpAnswer.of(200, "text/html", "<p>").now()),
            HttpRoute.at("GET", "/health", call -> HttpAnswer.of(200, "text/plain", "ok").now()),
            HttpRoute.at("GET", "/private", call -> new HttpRefusal(Refusal.NO_TOKEN).now()),
            HttpRoute.at("GET", "/keyless", call -> new HttpRefusal(Refusal.BAD_API_KEY).now()),
            HttpRoute.at("GET", "/busy", call -> new HttpRefusal(Refusal.BUSY).now()),
            HttpRoute.at("GET", "/closing", call -> new HttpRefusal(Refusal.STOPPING).now()),
            HttpRoute.at("GET", "/slow", call -> slowAnswer),
            HttpRoute.at("GET", "/stutters", call -> stuttering),
            HttpRoute.at(
                "GET",
                "/throws",
                call -> {
                  throw new IllegalStateException("on purpose");
                }),
            HttpRoute.at(
                "GET",
                "/bad-header",
                call -> new HttpAnswer(200, Map.of("X", "a\r\nY: b"), new byte[0]).now()),
            HttpRoute.at("POST", "/echo", echo),
            HttpRoute.below("GET", "/files/", echo),
            HttpRoute.below("GET", "/files/deeper/", call -> HttpAnswer.of(200, "a", "d").now())),
        List.of(new Talk(true, "/ws", "/"), new Talk(false, "/open"), listening),
        development,
        Set.of("https://app.example:8443"),
        trusted,
        false);
  }

  /** An answer that can be told again to whoever waited for it. */
  static final class Stutter extends CompletableFuture<HttpAnswer> {
    private final List<BiConsumer<? super HttpAnswer, ? super Throwable>> told = new ArrayList<>();

    @Override
    public CompletableFuture<HttpAnswer> whenComplete(
        BiConsumer<? super HttpAnswer, ? super Throwable> action) {
      told.add(action);
      return super.whenComplete(action);
    }

    void repeat() {
      told.forEach(action -> action.accept(join(), null));
    }
  }

  /** What is spoken in these tests. */
  private record Talk(boolean needsToken, List<String> paths) implements Endpoint {
    Talk(boolean needsToken, String... paths) {
      this(needsToken, List.of(paths));
    }

    @Override
    public String subprotocol(List<String> offered) {
      if (offered.contains("stubborn")) {
        return "never-offered";
      }
      return offered.contains("sluice.1") ? "sluice.1" : null;
    }

    @Override
    public Dialog open(Connection connection, Welcome welcome) {
      return new Echo(connection);
    }
  }

  /** Says what it hears. */
  private record Echo(Connection connection) implements Dialog {
    @Override
    public void text(ByteBuf message, Moment now) {
      connection.send(false, message);
    }

    @Override
    public void binary(ByteBuf message, Moment now) {
      connection.send(true, message);
    }

    @Override
    public byte[] encode(Event event) {
      throw new AssertionError("there is no session");
    }

    @Override
    public void closed(CloseReason reason) {}
  }

  @Override
  public void adopt(
      Channel channel, Endpoint endpoint, Endpoint.Welcome welcome, boolean deflates) {
    adopted.add(welcome);
    this.deflates = deflates;
    channel
        .pipeline()
        .addLast(
            new SimpleChannelInboundHandler<ByteBuf>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                afterUpgrade.append(bytes.toString(ISO_8859_1));
              }
            });
  }

  @Override
  public void respond(
      Channel channel,
      StreamEndpoint.Reading.Answered request,
      boolean listens,
      Endpoint.Welcome welcome) {
    channel.pipeline().addLast(listening.handler(listens));
  }

  @Override
  public CompletionStage<Verdict> verify(String token, Moment now) {
    return switch (token) {
      case "slow" -> slowVerdict;
      case "away" -> CompletableFuture.completedFuture(new Verdict.Unavailable("keys"));
      case "throws" -> throw new IllegalStateException("on purpose");
      case GOOD, "alice", "bob" -> CompletableFuture.completedFuture(accepted(token));
      default -> CompletableFuture.completedFuture(new Verdict.Rejected("signature"));
    };
  }

  static Verdict accepted(String user) {
    return new Verdict.Accepted(new Identity(user, null, Grants.ALL, Long.MAX_VALUE));
  }

  Moment now() {
    return new Moment(nanos, 1);
  }

  /** Lets time pass, and the loop notice. */
  void pass(Duration time) {
    nanos += time.toNanos();
    door.tick(now());
  }

  /** A new connection. */
  EmbeddedChannel connect() {
    return connect("192.0.2.1");
  }

  EmbeddedChannel connect(String address) {
    return new Wired(new InetSocketAddress(address, 4711), door::enter);
  }

  /** A new connection whose peer does not read what it is told. */
  EmbeddedChannel connectUnread() {
    return new Wired(
        new InetSocketAddress("192.0.2.1", 4711),
        channel -> {
          channel
              .pipeline()
              .addLast(
                  new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(
                        ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                      ReferenceCountUtil.release(message);
                    }
                  });
          door.enter(channel);
        });
  }

  /** An embedded channel that knows where it comes from. */
  private static final class Wired extends EmbeddedChannel {
    private final InetSocketAddress from;

    Wired(InetSocketAddress from, Consumer<Channel> enter) {
      super(false, false);
      this.from = from;
      pipeline()
          .addLast(
              new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                  enter.accept(channel);
                }
              });
      try {
        register();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return from;
    }
  }

  static void send(EmbeddedChannel channel, String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  /** Everything that was written since the last call. */
  static String take(EmbeddedChannel channel) {
    channel.runPendingTasks();
    StringBuilder text = new StringBuilder();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      text.append(bytes.toString(ISO_8859_1));
      bytes.release();
    }
    return text.toString();
  }

  /** One connection that sends this and is told that. */
  String ask(String text) {
    EmbeddedChannel channel = connect();
    send(channel, text);
    String answer = take(channel);
    channel.finishAndReleaseAll();
    return answer;
  }

  static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: sluice.test\r\n\r\n";
  }
}
