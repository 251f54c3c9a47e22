package io.sluice.services.agents;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An agent's tools by their names, each with its schema ready to check with. Immutable. */
public final class Tools {
  /** No tools. */
  public static final Tools NONE = new Tools(List.of());

  private static final int NAME_LENGTH = 128;

  private final Map<String, Checked> tools = new LinkedHashMap<>();

  /** A tool, its schema, and what checks by it. */
  private record Checked(Tool tool, ObjectNode schema, Schema check) {}

  private Tools(Collection<Tool> all) {
    // Nothing is fetched from anywhere: a schema that refers to another document is an error.
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    for (Tool tool : all) {
      ObjectNode schema = Json.object(tool.schema());
      Schema check = registry.getSchema(schema);
      if (tool.name().isEmpty() || tool.name().length() > NAME_LENGTH) {
        throw new IllegalArgumentException("a tool's name has 1 to 128 characters");
      }
      if (tools.put(tool.name(), new Checked(tool, schema, check)) != null) {
        throw new IllegalArgumentException("two tools are called " + tool.name());
      }
    }
  }

  /**
   * These tools.
   *
   * @throws IllegalArgumentException if a schema is no JSON object, or a name is used twice
   */
  public static Tools of(Tool... tools) {
    return of(List.of(tools));
  }

  /** The same. */
  public static Tools of(Collection<Tool> tools) {
    return new Tools(tools);
  }

  /** The tool of this name; null if there is none. */
  @Nullable Tool find(String name) {
    Checked found = tools.get(name);
    return found == null ? null : found.tool();
  }

  /** What is wrong with what a tool of ours is to be given; null if nothing is. */
  @Nullable String fault(Tool tool, JsonNode params) {
    Checked checked = tools.get(tool.name());
    if (checked == null) {
      throw new IllegalArgumentException("no tool of ours: " + tool.name());
    }
    if (Json.isBeyondReckoning(params)) {
      return "a number has more than " + Json.MOST_DIGITS + " digits before or behind its point";
    }
    List<Error> errors = checked.check().validate(params);
    if (errors.isEmpty()) {
      return null;
    }
    Error first = errors.getFirst();
    return first.getInstanceLocation() + ": " + first.getMessage();
  }

  /** The payload of TOOL_LIST. */
  ObjectNode list() {
    ObjectNode payload = Json.object();
    ArrayNode list = payload.putArray("tools");
    for (Checked each : tools.values()) {
      ObjectNode entry = list.addObject();
      entry.put("name", each.tool().name());
      entry.put("description", each.tool().description());
    }
    return payload;
  }

  /** The payload of TOOL_SCHEMA; null if there is no such tool. */
  @Nullable ObjectNode schema(String name) {
    Checked found = tools.get(name);
    if (found == null) {
      return null;
    }
    ObjectNode payload = Json.object();
    payload.put("tool", name);
    payload.set("schema", found.schema());
    return payload;
  }
}
