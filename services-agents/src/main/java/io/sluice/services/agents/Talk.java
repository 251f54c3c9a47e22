package io.sluice.services.agents;

import io.sluice.model.Publication;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What becomes of an envelope of the person's. Any thread, for one channel of a session one at a
 * time; keeps nothing but the open transactions.
 *
 * <p>What takes time, and all that the agent is called for, is returned as a task; what the person
 * asks to stop is stopped here and now, whatever else is waiting.
 */
final class Talk {
  private static final String ANY_MIME = "application/octet-stream";

  private final ToolTalk tools = new ToolTalk();
  private final TransactionTalk transactions = new TransactionTalk();

  /** The person has published this. */
  void hear(AgentSession session, String channel, Publication publication) {
    Envelope envelope = Envelope.read(publication);
    long offset = publication.offset();
    if (envelope == null) {
      session.tell(AgentCode.PROTOCOL_VIOLATION, "This is no envelope", null);
      session.answer(new AgentSession.Heard(channel, offset, "nothing", null), null);
      return;
    }
    AgentTask task;
    try {
      task = route(session, channel, envelope);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      // A schema that refers to itself runs in a circle, too.
      session.mishap(envelope.type(), e);
      session.tell(AgentCode.SERVER_ERROR, "The server failed", envelope.id());
      task = null;
    }
    session.answer(new AgentSession.Heard(channel, offset, envelope.type(), envelope.id()), task);
  }

  private @Nullable AgentTask route(AgentSession session, String channel, Envelope envelope) {
    return switch (envelope.type()) {
      case "MESSAGE_START" -> start(session, channel, envelope);
      case "MESSAGE_PART" -> part(session, envelope);
      case "MESSAGE_END" -> end(session, envelope);
      case "AUDIO_CHUNK", "AUDIO" -> audio(session, channel, envelope);
      case "RUN_STARTED" -> runStarted(session, envelope);
      case "RUN_FINISHED", "RUN_ERROR" -> runEnded(session, envelope);
      case "RUN_CANCEL" -> runCancelled(session, envelope);
      case "TOOL_CALL" -> tools.call(session, envelope);
      case "TOOL_CANCEL" -> tools.cancel(session, envelope);
      case "TOOL_LIST" -> tools.list(session, envelope);
      case "TOOL_SCHEMA" -> tools.schema(session, envelope);
      case "TRANSACTION_START" -> transactions.start(session, envelope);
      case "TRANSACTION_JOIN" -> transactions.join(session, envelope);
      case "TRANSACTION_END" -> transactions.end(session, envelope);
      case "MESSAGE" -> transactions.message(session, envelope);
      default -> null;
    };
  }

  /**
   * The person has published this, and its turn is not yet: what it asks to stop is stopped now, if
   * it has begun. What has not, because its turn is not yet either, is stopped behind its
   * beginning.
   *
   * @param newest whether a cancel that names no run may mean the newest
   * @return whether nothing is left to do when its turn comes
   */
  boolean stop(AgentSession session, Envelope envelope, boolean newest) {
    return switch (envelope.type()) {
      case "RUN_CANCEL" -> stopRun(session, envelope, newest);
      case "TOOL_CANCEL" -> {
        tools.stop(session, envelope);
        yield false;
      }
      case "TRANSACTION_END" -> {
        transactions.stop(session, envelope);
        yield false;
      }
      default -> false;
    };
  }

  /** A session's transactions are over with it. */
  void forget(AgentSession session) {
    transactions.forget(session);
  }

  static @Nullable AgentTask refuse(
      AgentSession session, Envelope envelope, AgentCode code, String message) {
    session.tell(code, message, envelope.id());
    return null;
  }

  static @Nullable AgentTask lacks(AgentSession session, Envelope envelope, String field) {
    String message = envelope.type() + " needs " + field;
    return refuse(session, envelope, AgentCode.PROTOCOL_VIOLATION, message);
  }

  // Messages

