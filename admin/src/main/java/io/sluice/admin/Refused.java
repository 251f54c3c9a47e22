package io.sluice.admin;

import io.sluice.model.Code;
import io.sluice.model.Fault;
import org.jspecify.annotations.Nullable;

/** Carries a caller's mistake from where it is noticed to where it is answered; has no stack. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Fault fault;
  private final @Nullable String field;

  /**
   * A refusal.
   *
   * @param field the member or parameter that is meant; null if none is
   */
  Refused(Code code, String message, @Nullable String field) {
    super(message, null, false, false);
    this.fault = new Fault(code, message);
    this.field = field;
  }

  Fault fault() {
    return fault;
  }

  @Nullable String field() {
    return field;
  }
}
