package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.model.Fault;

/** Carries the broker's answer, given on any thread, to the lane that asked for a log. */
final class Opening implements Broker.Opening {
  private final Lane lane;
  private final Fanout fanout;

  Opening(Lane lane, Fanout fanout) {
    this.lane = lane;
    this.fanout = fanout;
  }

  @Override
  public void opened(Log log, long head) {
    lane.post(now -> lane.fanouts().opened(fanout, log, head, now));
  }

  @Override
  public void failed(Fault fault) {
    lane.post(now -> lane.fanouts().notOpened(fanout, fault, now));
  }
}
