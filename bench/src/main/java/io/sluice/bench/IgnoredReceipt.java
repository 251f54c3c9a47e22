package io.sluice.bench;

import io.sluice.core.log.Broker;
import io.sluice.model.Fault;
import io.sluice.model.Position;

/** Takes note of nothing but failure, which would make the numbers worthless. */
enum IgnoredReceipt implements Broker.Receipt {
  INSTANCE;

  @Override
  public void appended(Position position) {}

  @Override
  public void failed(Fault fault) {
    throw new IllegalStateException(fault.toString());
  }
}
