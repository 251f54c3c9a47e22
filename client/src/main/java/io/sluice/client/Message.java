package io.sluice.client;

import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.model.Scalar;
import io.sluice.protocol.json.JsonPayload;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One publication. Immutable.
 *
 * <p>{@link #data} is JSON text, to be read with whatever JSON library the program has. For a field
 * or two there are {@link #string}, {@link #number} and {@link #bool}, by name or by dotted path;
 * each reads the data anew.
 *
 * @param channel where it was published
 * @param from the publishing user; null if it is the server's own
 * @param data JSON text, byte for byte what was published
 * @param timestamp when it was appended, by the server's clock
 * @param offset its number in the channel; 0 if it has none
 * @param broadcast whether it is the server's own
 * @param fed how it came by a pattern; null if it came by its channel
 */
public record Message(
    String channel,
    @Nullable String from,
    String data,
    Instant timestamp,
    long offset,
    boolean broadcast,
    @Nullable Fed fed) {
  private static final Limits.Json ANYTHING =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  /**
   * What a message has beside, that came by a pattern.
   *
   * @param epoch under which the channel gave it its number
   * @param position its place in the feed, which {@link SubscribeOptions#withSince} takes for the
   *     pattern
   * @param pattern by which it came
   */
  public record Fed(String epoch, Position position, String pattern) {}

  /** A field that is a string. */
  public Optional<String> string(String path) {
    return get(path) instanceof Scalar.Text text ? Optional.of(text.value()) : Optional.empty();
  }

  /** A field that is a number. */
  public Optional<BigDecimal> number(String path) {
    return get(path) instanceof Scalar.Numeric number
        ? Optional.of(number.value())
        : Optional.empty();
  }

  /** A field that is true or false. */
  public Optional<Boolean> bool(String path) {
    return get(path) instanceof Scalar.Bool bool ? Optional.of(bool.value()) : Optional.empty();
  }

  private @Nullable Scalar get(String path) {
    JsonPayload payload = JsonPayload.parse(data.getBytes(StandardCharsets.UTF_8), ANYTHING);
    Fields fields = payload == null ? Fields.NONE : payload.readFields();
    return fields.get(path);
  }
}
