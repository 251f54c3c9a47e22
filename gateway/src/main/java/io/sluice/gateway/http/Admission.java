package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.websocket.DeflateOffer;
import io.sluice.model.Identity;
import io.sluice.model.Refusal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a connection becomes a WebSocket: its token is judged, the handshake answered, the channel
 * handed over. Owned by the connection's event loop, as a part of its {@link DoorHandler}, which
 * knows whether there is still somebody to be answered.
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
      return;
    }
    handler.<Verdict>ask(
        () -> door.house().verifier().verify(token, door.now()),
        (verdict, failure) -> {
          switch (verdict) {
            case null -> handler.fail(failure);
            case Verdict.Accepted accepted -> welcome(admit, accepted.identity());
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
      upgrade(admit.endpoint(), upgrade, identity);
    }
  }

  private void upgrade(Endpoint endpoint, Upgrade upgrade, @Nullable Identity identity) {
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
    Endpoint.Welcome welcome = new Endpoint.Welcome(identity, protocol, visitor.client().shown());
    handler.beginAnswering();
    ChannelFuture _ =
        Answers.switchProtocols(channel, upgrade, protocol, extensions)
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    handOver(endpoint, welcome, extensions != null);
                  } else {
                    handler.close();
                  }
                });
  }

  /** In this order, so that the decoder's leftovers meet the new handlers and nobody else. */
  private void handOver(Endpoint endpoint, Endpoint.Welcome welcome, boolean deflates) {
    if (!handler.makeWay()) {
      return;
    }
    door.house().meter().countUpgrade();
    try {
      door.handoff().adopt(channel, endpoint, welcome, deflates);
    } catch (RuntimeException broken) {
      BugLog.report(LOG, "a connection could not be handed over", broken);
      handler.close();
    }
    channel.pipeline().remove(handler.decoder());
  }
}
