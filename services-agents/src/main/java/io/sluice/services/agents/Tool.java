package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something a person or an agent may have done. Called on a thread of its own, several calls side
 * by side.
 */
public interface Tool {
  /** Its name, unique among an agent's. */
  String name();

  /** What it does, in a sentence. */
  String description();

  /** The JSON Schema of what it is given, as text: an object. */
  String schema();

  /**
   * Does it.
   *
   * @param params which fit the schema
   * @param call to tell how far it is
   * @return the result, null for none
   * @throws InterruptedException if the call is cancelled, as whatever waits does by itself
   * @throws AgentException to tell the person why it cannot be done
   */
  @Nullable JsonNode call(JsonNode params, ToolCall call) throws Exception;

  /** What a tool does. */
  @FunctionalInterface
  interface Work {
    /** As {@link Tool#call}. */
    @Nullable JsonNode call(JsonNode params, ToolCall call) throws Exception;
  }

  /** A tool that does this. */
  static Tool of(String name, String description, String schema, Work work) {
    return new Simple(name, description, schema, work);
  }

  /** A tool of four parts. */
  record Simple(String name, String description, String schema, Work work) implements Tool {
    @Override
    public @Nullable JsonNode call(JsonNode params, ToolCall call) throws Exception {
      return work.call(params, call);
    }
  }
}