  private @Nullable AgentTask start(AgentSession session, String channel, Envelope envelope) {
    String id = envelope.text("message_id");
    if (id == null) {
      return lacks(session, envelope, "message_id");
    }
    String text = envelope.text("text");
    String author = envelope.text("author");
    Message message =
        new Message(
            channel, id, author, text == null ? "" : text, envelope.runId(), envelope.threadId());
    session.messages().begin(message, session.ports().clock().get());
    Piece piece = new Piece.Start(id, author, text, envelope.runId(), envelope.threadId());
    return () -> {
      session.agent().heard(session, piece);
      if (!message.text().isEmpty()) {
        session.agent().message(session, message);
      }
    };
  }

  private static @Nullable AgentTask part(AgentSession session, Envelope envelope) {
    String id = envelope.text("message_id");
    String text = envelope.text("text");
    if (id == null || text == null) {
      return lacks(session, envelope, "message_id and text");
    }
    if (!session.messages().add(id, text, session.ports().clock().get())) {
      return null;
    }
    return () -> session.agent().heard(session, new Piece.Part(id, text));
  }

  private static @Nullable AgentTask end(AgentSession session, Envelope envelope) {
    String id = envelope.text("message_id");
    if (id == null) {
      return lacks(session, envelope, "message_id");
    }
    Message whole = session.messages().end(id);
    if (whole == null) {
      return null;
    }
    return () -> {
      session.agent().heard(session, new Piece.End(id));
      if (!whole.text().isEmpty()) {
        session.agent().message(session, whole);
      }
    };
  }

  private static @Nullable AgentTask audio(
      AgentSession session, String channel, Envelope envelope) {
    String data = envelope.text("data");
    if (data == null) {
      return lacks(session, envelope, "data");
    }
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      return lacks(session, envelope, "data in base64");
    }
    String mime = envelope.text("mime") == null ? envelope.binMime() : envelope.text("mime");
    AudioChunk chunk =
        new AudioChunk(
            channel,
            envelope.text("message_id"),
            mime == null ? ANY_MIME : mime,
            bytes,
            millis(envelope.payload().get("duration_ms")),
            envelope.transaction());
    return () -> session.agent().audio(session, chunk);
  }

  private static long millis(@Nullable JsonNode value) {
    String text = value == null ? "" : value.asString("");
    boolean whole = !text.isEmpty() && text.length() < 16;
    return whole && text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : -1;
  }

  // Runs

  private static @Nullable String runOf(Envelope envelope) {
    String named = envelope.text("run_id");
    return named == null ? envelope.runId() : named;
  }

  private static @Nullable AgentTask runStarted(AgentSession session, Envelope envelope) {
    String id = runOf(envelope);
    if (id == null) {
      return refuse(session, envelope, AgentCode.PROTOCOL_VIOLATION, "RUN_STARTED needs run_id");
    }
    if (!session.runs().open(new Run(session, id, envelope.threadId(), true))) {
      return refuse(
          session, envelope, AgentCode.RUN_LIMIT_EXCEEDED, "As many runs are open as may be");
    }
    return null;
  }

  private static @Nullable AgentTask runEnded(AgentSession session, Envelope envelope) {
    String id = runOf(envelope);
    Run run = id == null ? null : session.runs().find(id);
    if (run != null && run.isPersons()) {
      boolean _ = run.end();
    }
    return null;
  }

  private static @Nullable AgentTask runCancelled(AgentSession session, Envelope envelope) {
    String id = runOf(envelope);
    Run run = id == null ? session.runs().newest() : session.runs().find(id);
    if (run == null) {
      return id == null
          ? refuse(session, envelope, AgentCode.PROTOCOL_VIOLATION, "RUN_CANCEL needs run_id")
          : refuse(session, envelope, AgentCode.RUN_NOT_FOUND, "No such run is open");
    }
    return cancel(session, run);
  }

  private static AgentTask cancel(AgentSession session, Run run) {
    run.cancel();
    return () -> {
      try {
        session.agent().cancelled(session, run);
      } finally {
        run.finish();
      }
    };
  }

  /** Each run just once, so that no flood of these fills the desk. */
  private static boolean stopRun(AgentSession session, Envelope envelope, boolean newest) {
    String id = runOf(envelope);
    Run run = id != null ? session.runs().find(id) : newest ? session.runs().newest() : null;
    if (run == null || run.isCancelled()) {
      return false;
    }
    AgentTask told = cancel(session, run);
    session.desk().add(() -> session.attempt(envelope.type(), envelope.id(), told));
    return true;
  }
}
