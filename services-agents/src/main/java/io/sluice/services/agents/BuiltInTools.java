package io.sluice.services.agents;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools to try things with. */
final class BuiltInTools {
  /** {@code {"message": …}} becomes {@code {"echoed": …}}, and a string stays as it is. */
  static final Tool ECHO =
      Tool.of(
          "echo",
          "Gives back what it is given.",
          """
          {"oneOf": [
            {"type": "string"},
            {"type": "object",
             "properties": {"message": {"type": "string"}},
             "required": ["message"]}]}
          """,
          (params, call) -> echo(params));

  /** {@code {"a": …, "b": …}} becomes {@code {"result": …}}. */
  static final Tool ADD =
      Tool.of(
          "add",
          "Adds two numbers.",
          """
          {"type": "object",
           "properties": {
             "a": {"type": "number", "minimum": -1e15, "maximum": 1e15},
             "b": {"type": "number", "minimum": -1e15, "maximum": 1e15}},
           "required": ["a", "b"]}
          """,
          (params, call) -> add(params));

  /** The time, as {@code {"now": …}}. */
  static final Tool CLOCK =
      Tool.of(
          "clock",
          "Says what time it is.",
          """
          {"type": "object"}
          """,
          (params, call) -> clock(call));

  private BuiltInTools() {}

  private static JsonNode echo(JsonNode params) {
    if (params.isString()) {
      return params;
    }
    ObjectNode result = Json.object();
    result.set("echoed", params.get("message"));
    return result;
  }

  private static JsonNode add(JsonNode params) {
    BigDecimal sum = params.path("a").decimalValue().add(params.path("b").decimalValue());
    ObjectNode result = Json.object();
    result.put("result", sum);
    return result;
  }

  private static @Nullable JsonNode clock(ToolCall call) {
    long millis = call.session().ports().clock().get().epochMillis();
    ObjectNode result = Json.object();
    result.put("now", Instant.ofEpochMilli(millis).toString());
    return result;
  }
}
