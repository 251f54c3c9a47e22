package io.sluice.services.agents;

import io.sluice.model.HaipLimits;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Conversations in transactions: each with one tool, whose messages are its calls. Any thread; the
 * open transactions of all sessions are a concurrent map, and each counts in the session that began
 * it.
 */
final class TransactionTalk {
  private final Map<String, Transaction> open = new ConcurrentHashMap<>();

  @Nullable AgentTask start(AgentSession session, Envelope envelope) {
    String name = envelope.text("toolName");
    if (name == null) {
      return Talk.refuse(
          session, envelope, AgentCode.MISSING_TOOL_NAME, "TRANSACTION_START needs toolName");
    }
    Tool tool = session.tools().find(name);
    if (tool == null) {
      return Talk.refuse(session, envelope, AgentCode.TOOL_NOT_FOUND, "The agent has no such tool");
    }
    Transaction begun = create(session, tool, envelope.payload().get("params"));
    if (!session.runs().open(begun)) {
      return Talk.refuse(
          session, envelope, AgentCode.RUN_LIMIT_EXCEEDED, "As many are open as may be");
    }
    open.put(begun.id(), begun);
    if (session.isClosed()) {
      // Whoever closes it may have looked before.
      open.remove(begun.id());
    }
    ObjectNode payload = Json.object();
    String reference = envelope.transaction();
    payload.put("referenceId", reference == null ? envelope.id() : reference);
    answer(session, envelope, begun, payload);
    return null;
  }

  private static Transaction create(AgentSession session, Tool tool, @Nullable JsonNode params) {
    HaipLimits limits = session.ports().limits();
    // All that a session may have open keep together no more than may be asked for again.
    int share = Math.max(1, limits.talk().runs());
    Transaction.Bounds bounds =
        new Transaction.Bounds(
            Math.max(1, limits.resume().messages() / share), limits.resume().bytes() / share);
    return new Transaction(
        session.newId(),
        session.who().user(),
        new Transaction.Subject(session.tools(), tool, params),
        bounds,
        new Desk(session.ports().threads(), () -> {}));
  }

  /** Says again, to whoever joins, what was said; it must be the same user. */
  @Nullable AgentTask join(AgentSession session, Envelope envelope) {
    Transaction joined = find(session, envelope);
    if (joined == null) {
      return notFound(session, envelope);
    }
    ObjectNode payload = Json.object();
    payload.put("messages", joined.said().size());
    answer(session, envelope, joined, payload);
    return () -> {
      for (byte[] said : joined.said()) {
        session.await(session.answers().put(new Said(said)), null);
      }
    };
  }

  @Nullable AgentTask message(AgentSession session, Envelope envelope) {
    Transaction meant = find(session, envelope);
    if (meant == null) {
      return notFound(session, envelope);
    }
    String fault = meant.fault(envelope.payload());
    if (fault != null) {
      return Talk.refuse(session, envelope, AgentCode.INVALID_PAYLOAD, fault);
    }
    meant.keep(envelope.bytes());
    String id = envelope.id();
    ToolCall call =
        new ToolCall(
            session,
            session.calls(),
            new ToolCall.Spec(id, meant.tool().name(), envelope.payload(), null, id, meant),
            new Replies.OfTransaction(session, meant, id));
    return switch (session.calls().open(call)) {
      case YES -> {
        meant.desk().add(() -> call.run(meant.tool()));
        yield null;
      }
      case FULL -> {
        call.fail(AgentCode.BUSY, "As many calls are open as may be");
        yield null;
      }
      case TWICE, CLOSED -> null;
    };
  }

  @Nullable AgentTask end(AgentSession session, Envelope envelope) {
    Transaction ended = find(session, envelope);
    if (ended == null) {
      return notFound(session, envelope);
    }
    open.remove(ended.id());
    session.runs().remove(ended);
    stop(session, ended);
    return null;
  }

  /** What is under way in it is over; it is itself when its turn comes. */
  void stop(AgentSession session, Envelope envelope) {
    Transaction ended = find(session, envelope);
    if (ended != null) {
      stop(session, ended);
    }
  }

  private static void stop(AgentSession session, Transaction ended) {
    session.calls().cancel(ended);
    ended.desk().clear();
  }

  /** Those that a session began are over with it. */
  void forget(AgentSession session) {
    session.runs().transactions().forEach(transaction -> open.remove(transaction.id()));
  }

  private @Nullable Transaction find(AgentSession session, Envelope envelope) {
    String id = envelope.transaction();
    Transaction found = id == null ? null : open.get(id);
    return found == null || !found.user().equals(session.who().user()) ? null : found;
  }

  private static @Nullable AgentTask notFound(AgentSession session, Envelope envelope) {
    return Talk.refuse(
        session, envelope, AgentCode.TRANSACTION_NOT_FOUND, "No such transaction is open");
  }

  private static void answer(
      AgentSession session, Envelope asked, Transaction about, ObjectNode payload) {
    Envelope answer = session.envelope(asked.type(), payload).inTransaction(about.id());
    session.send(AgentSession.AGENT, answer.about(asked.id()));
  }
}
