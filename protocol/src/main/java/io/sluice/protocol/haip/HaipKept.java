package io.sluice.protocol.haip;

/**
 * Owner: the conversation that has it; between two lines, whoever keeps the session. What outlives
 * a line: what was sent and not acknowledged, what came, and how the channels stand. Given from the
 * conversation of one line to that of the next, on whatever thread, by a safe hand-over.
 */
public final class HaipKept {
  private final String session;

  HaipKept(String session) {
    this.session = session;
  }

  /** The session it is of. */
  public String session() {
    return session;
  }

  /** Roughly what it takes of the heap, for the bound on all of them. */
  public int retainedBytes() {
    return 0;
  }
}
