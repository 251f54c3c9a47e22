package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Fault;

/** Carries a peer's mistake from where it is noticed to where it is answered; has no stack. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;

  Refused(Code code, String message) {
    super(message, null, false, false);
    this.fault = new Fault(code, message);
  }

  Fault fault() {
    return fault;
  }
}
