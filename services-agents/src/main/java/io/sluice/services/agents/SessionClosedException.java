package io.sluice.services.agents;

/** The session is over: nobody hears what is said. An agent may let it pass. */
public final class SessionClosedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  SessionClosedException() {
    super("the session is closed");
  }
}
