package io.sluice.core.log;

import io.sluice.model.Limits;
import io.sluice.model.Namespaces;

class MemoryBrokerTest extends BrokerContract {
  private int epochs;

  @Override
  protected Broker make(Limits.Hub hub, Limits.Log log) {
    return new MemoryBroker(hub, Namespaces.of(log), () -> "e" + ++epochs);
  }
}
