package io.sluice.gateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import java.net.InetAddress;
import java.util.function.Supplier;

/**
 * One event loop's door: through it every connection of the loop comes in. Owned by the event loop,
 * as is everything it holds.
 */
public final class Door {
  private final Gatehouse house;
  private final Handoff handoff;
  private final Supplier<Moment> clock;
  private final Deadlines handshakes;
  private final Deadlines pauses;
  private final Deadlines farewells;
  private final int mostTurnedAway;
  private int turnedAway;

  Door(Gatehouse house, Handoff handoff, Supplier<Moment> clock) {
    Limits limits = house.limits();
    this.house = house;
    this.mostTurnedAway = limits.connections().turnedAway();
    this.handoff = handoff;
    this.clock = clock;
    this.handshakes = new Deadlines(limits.connections().handshake().toNanos());
    this.pauses = new Deadlines(limits.connections().keepAlive().toNanos());
    this.farewells = new Deadlines(limits.socket().closeTimeout().toNanos());
  }

  /** Takes in a channel that has just been registered with the loop and is not active yet. */
  public void enter(Channel channel) {
    InetAddress address = Proxies.address(channel.remoteAddress());
    boolean proxy = house.proxies().trusts(address);
    switch (house.census().arrive(proxy ? null : address)) {
      case Census.Arrival.Admitted admitted -> {
        ChannelFuture _ = channel.closeFuture().addListener(closed -> admitted.visit().leave());
        install(channel, new DoorHandler(this, channel, admitted.visit()));
      }
      case Census.Arrival.Full full -> turnAway(channel, full.refusal());
    }
  }

  private void turnAway(Channel channel, Refusal refusal) {
    if (turnedAway == mostTurnedAway) {
      house.meter().count(refusal);
      ChannelFuture _ = channel.close();
      return;
    }
    turnedAway++;
    ChannelFuture _ = channel.closeFuture().addListener(closed -> turnedAway--);
    install(channel, new DoorHandler(this, channel, refusal));
  }

  private static void install(Channel channel, DoorHandler handler) {
    ChannelPipeline _ = channel.pipeline().addLast(handler.encoder(), handler.decoder(), handler);
  }

  /** Ends what has taken too long; to be called about once a second. */
  public void tick(Moment now) {
    handshakes.tick(now.nanos());
    pauses.tick(now.nanos());
    farewells.tick(now.nanos());
  }

  /** Closes the connections that wait between two requests, after {@link Gatehouse#stop}. */
  public void stop() {
    pauses.expireAll();
  }

  Gatehouse house() {
    return house;
  }

  Handoff handoff() {
    return handoff;
  }

  Moment now() {
    return clock.get();
  }

  /** Where requests wait for their end, and their tokens for the verdict. */
  Deadlines handshakes() {
    return handshakes;
  }

  /** Where connections wait for their next request, and for the last answer to be taken. */
  Deadlines pauses() {
    return pauses;
  }

  /** Where connections that have been answered for good wait for the peer to see it. */
  Deadlines farewells() {
    return farewells;
  }
}
