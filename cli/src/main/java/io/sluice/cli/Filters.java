package io.sluice.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Filters as a person writes them, as the protocol has them. */
final class Filters {
  private Filters() {}

  /**
   * Objects of JSON, of which a message has to pass any: one of all the fields, and those that were
   * written as objects.
   *
   * @throws IllegalArgumentException if one has no field or no value
   */
  static List<String> of(List<String> written) {
    List<String> filters = new ArrayList<>();
    Map<String, List<JsonNode>> fields = new LinkedHashMap<>();
    for (String filter : written) {
      if (filter.startsWith("{")) {
        filters.add(filter);
        continue;
      }
      int sign = filter.indexOf('=');
      if (sign < 1) {
        throw new IllegalArgumentException("'" + filter + "' is not FIELD=VALUE");
      }
      fields
          .computeIfAbsent(filter.substring(0, sign), field -> new ArrayList<>())
          .add(value(filter.substring(sign + 1)));
    }
    if (!fields.isEmpty()) {
      Map<String, Object> all = new LinkedHashMap<>();
      fields.forEach(
          (field, values) -> all.put(field, values.size() == 1 ? values.getFirst() : values));
      filters.add(Lines.of(all));
    }
    return filters;
  }

  /** A number, a truth value, null or a quoted string if it reads as one, else the text itself. */
  private static JsonNode value(String text) {
    try {
      if (Lines.isJson(text)) {
        JsonNode node = JsonMapper.shared().readTree(text);
        if (!node.isContainer()) {
          return node;
        }
      }
    } catch (JacksonException e) {
      // Text, then.
    }
    return JsonMapper.shared().getNodeFactory().stringNode(text);
  }
}
