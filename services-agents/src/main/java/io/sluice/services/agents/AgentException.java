package io.sluice.services.agents;

/** Thrown by an agent or a tool to tell the person, in these words, what cannot be done. */
public class AgentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final AgentCode code;

  /**
   * Tells the person.
   *
   * @param message a sentence for the person
   */
  public AgentException(AgentCode code, String message) {
    super(message);
    this.code = code;
  }

  /** What kind. */
  public AgentCode code() {
    return code;
  }
}
