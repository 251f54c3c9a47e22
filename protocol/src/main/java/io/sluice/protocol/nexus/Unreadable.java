package io.sluice.protocol.nexus;

/** Carries what is wrong with a server's message to where that is answered; has no stack. */
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  private final String why;

  Unreadable(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  /** For a person; quotes nothing of the message. */
  String why() {
    return why;
  }
}
