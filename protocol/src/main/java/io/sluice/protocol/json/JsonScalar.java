package io.sluice.protocol.json;

import io.sluice.model.Scalar;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Values a filter can compare, out of JSON. */
public final class JsonScalar {
  private JsonScalar() {}

  /**
   * The value between two places, which has been judged good.
   *
   * @return null if it is an object or an array, or a number out of range
   */
  public static @Nullable Scalar read(byte[] bytes, int from, int to) {
    return switch (bytes[from]) {
      case '"' -> new Scalar.Text(JsonString.decode(bytes, from + 1, to - 1));
      case 't' -> new Scalar.Bool(true);
      case 'f' -> new Scalar.Bool(false);
      case 'n' -> Scalar.Null.NULL;
      case '{', '[' -> null;
      default -> number(bytes, from, to);
    };
  }

  private static @Nullable Scalar number(byte[] bytes, int from, int to) {
    BigDecimal value = JsonNumber.decimal(bytes, from, to);
    return value == null ? null : new Scalar.Numeric(value);
  }
}
