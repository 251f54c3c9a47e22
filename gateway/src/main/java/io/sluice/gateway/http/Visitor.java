package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.sluice.model.Refusal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks through one connection: always the same, or, if its peer is a trusted proxy, with
 * every request somebody else, who is counted for as long as it lasts. Owned by the connection's
 * event loop, as a part of its {@link DoorHandler}.
 */
final class Visitor {
  private final Gatehouse house;
  private final Channel channel;
  private final Census.@Nullable Visit visit;
  private Sender client;
  private Map<String, String> crossOrigin = Map.of();

  /** Somebody who was let in, or, without a visit, will only be told why not. */
  Visitor(Gatehouse house, Channel channel, Census.@Nullable Visit visit) {
    this.house = house;
    this.channel = channel;
    this.visit = visit;
    this.client = house.proxies().peer(channel.remoteAddress());
  }

  Census.@Nullable Visit visit() {
    return visit;
  }

  /** Who sent the latest request. */
  Sender client() {
    return client;
  }

  /** What every answer to the latest request must say to a page of another origin. */
  Map<String, String> crossOrigin() {
    return crossOrigin;
  }

  /** Notes who sent a request and decides what becomes of it. */
  Decision receive(HttpRequest head) {
    Sender sender = house.proxies().read(channel.remoteAddress(), head.headers());
    if (head.decoderResult().isSuccess()) {
      if (sender == null) {
        return new Decision.Refuse(Refusal.BAD_FORWARDED);
      }
      client = sender;
      if (house.proxies().trusts(Proxies.address(channel.remoteAddress())) && !isCounted(sender)) {
        return new Decision.Refuse(Refusal.ADDRESS_LIMIT);
      }
    }
    crossOrigin = house.doorman().crossOrigin(head, client);
    return house.doorman().decide(head, client, house.isStopping());
  }

  private boolean isCounted(Sender sender) {
    return visit == null || visit.comesFrom(sender.key());
  }

  /** The request has been answered: until the next one a proxy's connection is nobody's. */
  void rests() {
    crossOrigin = Map.of();
    if (visit != null && house.proxies().trusts(Proxies.address(channel.remoteAddress()))) {
      boolean _ = visit.comesFrom(null);
    }
  }
}
