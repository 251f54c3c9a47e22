package io.sluice.core;

import io.sluice.model.Limits;
import java.time.Duration;

/** The defaults with one branch of the tree exchanged. */
public final class TestLimits {
  public static final Limits DEFAULTS = Limits.defaults(1L << 30);

  private TestLimits() {}

  /** Logs of so many messages. */
  public static Limits.Log logOf(int messages) {
    return new Limits.Log(
        messages, 1 << 20, Duration.ofMinutes(5), 1 << 20, 10, Duration.ofMinutes(5));
  }

  public static Limits with(Limits.Log log) {
    return new Limits(
        log,
        DEFAULTS.hub(),
        DEFAULTS.session(),
        DEFAULTS.lane(),
        DEFAULTS.socket(),
        DEFAULTS.http(),
        DEFAULTS.connections(),
        DEFAULTS.json(),
        DEFAULTS.token(),
        DEFAULTS.presence());
  }

  public static Limits with(Limits.Hub hub) {
    return new Limits(
        DEFAULTS.log(),
        hub,
        DEFAULTS.session(),
        DEFAULTS.lane(),
        DEFAULTS.socket(),
        DEFAULTS.http(),
        DEFAULTS.connections(),
        DEFAULTS.json(),
        DEFAULTS.token(),
        DEFAULTS.presence());
  }

  public static Limits with(Limits.Session session) {
    return new Limits(
        DEFAULTS.log(),
        DEFAULTS.hub(),
        session,
        DEFAULTS.lane(),
        DEFAULTS.socket(),
        DEFAULTS.http(),
        DEFAULTS.connections(),
        DEFAULTS.json(),
        DEFAULTS.token(),
        DEFAULTS.presence());
  }

  public static Limits with(Limits.Lane lane) {
    return with(DEFAULTS, lane);
  }

  public static Limits with(Limits.Presence presence) {
    return new Limits(
        DEFAULTS.log(),
        DEFAULTS.hub(),
        DEFAULTS.session(),
        DEFAULTS.lane(),
        DEFAULTS.socket(),
        DEFAULTS.http(),
        DEFAULTS.connections(),
        DEFAULTS.json(),
        DEFAULTS.token(),
        presence);
  }

  /** These, but for the lane's. */
  public static Limits with(Limits limits, Limits.Lane lane) {
    return new Limits(
        limits.log(),
        limits.hub(),
        limits.session(),
        lane,
        limits.socket(),
        limits.http(),
        limits.connections(),
        limits.json(),
        limits.token(),
        limits.presence());
  }
}
