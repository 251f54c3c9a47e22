package io.sluice.services.agents;

import io.sluice.model.Fault;

/** What was said is not in the log and never will be: the broker refused it. */
public final class NotPublishedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;

  NotPublishedException(Fault fault) {
    super(fault.code().text() + ": " + fault.message());
    this.fault = fault;
  }

  /** Why. */
  public Fault fault() {
    return fault;
  }
}
