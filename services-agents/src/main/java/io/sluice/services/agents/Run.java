package io.sluice.services.agents;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A piece of work that has a beginning and an end, and that the person may cancel. What is said in
 * a cancelled run throws {@link CancellationException}. Any thread; its state is two flags.
 */
public final class Run {
  private final AgentSession session;
  private final String id;
  private final @Nullable String threadId;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean cancelled;

  /** Whether the person began it, who ends it then. */
  private final boolean persons;

  Run(AgentSession session, String id, @Nullable String threadId, boolean persons) {
    this.persons = persons;
    this.session = session;
    this.id = id;
    this.threadId = threadId;
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** The thread it belongs to; null for none. */
  public @Nullable String threadId() {
    return threadId;
  }

  /** Whether the person has cancelled it. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** Whether it is over. */
  public boolean isOver() {
    return over.get();
  }

  /** Whether the person began it. */
  public boolean isPersons() {
    return persons;
  }

  /** Says something whole, and waits until it is in the log. */
  public void say(String text) throws InterruptedException {
    session.say(AgentSession.AGENT, text, this);
  }

  /** Begins to say something in parts. */
  public AgentStream stream() {
    return new AgentStream(session, AgentSession.AGENT, this);
  }

  /** Waits for so long, without a thread that turns. */
  public void pause(Duration time) throws InterruptedException {
    session.pause(time, this);
  }

  /**
   * Has one of the agent's own tools do something, before the person's eyes, and waits for it.
   *
   * @throws AgentException if it failed, or what it is given does not fit
   */
  public @Nullable JsonNode call(String tool, JsonNode params) throws InterruptedException {
    return session.call(tool, params, this);
  }

  /** It is over: done, or cancelled if it was. */
  public void finish() {
    finish(null);
  }

  /**
   * The same.
   *
   * @param summary what came of it, for the person; null for nothing
   */
  public void finish(@Nullable String summary) {
    if (end()) {
      ObjectNode payload = named();
      payload.put("status", cancelled ? "CANCELLED" : "OK");
      if (summary != null) {
        payload.put("summary", summary);
      }
      session.send(AgentSession.AGENT, session.envelope("RUN_FINISHED", payload).in(this));
    }
  }

  /**
   * It is over: it failed.
   *
   * @param message a sentence for the person
   */
  public void fail(AgentCode code, String message) {
    if (end()) {
      ObjectNode payload = named();
      payload.put("code", code.name());
      payload.put("message", message);
      session.send(AgentSession.AGENT, session.envelope("RUN_ERROR", payload).in(this));
    }
  }

  /** What the events that begin and end it say of it. */
  ObjectNode named() {
    ObjectNode payload = Json.object();
    payload.put("run_id", id);
    if (threadId != null) {
      payload.put("thread_id", threadId);
    }
    return payload;
  }

  /** Ends it without a word; false if it was over. */
  boolean end() {
    boolean first = over.compareAndSet(false, true);
    if (first) {
      session.runs().remove(this);
    }
    return first;
  }

  /** Whoever looks at it from now on sees that it is cancelled, and who waits in it wakes. */
  void cancel() {
    cancelled = true;
    session.waits().cancel(this);
    session.calls().cancel(this);
  }

  void check() {
    if (cancelled) {
      throw Waits.cancelled();
    }
  }
}
