package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a person asks of an agent's tools. Any thread; keeps nothing. */
final class ToolTalk {
  @Nullable AgentTask call(AgentSession session, Envelope envelope) {
    String callId = envelope.text("call_id");
    String name = envelope.text("tool");
    if (callId == null || name == null) {
      return Talk.lacks(session, envelope, "call_id and tool");
    }
    JsonNode given = envelope.payload().get("params");
    JsonNode params = given == null || given.isNull() ? Json.object() : given;
    String runId = envelope.runId();
    Run run = runId == null ? null : session.run(runId);
    ToolCall call =
        new ToolCall(
            session,
            session.calls(),
            new ToolCall.Spec(callId, name, params, run, envelope.id(), null),
            new Replies.OfCall(session, callId, run));
    return switch (session.calls().open(call)) {
      case YES -> begin(session, call);
      case TWICE ->
          Talk.refuse(
              session, envelope, AgentCode.PROTOCOL_VIOLATION, "A call of this id is open already");
      case FULL -> {
        call.fail(AgentCode.BUSY, "As many calls are open as may be");
        yield null;
      }
      case CLOSED -> null;
    };
  }

  private static @Nullable AgentTask begin(AgentSession session, ToolCall call) {
    Tool tool = session.tools().find(call.tool());
    if (tool == null) {
      return () -> handOver(session, call);
    }
    String fault = session.tools().fault(tool, call.params());
    if (fault == null) {
      call.start(tool, session.ports().threads());
    } else {
      call.fail(AgentCode.INVALID_PAYLOAD, fault);
    }
    return null;
  }

  /** To an agent that answers calls by itself; where it fails, the call has failed. */
  private static void handOver(AgentSession session, ToolCall call) throws Exception {
    try {
      session.agent().toolCall(session, call);
    } catch (AgentException e) {
      call.fail(e.code(), String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      session.mishap("a call of a tool", e);
      call.fail(AgentCode.TOOL_EXECUTION_ERROR, "The tool failed");
    }
  }

  @Nullable AgentTask cancel(AgentSession session, Envelope envelope) {
    if (envelope.text("call_id") == null) {
      return Talk.lacks(session, envelope, "call_id");
    }
    stop(session, envelope);
    return null;
  }

  /** One that is over meanwhile is no mistake. */
  void stop(AgentSession session, Envelope envelope) {
    String callId = envelope.text("call_id");
    ToolCall call = callId == null ? null : session.calls().find(callId);
    if (call != null) {
      call.cancel();
    }
  }

  /** Whoever lists tools tells its own, and asks nothing. */
  @Nullable AgentTask list(AgentSession session, Envelope envelope) {
    if (!envelope.payload().has("tools")) {
      answer(session, envelope, session.tools().list());
    }
    return null;
  }

  @Nullable AgentTask schema(AgentSession session, Envelope envelope) {
    if (envelope.payload().has("schema")) {
      return null;
    }
    String name = envelope.text("tool");
    if (name == null) {
      return Talk.lacks(session, envelope, "tool");
    }
    ObjectNode schema = session.tools().schema(name);
    if (schema == null) {
      return Talk.refuse(session, envelope, AgentCode.TOOL_NOT_FOUND, "The agent has no such tool");
    }
    answer(session, envelope, schema);
    return null;
  }

  private static void answer(AgentSession session, Envelope asked, ObjectNode payload) {
    Envelope answer = session.envelope(asked.type(), payload).about(asked.id());
    String transaction = asked.transaction();
    session.send(
        AgentSession.AGENT, transaction == null ? answer : answer.inTransaction(transaction));
  }
}
