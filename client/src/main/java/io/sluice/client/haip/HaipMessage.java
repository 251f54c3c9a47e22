package io.sluice.client.haip;

import io.sluice.client.SluiceException;
import io.sluice.model.ClientCode;
import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Scalar;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonPayload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A message of the session. Immutable.
 *
 * @param channel it came on
 * @param type what it is
 * @param json its envelope without the way it came: {@code id}, {@code ts}, {@code type}, {@code
 *     payload}, {@code run_id} and the like
 */
public record HaipMessage(String channel, HaipEvent type, String json) {
  private static final Limits.Json ANYTHING =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  /** Its id. */
  public String id() {
    return string("id").orElse("");
  }

  /** The text a MESSAGE_START or MESSAGE_PART brings; empty if none. */
  public String text() {
    return string("payload.text").orElse("");
  }

  /** Which message, of several that come in parts, it is of. */
  public Optional<String> messageId() {
    return string("payload.message_id");
  }

  /** Which call of a tool it is of. */
  public Optional<String> callId() {
    return string("payload.call_id");
  }

  /** The run it is of. */
  public Optional<String> runId() {
    Optional<String> run = string("run_id");
    return run.isPresent() ? run : string("payload.run_id");
  }

  /**
   * What it carries besides text: sound, most of the time.
   *
   * @throws SluiceException {@code bad_message} if that is no base64
   */
  public byte[] data() {
    try {
      return Base64.getDecoder().decode(string("payload.data").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new SluiceException(ClientCode.BAD_MESSAGE.text(), "The data is no base64", 0, e);
    }
  }

  /** The payload, as JSON. */
  public String payload() {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    JsonCursor cursor = new JsonCursor(bytes, 0);
    while (cursor.next()) {
      if (cursor.name().equals("payload")) {
        int from = cursor.valueFrom();
        return new String(bytes, from, cursor.valueTo() - from, StandardCharsets.UTF_8);
      }
    }
    return "{}";
  }

  /** A member that is a string, by its dotted path: {@code payload.tool}. */
  public Optional<String> string(String path) {
    JsonPayload whole = JsonPayload.parse(json.getBytes(StandardCharsets.UTF_8), ANYTHING);
    Fields fields = whole == null ? Fields.NONE : whole.readFields();
    return fields.get(path) instanceof Scalar.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }
}
