package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.presence.Presence;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;

/** The ports of a lane that is to have a broker and nothing else. */
public final class TestPorts {
  private TestPorts() {}

  /** No presence, no tokens, and every channel like the other. */
  public static Ports of(Limits limits, Broker broker) {
    return of(limits, broker, new Meter());
  }

  static Ports of(Limits limits, Broker broker, Meter meter) {
    return new Ports(broker, Presence.NONE, Tokens.NONE, Namespaces.of(limits.log()), meter);
  }
}
