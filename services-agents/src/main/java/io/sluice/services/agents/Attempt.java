package io.sluice.services.agents;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** One call of an agent's own code, and what becomes of it when that fails. */
final class Attempt {
  private final AgentSession session;
  private final @Nullable String relatedId;

  private Attempt(AgentSession session, @Nullable String relatedId) {
    this.session = session;
    this.relatedId = relatedId;
  }

  /**
   * Calls it. What it throws is noted and told: as RUN_ERROR of the run that was begun last and is
   * still open, else as ERROR.
   *
   * @param relatedId the message that is answered; null if none is
   */
  @SuppressWarnings("Interruption") // Of a session that is closed, or of nobody's concern.
  static void of(AgentSession session, String what, @Nullable String relatedId, AgentTask work) {
    Attempt attempt = new Attempt(session, relatedId);
    try {
      work.run();
    } catch (SessionClosedException e) {
      attempt.gone(what, e);
    } catch (CancellationException e) {
      attempt.cancelled(what, e);
    } catch (AgentException e) {
      attempt.tell(e.code(), String.valueOf(e.getMessage()));
    } catch (NotPublishedException e) {
      // The hub's refusal, no bug of the agent's: it is counted there.
      attempt.tell(AgentCode.SERVER_ERROR, "What the agent said could not be published");
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      attempt.failed(what, e);
    }
  }

  /** To speak to nobody is no mistake, if there was somebody when it began. */
  private void gone(String what, SessionClosedException why) {
    if (!session.isClosed()) {
      failed(what, why);
    }
  }

  private void cancelled(String what, CancellationException why) {
    List<Run> cancelled = session.runs().all().stream().filter(Run::isCancelled).toList();
    if (cancelled.isEmpty()) {
      failed(what, why);
    }
    cancelled.forEach(Run::finish);
  }

  private void failed(String what, Throwable why) {
    if (session.isClosed()) {
      // What it was interrupted in is its own business, but a bug is one.
      if (!(why instanceof InterruptedException)) {
        session.mishap(what, why);
      }
      return;
    }
    session.mishap(what, why);
    tell(AgentCode.SERVER_ERROR, "The agent failed");
  }

  private void tell(AgentCode code, String message) {
    Run run = session.runs().newest();
    if (run == null) {
      session.tell(code, message, relatedId);
    } else {
      run.fail(code, message);
    }
  }
}
