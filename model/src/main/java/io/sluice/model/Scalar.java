package io.sluice.model;

import java.math.BigDecimal;

/** A value a filter can compare. Numbers compare by value, so 1 equals 1.0, and "1" neither. */
public sealed interface Scalar {
  /** A string. */
  record Text(String value) implements Scalar {}

  /**
   * A number, kept without trailing zeros so that equal values are equal records.
   *
   * @param value the exact value
   */
  record Numeric(BigDecimal value) implements Scalar {
    public Numeric {
      value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }
  }

  /** A truth value. */
  record Bool(boolean value) implements Scalar {}

  /** JSON's null, which is not the same as a field that is missing. */
  enum Null implements Scalar {
    NULL
  }
}
