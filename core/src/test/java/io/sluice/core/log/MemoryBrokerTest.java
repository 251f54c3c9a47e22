package io.sluice.core.log;

import io.sluice.model.Limits;

class MemoryBrokerTest extends BrokerContract {
  private int epochs;

  @Override
  protected Broker make(Limits.Hub hub, Limits.Log log) {
    return new MemoryBroker(hub, channel -> log, () -> "e" + ++epochs);
  }
}
