package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.TlsTrouble;
import io.sluice.gateway.tls.Tls;
import io.sluice.model.Refusal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the {@link Doorman} decides about one connection's requests, one after the
 * other, each answered exactly once; upgrades, and responses that go on, through its {@link
 * Admission}. Owned by the connection's event loop; gone when the connection has been handed over.
 */
final class DoorHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(DoorHandler.class);

  /** Where the connection stands; what happens when it stands there too long, too. */
  private enum Phase {
    /** A request is coming in: 408. */
    RECEIVING,
    /** A verifier or a handler has it, so it is we who are slow: 503. */
    DECIDING,
    /** The answer is on its way: closed. */
    ANSWERING,
    /** Between two requests: closed. */
    PAUSING,
    /** The last answer was given, what comes is thrown away: closed. */
    LEAVING,
    /** Closed, or a WebSocket. */
    GONE
  }

  private final Door door;
  private final Channel channel;
  private final @Nullable Refusal turnedAway;
  private final HttpResponseEncoder encoder = new HttpResponseEncoder();
  private final RequestDecoder decoder;
  private final Visitor visitor;
  private final Admission admission;
  private final RequestBody body;
  private final Questions questions;
  private final Deadlines.Waiter waiter =
      new Deadlines.Waiter() {
        @Override
        void expired() {
          tooLate();
        }
      };

  private Phase phase = Phase.RECEIVING;
  private @Nullable HttpRequest request;
  private @Nullable Decision decision;

  /** Whether the body of the request at hand is left to whoever its response is handed to. */
  private boolean ahead;

  private boolean bodyCame;

  /** For a connection that was let in. */
  DoorHandler(Door door, Channel channel, Census.Visit visit) {
    this(door, channel, visit, null);
  }

  /** For a connection that will only be told why it was not. */
  DoorHandler(Door door, Channel channel, Refusal turnedAway) {
    this(door, channel, null, turnedAway);
  }

  private DoorHandler(
      Door door, Channel channel, Census.@Nullable Visit visit, @Nullable Refusal turnedAway) {
    this.door = door;
    this.channel = channel;
    this.visitor = new Visitor(door.house(), channel, visit);
    this.admission = new Admission(door, channel, visitor, this);
    this.questions = new Questions(channel, () -> phase == Phase.DECIDING);
    this.turnedAway = turnedAway;
    this.decoder = new RequestDecoder(door.house().limits().http());
    this.body = new RequestBody(door.house().limits().http().bodyBytes());
    waiter.waitIn(door.handshakes(), door.now().nanos());
  }

  HttpResponseEncoder encoder() {
    return encoder;
  }

  RequestDecoder decoder() {
    return decoder;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (turnedAway != null) {
      refuse(new Decision.Refuse(turnedAway));
    }
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (phase == Phase.RECEIVING || phase == Phase.PAUSING) {
        if (msg instanceof HttpRequest head) {
          begin(head);
        }
        if (msg instanceof HttpContent content) {
          take(content);
        }
      } else if (ahead) {
        bodyCame |= msg instanceof LastHttpContent;
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private void begin(HttpRequest head) {
    if (phase == Phase.PAUSING) {
      phase = Phase.RECEIVING;
      waiter.waitIn(door.handshakes(), door.now().nanos());
    }
    request = head;
    Decision made = visitor.receive(head);
    decision = made;
    if (made instanceof Decision.Refuse refuse) {
      refuse(refuse);
      return;
    }
    if (HttpUtil.is100ContinueExpected(head)) {
      Answers.proceed(channel);
    }
    if (made instanceof Decision.Stream stream && stream.endpoint().listens()) {
      ahead = true;
      decoder.hold();
      decide(made);
    }
  }

  private void take(HttpContent content) {
    Decision made = decision;
    if (phase != Phase.RECEIVING || made == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      refuse(new Decision.Refuse(Refusal.BAD_REQUEST));
    } else if (!body.append(content.content())) {
      refuse(new Decision.Refuse(Refusal.BODY_TOO_LARGE));
    } else if (content instanceof LastHttpContent) {
      decide(made);
    }
  }

  private void decide(Decision made) {
    phase = Phase.DECIDING;
    carryOut(made);
    if (phase == Phase.DECIDING) {
      setAutoRead(false);
    }
  }

  private void carryOut(Decision made) {
    switch (made) {
      case Decision.Refuse refuse -> refuse(refuse);
      case Decision.Serve serve -> serve(serve);
      case Decision.Admit admit -> admission.carryOut(admit);
      case Decision.Stream stream -> admission.carryOut(stream, call(stream.target()));
    }
  }

  private void serve(Decision.Serve serve) {
    waiter.waitIn(door.handshakes(), door.now().nanos());
    questions.<HttpReply>ask(
        () -> serve.handler().handle(call(serve.target())),
        (reply, failure) -> {
          switch (reply) {
            case null -> fail(failure);
            case HttpAnswer answer -> answer(answer);
            case HttpRefusal refused -> refuse(new Decision.Refuse(refused.refusal()));
          }
        },
        late -> late.settled().run());
  }

  private HttpCall call(Target target) {
    return HttpCalls.of(visitor.client(), current(), target, body.bytes());
  }

  private HttpRequest current() {
    HttpRequest head = request;
    if (head == null) {
      throw new IllegalStateException("no request");
    }
    return head;
  }

  /** What is asked of others on behalf of the request at hand. */
  Questions questions() {
    return questions;
  }

  /** The 101 is on its way, or another last word: from here on nobody else writes. */
  void beginAnswering() {
    phase = Phase.ANSWERING;
  }

  /**
   * Leaves the pipeline to a WebSocket; the decoder, which may hold bytes, stays until the new
   * handlers stand.
   *
   * @return false if there is nobody left to become one
   */
  boolean makeWay() {
    if (phase != Phase.ANSWERING || !channel.isActive()) {
      return false;
    }
    phase = Phase.GONE;
    waiter.stopWaiting();
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.remove(this);
    pipeline.remove(encoder);
    setAutoRead(true);
    return true;
  }

  /** The new handlers stand: the decoder leaves, or goes on with a body that is still to come. */
  void letDecoderGo() {
    try {
      if (ahead) {
        BodyHandler.follow(channel.pipeline(), decoder, bodyCame);
      } else {
        channel.pipeline().remove(decoder);
      }
    } catch (Exception broken) {
      BugLog.report(LOG, "a body could not be handed on", broken);
      close();
    }
  }

  void answer(HttpAnswer answer) {
    HttpRequest head = current();
    boolean keepAlive =
        HttpUtil.isKeepAlive(head)
            && !ahead
            && head.protocolVersion().equals(HttpVersion.HTTP_1_1)
            && !door.house().isStopping();
    ChannelFuture written;
    phase = Phase.ANSWERING;
    waiter.waitIn(door.pauses(), door.now().nanos());
    try {
      written = Answers.answer(channel, answer, !isHead(), keepAlive);
    } catch (IllegalArgumentException badHeader) {
      fail(badHeader);
      return;
    }
    door.house().meter().countAnswer();
    if (!written.isDone()) {
      setAutoRead(false);
    }
    ChannelFuture _ =
        written.addListener(
            done -> {
              if (!done.isSuccess()) {
                close();
              } else if (keepAlive) {
                pause();
              } else {
                leave();
              }
            });
  }

  private boolean isHead() {
    HttpRequest head = request;
    return head != null && head.method().equals(HttpMethod.HEAD);
  }

  private void pause() throws Exception {
    if (phase != Phase.ANSWERING) {
      return;
    }
    phase = Phase.PAUSING;
    request = null;
    decision = null;
    body.clear();
    visitor.rests();
    waiter.waitIn(door.pauses(), door.now().nanos());
    setAutoRead(true);
    decoder.next(channel.pipeline().context(decoder));
  }

  void fail(@Nullable Throwable bug) {
    // Never the client's own: the log holds nothing of the peer.
    String requestId = HttpErrors.newRequestId();
    if (bug == null) {
      LOG.error("request {} was answered with nothing", requestId);
    } else {
      BugLog.report(LOG, "request " + requestId + " could not be answered", bug);
    }
    refuse(new Decision.Refuse(Refusal.INTERNAL), requestId);
  }

  void refuse(Decision.Refuse refuse) {
    HttpRequest head = request;
    String given = head == null ? null : head.headers().get("X-Request-Id");
    refuse(refuse, HttpErrors.requestId(given));
  }

  private void refuse(Decision.Refuse refuse, String requestId) {
    door.house().meter().count(refuse.refusal());
    questions.forget();
    phase = Phase.LEAVING;
    body.clear();
    waiter.waitIn(door.farewells(), door.now().nanos());
    ChannelFuture _ =
        Answers.refuse(channel, refuse, visitor.crossOrigin(), requestId, !isHead())
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    leave();
                  } else {
                    close();
                  }
                });
  }

  /**
   * Says that nothing more will come and waits a moment for the peer to close: to close at once
   * with bytes of its unread would make the kernel send a reset, which may overtake the answer.
   */
  private void leave() throws Exception {
    if (phase == Phase.GONE) {
      return;
    }
    phase = Phase.LEAVING;
    waiter.waitIn(door.farewells(), door.now().nanos());
    decoder.discard(channel.pipeline().context(decoder));
    if (channel instanceof DuplexChannel duplex) {
      Tls.hangUp(duplex);
      setAutoRead(true);
    } else {
      close();
    }
  }

  private void tooLate() {
    switch (phase) {
      case RECEIVING -> {
        if (Tls.isShaking(channel)) {
          door.house().meter().count(TlsTrouble.SLOW);
          Tls.cut(channel);
        } else {
          refuse(new Decision.Refuse(Refusal.SLOW));
        }
      }
      case DECIDING -> refuse(new Decision.Refuse(Refusal.OVERLOAD));
      case ANSWERING, PAUSING, LEAVING -> close();
      case GONE -> {}
    }
  }

  void close() {
    ChannelFuture _ = channel.close();
  }

  private void setAutoRead(boolean on) {
    channel.config().setAutoRead(on);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = Phase.GONE;
    questions.forget();
    waiter.stopWaiting();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      BugLog.report(LOG, "a connection failed", cause);
    }
    close();
  }
}
