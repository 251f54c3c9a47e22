package io.sluice.gateway.http;

import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.util.function.Supplier;

/**
 * What the doors of all event loops share: the pages, the rules, the verifier of tokens and the
 * census. Safe from any thread.
 */
public final class Gatehouse {
  private final Doorman doorman;
  private final Census census;
  private final Proxies proxies;
  private final TokenVerifier verifier;
  private final GatewayMeter meter;
  private final Limits limits;
  private volatile boolean stopping;

  /**
   * A gatehouse.
   *
   * @throws IllegalArgumentException if two routes or two endpoints want the same path
   */
  public Gatehouse(
      HttpSettings settings, TokenVerifier verifier, GatewayMeter meter, Limits limits) {
    Router router = new Router(settings.routes(), settings.endpoints());
    Origins origins = new Origins(settings.development(), settings.allowedOrigins());
    this.doorman = new Doorman(router, origins, limits.http());
    this.proxies = new Proxies(settings.trustedProxies(), settings.secure());
    this.census = new Census(limits.connections());
    this.verifier = verifier;
    this.meter = meter;
    this.limits = limits;
  }

  /** A door for one event loop. */
  public Door door(Handoff handoff, Supplier<Moment> clock) {
    return new Door(this, handoff, clock);
  }

  /** From now on there are no more upgrades, and no request follows another on a connection. */
  public void stop() {
    stopping = true;
  }

  /** Who is here. */
  public Census census() {
    return census;
  }

  Doorman doorman() {
    return doorman;
  }

  Proxies proxies() {
    return proxies;
  }

  TokenVerifier verifier() {
    return verifier;
  }

  GatewayMeter meter() {
    return meter;
  }

  Limits limits() {
    return limits;
  }

  boolean isStopping() {
    return stopping;
  }
}
