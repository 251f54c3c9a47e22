package io.sluice.core.log;

import io.sluice.model.Limits;
import io.sluice.model.Namespaces;

class MemoryFeedTest extends FeedContract {
  private int epochs;

  @Override
  protected Broker make(Limits.Hub hub, Namespaces namespaces) {
    return new MemoryBroker(hub, namespaces, () -> "e" + ++epochs);
  }
}
