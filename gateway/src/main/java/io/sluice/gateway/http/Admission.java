package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.StreamEndpoint.Reading;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.websocket.DeflateOffer;
import io.sluice.model.Identity;
import io.sluice.model.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connection becomes a WebSocket, or a response that goes on: its token is judged, the head
 * of the answer written, the channel handed over. Owned by the connection's event loop, as a part
 * of its {@link DoorHandler}, which knows whether there is still somebody to be answered.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Door door;
  private final Channel channel;
  private final Visitor visitor;
  private final DoorHandler handler;

  Admission(Door door, Channel channel, Visitor visitor, DoorHandler handler) {
    this.door = door;
    this.channel = channel;
    this.visitor = visitor;
    this.handler = handler;
  }

  void carryOut(Decision.Admit admit) {
    String token = admit.token();
    if (token == null) {
      welcome(admit, null);
    } else {
      judge(token, identity -> welcome(admit, identity));
    }
  }

  void carryOut(Decision.Stream asked, HttpCall call) {
    judge(asked.token(), identity -> welcome(asked, call, identity));
  }

  private void judge(String token, Consumer<Identity> welcome) {
    handler
        .questions()
        .<Verdict>ask(
            () -> door.house().verifier().verify(token, door.now()),
            (verdict, failure) -> {
              switch (verdict) {
                case null -> handler.fail(failure);
                case Verdict.Accepted accepted -> welcome.accept(accepted.identity());
                case Verdict.Rejected rejected -> reject(Refusal.BAD_TOKEN, rejected.reason());
                case Verdict.Unavailable away -> reject(Refusal.OVERLOAD, away.reason());
              }
            });
  }

  private void reject(Refusal refusal, String reason) {
    door.house().meter().countToken(reason);
    handler.refuse(new Decision.Refuse(refusal));
  }

  private void welcome(Decision.Admit admit, @Nullable Identity identity) {
    Upgrade upgrade = admit.upgrade();
    Census.Visit here = visitor.visit();
    if (upgrade == null || here == null) {
      handler.refuse(Doorman.notAnUpgrade());
    } else if (door.house().isStopping()) {
      handler.refuse(new Decision.Refuse(Refusal.STOPPING));
    } else if (identity != null && !here.belongsTo(identity.user())) {
      handler.refuse(new Decision.Refuse(Refusal.USER_LIMIT));
    } else {
      upgrade(admit, upgrade, identity);
    }
  }

  private void upgrade(Decision.Admit admit, Upgrade upgrade, @Nullable Identity identity) {
    Endpoint endpoint = admit.endpoint();
    String protocol;
    try {
      protocol = endpoint.subprotocol(upgrade.protocols());
    } catch (RuntimeException broken) {
      handler.fail(broken);
      return;
    }
    if (!upgrade.offers(protocol)) {
      handler.fail(
          new IllegalStateException("the endpoint chose a subprotocol that was not offered"));
      return;
    }
    String extensions = DeflateOffer.answer(upgrade.extensions()).orElse(null);
    Endpoint.Welcome welcome =
        new Endpoint.Welcome(identity, protocol, admit.query(), visitor.client().shown());
    handler.beginAnswering();
    handOver(
        Answers.switchProtocols(channel, upgrade, protocol, extensions),
        () -> {
          door.house().meter().countUpgrade();
          door.handoff().adopt(channel, endpoint, welcome, extensions != null);
        });
  }

  private void handOver(ChannelFuture head, Runnable handoff) {
    ChannelFuture _ =
        head.addListener(
            written -> {
              if (written.isSuccess()) {
                makeWay(handoff);
              } else {
                handler.close();
              }
            });
  }

  private void welcome(Decision.Stream asked, HttpCall call, Identity identity) {
    StreamEndpoint.Request request =
        new StreamEndpoint.Request(
            identity, call.query(), call.headers(), call.body(), asked.chunked());
    answer(asked, call, identity, asked.endpoint().read(request));
  }

  private void answer(Decision.Stream asked, HttpCall call, Identity identity, Reading reading) {
    switch (reading) {
      case Reading.Refused refused ->
          handler.refuse(new Decision.Refuse(refused.refusal(), refused.why()));
      case Reading.Faulty faulty -> handler.answer(answer(call, faulty));
      case Reading.Done done -> handler.answer(readable(done(done)));
      case Reading.Asked later ->
          handler
              .questions()
              .<Reading>ask(
                  later::reading,
                  (said, failure) -> {
                    if (said == null) {
                      handler.fail(failure);
                    } else {
                      answer(asked, call, identity, said);
                    }
                  });
      case Reading.Answered answered -> respond(asked, answered, identity);
    }
  }

  private HttpAnswer answer(HttpCall call, Reading.Faulty faulty) {
    HttpAnswer answer =
        HttpErrors.answer(call, faulty.status(), faulty.code(), faulty.message(), faulty.field());
    return readable(answer);
  }

  private static HttpAnswer done(Reading.Done done) {
    return HttpAnswer.of(200, "application/json", done.json());
  }

  /** For pages of other hosts, where they are allowed. */
  private HttpAnswer readable(HttpAnswer answer) {
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.putAll(visitor.crossOrigin());
    return new HttpAnswer(answer.status(), headers, answer.body(), answer.settled());
  }

  private void respond(Decision.Stream asked, Reading.Answered answered, Identity identity) {
    Census.Visit here = visitor.visit();
    if (here == null || door.house().isStopping()) {
      handler.refuse(new Decision.Refuse(Refusal.STOPPING));
    } else if (!here.belongsTo(identity.user())) {
      handler.refuse(new Decision.Refuse(Refusal.USER_LIMIT));
    } else {
      Endpoint.Welcome welcome = new Endpoint.Welcome(identity, null, visitor.client().shown());
      answered.opener().promised();
      ChannelFuture _ = channel.closeFuture().addListener(_ -> answered.opener().over());
      handler.beginAnswering();
      ChannelFuture head =
          Answers.beginStream(
              channel, asked.endpoint().contentType(), asked.chunked(), visitor.crossOrigin());
      boolean listens = asked.endpoint().listens();
      handOver(
          head,
          () -> {
            door.house().meter().countStream();
            door.handoff().respond(channel, answered, listens, welcome);
          });
    }
  }

  /**
   * In this order, so that the decoder's leftovers meet the new handlers and nobody else. Of a body
   * that is still to come the decoder goes on to read what is framed.
   */
  private void makeWay(Runnable handoff) {
    if (!handler.makeWay()) {
      return;
    }
    try {
      handoff.run();
    } catch (RuntimeException broken) {
      BugLog.report(LOG, "a connection could not be handed over", broken);
      handler.close();
    }
    handler.letDecoderGo();
  }
}
