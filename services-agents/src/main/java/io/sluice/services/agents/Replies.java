package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** In which words the caller of a tool is told. Immutable. */
interface Replies {
  /**
   * How far it is.
   *
   * @param progress below 0 if it says nothing of that
   */
  Envelope update(String status, double progress, @Nullable JsonNode partial);

  /** It is done. */
  Envelope done(@Nullable JsonNode result);

  /** It has failed; an ERROR says so beside it. */
  Envelope failed(AgentCode code, String message);

  /** It was cancelled. */
  Envelope cancelled();

  /** This was the last of it. */
  default void ended(Envelope last) {}

  /** What {@code TOOL_UPDATE} and {@code MESSAGE_UPDATE} have in common. */
  static ObjectNode progress(String status, double progress, @Nullable JsonNode partial) {
    ObjectNode payload = Json.object();
    payload.put("status", status);
    if (progress >= 0) {
      payload.put("progress", Math.min(progress, 100));
    }
    if (partial != null) {
      payload.set("partial", partial);
    }
    return payload;
  }

  /** A call by TOOL_CALL: TOOL_UPDATE, and TOOL_DONE once. */
  record OfCall(AgentSession session, String callId, @Nullable Run run) implements Replies {
    @Override
    public Envelope update(String status, double progress, @Nullable JsonNode partial) {
      return of("TOOL_UPDATE", Replies.progress(status, progress, partial));
    }

    @Override
    public Envelope done(@Nullable JsonNode result) {
      return of("TOOL_DONE", outcome("OK", result));
    }

    @Override
    public Envelope failed(AgentCode code, String message) {
      ObjectNode why = Json.object();
      why.put("code", code.name());
      why.put("message", message);
      return of("TOOL_DONE", outcome("ERROR", why));
    }

    @Override
    public Envelope cancelled() {
      return of("TOOL_DONE", outcome("CANCELLED", null));
    }

    private static ObjectNode outcome(String status, @Nullable JsonNode result) {
      ObjectNode payload = Json.object();
      payload.put("status", status);
      if (result != null) {
        payload.set("result", result);
      }
      return payload;
    }

    private Envelope of(String type, ObjectNode rest) {
      ObjectNode payload = Json.object();
      payload.put("call_id", callId);
      payload.setAll(rest);
      return session.envelope(type, payload).in(run);
    }
  }

  /** A MESSAGE in a transaction: MESSAGE_UPDATE, and a MESSAGE with the result. */
  record OfTransaction(AgentSession session, Transaction transaction, String messageId)
      implements Replies {
    @Override
    public Envelope update(String status, double progress, @Nullable JsonNode partial) {
      return of("MESSAGE_UPDATE", Replies.progress(status, progress, partial));
    }

    @Override
    public Envelope done(@Nullable JsonNode result) {
      return of("MESSAGE", result == null ? Json.object() : result);
    }

    @Override
    public Envelope failed(AgentCode code, String message) {
      ObjectNode why = Replies.progress("ERROR", -1, null);
      why.put("code", code.name());
      why.put("message", message);
      return of("MESSAGE_UPDATE", why);
    }

    @Override
    public Envelope cancelled() {
      return of("MESSAGE_UPDATE", Replies.progress("CANCELLED", -1, null));
    }

    @Override
    public void ended(Envelope last) {
      if (last.type().equals("MESSAGE")) {
        transaction.keep(last.bytes());
      }
    }

    private Envelope of(String type, JsonNode payload) {
      return session.envelope(type, payload).inTransaction(transaction.id()).about(messageId);
    }
  }
}
