package io.sluice.services;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Fields;
import io.sluice.model.Payload;
import io.sluice.model.Scalar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * One line of telemetry: {@code {"<label>":"<text>","<name>":<value>}}, written and filtered by
 * without a parser. Immutable.
 */
final class Reading implements Payload {
  /** What two entries cost in the log's count, roughly. */
  private static final int FIELDS_BYTES = 256;

  private final byte[] bytes;
  private final Fields fields;

  /**
   * A reading; the names and the text are plain ASCII without quotes and backslashes.
   *
   * @param value from 0 to 100, told to one decimal place
   */
  Reading(String label, String text, String name, double value) {
    BigDecimal exact = BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
    String json = "{\"%s\":\"%s\",\"%s\":%s}".formatted(label, text, name, exact.toPlainString());
    this.bytes = json.getBytes(UTF_8);
    this.fields =
        new Fields() {
          @Override
          public @Nullable Scalar get(String path) {
            if (path.equals(label)) {
              return new Scalar.Text(text);
            }
            return path.equals(name) ? new Scalar.Numeric(exact) : null;
          }

          @Override
          public int retainedBytes() {
            return FIELDS_BYTES;
          }
        };
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public Fields readFields() {
    return fields;
  }
}
