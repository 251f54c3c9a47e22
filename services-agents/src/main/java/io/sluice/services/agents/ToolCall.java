package io.sluice.services.agents;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One call of a tool, open until it is done, has failed or is cancelled; whatever is said after
 * that is not heard. Any thread; whether it is open is guarded by its own lock, which is taken
 * before that of its {@link Way}.
 */
public final class ToolCall {
  private final AgentSession session;
  private final Calls calls;
  private final Spec spec;
  private final Replies replies;

  /** What became of it, for an agent that waits; a cancelled call has none. */
  private final CompletableFuture<@Nullable JsonNode> outcome = new CompletableFuture<>();

  private boolean ended;

  /** Whether a thread of its own is at it, which takes it from the open calls when it ends. */
  private boolean started;

  private Threads.@Nullable Running running;

  /**
   * What is called.
   *
   * @param callId the caller's id of it
   * @param tool the tool's name
   * @param params what it is given
   * @param run the run it belongs to; null if none that is open
   * @param relatedId the message that asked for it; null if none did
   * @param transaction the transaction it belongs to; null if none
   */
  record Spec(
      String callId,
      String tool,
      JsonNode params,
      @Nullable Run run,
      @Nullable String relatedId,
      @Nullable Transaction transaction) {}

  ToolCall(AgentSession session, Calls calls, Spec spec, Replies replies) {
    this.session = session;
    this.calls = calls;
    this.spec = spec;
    this.replies = replies;
  }

  /** Its id. */
  public String id() {
    return spec.callId();
  }

  /** The name of the tool. */
  public String tool() {
    return spec.tool();
  }

  /** What it is given. */
  public JsonNode params() {
    return spec.params();
  }

  /** What the transaction it belongs to was begun with; null if nothing, or it is in none. */
  public @Nullable JsonNode opening() {
    Transaction transaction = spec.transaction();
    return transaction == null ? null : transaction.params();
  }

  /** Whether it is part of this run or transaction. */
  boolean isPartOf(Object whole) {
    return whole.equals(spec.run()) || whole.equals(spec.transaction());
  }

  /** The session in which it is called. */
  public AgentSession session() {
    return session;
  }

  /** Whether it is open no more: nobody waits for its result. */
  public synchronized boolean isOver() {
    return ended;
  }

  /**
   * Says how far it is, and waits until that is in the log.
   *
   * @param progress from 0 to 100
   * @param partial what is known so far; null for nothing
   */
  public void update(double progress, @Nullable JsonNode partial) throws InterruptedException {
    Way way = session.answers();
    CompletableFuture<@Nullable Void> said;
    synchronized (this) {
      if (ended) {
        return;
      }
      said = way.add(new Said(replies.update("RUNNING", progress, partial)));
    }
    way.publish();
    session.await(said, null);
  }

  /** It is done, with this result or none. */
  public void done(@Nullable JsonNode result) {
    end(replies.done(result));
    outcome.complete(result);
  }

  /**
   * It cannot be done.
   *
   * @param message a sentence for the person
   */
  public void fail(AgentCode code, String message) {
    if (end(replies.failed(code, message))) {
      session.tell(code, message, spec.relatedId());
    }
    outcome.completeExceptionally(new AgentException(code, message));
  }

  /** Ends it for the person, who is told so, and interrupts it. */
  void cancel() {
    Way way = session.answers();
    Threads.Running interrupted;
    boolean idle;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      CompletableFuture<@Nullable Void> _ =
          way.add(new Said(replies.update("CANCELLING", -1, null)));
      CompletableFuture<@Nullable Void> _ = way.add(new Said(replies.cancelled()));
      interrupted = running;
      idle = !started;
    }
    way.publish();
    outcome.completeExceptionally(Waits.cancelled());
    if (interrupted != null) {
      interrupted.interrupt();
    }
    if (idle) {
      calls.remove(this);
    }
  }

  /** The session is closed: nobody hears of it. */
  void drop() {
    Threads.Running interrupted;
    synchronized (this) {
      ended = true;
      interrupted = running;
    }
    outcome.completeExceptionally(new SessionClosedException());
    if (interrupted != null) {
      interrupted.interrupt();
    }
  }

  private boolean end(Envelope last) {
    Way way = session.answers();
    // If it cannot be written the tool has failed, and the call is still open.
    Said said = new Said(last);
    boolean first;
    boolean idle;
    synchronized (this) {
      first = !ended;
      idle = !started;
      if (first) {
        ended = true;
        CompletableFuture<@Nullable Void> _ = way.add(said);
      }
    }
    if (first) {
      replies.ended(last);
      way.publish();
      if (idle) {
        calls.remove(this);
      }
    }
    return first;
  }

  CompletableFuture<@Nullable JsonNode> outcome() {
    return outcome;
  }

  /** Runs a tool for it on a thread of its own; the call counts as long as the thread. */
  void start(Tool tool, Threads threads) {
    synchronized (this) {
      started = true;
    }
    Threads.Running thread = threads.start(() -> run(tool));
    boolean late;
    synchronized (this) {
      running = thread;
      late = ended;
    }
    if (late) {
      // Cancelled meanwhile; or over already, and then nobody is there to be interrupted.
      thread.interrupt();
    }
  }

  /** On a thread that may be interrupted when the call is cancelled, or one that is not ours. */
  void run(Tool tool) {
    try {
      if (!isOver()) {
        done(tool.call(spec.params(), this));
      }
    } catch (AgentException e) {
      fail(e.code(), String.valueOf(e.getMessage()));
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      if (!isOver()) {
        session.mishap("the tool " + spec.tool(), e);
        fail(AgentCode.TOOL_EXECUTION_ERROR, "The tool failed");
      }
    } finally {
      calls.remove(this);
    }
  }
}
