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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    String payload = member(json, "payload");
    return payload == null ? "{}" : payload;
  }

  /** The tools that the payload of a TOOL_LIST names. */
  static List<HaipTool> tools(String payload) {
    List<HaipTool> tools = new ArrayList<>();
    byte[] bytes = String.valueOf(member(payload, "tools")).getBytes(StandardCharsets.UTF_8);
    JsonCursor cursor = new JsonCursor(bytes, 0);
    while (bytes[0] == '[' && cursor.next()) {
      int from = cursor.valueFrom();
      Fields tool = fields(Arrays.copyOfRange(bytes, from, cursor.valueTo()));
      if (tool.get("name") instanceof Scalar.Text name) {
        tools.add(
            new HaipTool(
                name.value(),
                tool.get("description") instanceof Scalar.Text about ? about.value() : ""));
      }
    }
    return List.copyOf(tools);
  }

  private static Fields fields(byte[] json) {
    JsonPayload whole = JsonPayload.parse(json, ANYTHING);
    return whole == null ? Fields.NONE : whole.readFields();
  }

  /** A member of an object, as it is written; null if there is none. */
  static @Nullable String member(String object, String name) {
    byte[] bytes = object.getBytes(StandardCharsets.UTF_8);
    JsonCursor cursor = new JsonCursor(bytes, 0);
    while (cursor.next()) {
      if (cursor.name().equals(name)) {
        int from = cursor.valueFrom();
        return new String(bytes, from, cursor.valueTo() - from, StandardCharsets.UTF_8);
      }
    }
    return null;
  }

  /** A member that is a string, by its dotted path: {@code payload.tool}. */
  public Optional<String> string(String path) {
    return fields(json.getBytes(StandardCharsets.UTF_8)).get(path) instanceof Scalar.Text text
        ? Optional.of(text.value())
        : Optional.empty();
  }
}
