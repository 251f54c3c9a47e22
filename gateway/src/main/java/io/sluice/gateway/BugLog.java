package io.sluice.gateway;

import org.slf4j.Logger;

/**
 * How the gateway logs what should not have happened: what it was and where, for it and for what
 * caused it. What an exception says is left out, because it may quote the peer, a token even.
 * Stateless.
 */
public final class BugLog {
  /** So many causes of causes are told of; more do not help, and a chain may bite its tail. */
  static final int MOST_CAUSES = 4;

  private BugLog() {}

  /**
   * Logs an error.
   *
   * @param what a sentence's beginning that holds nothing of the peer
   */
  public static void report(Logger log, String what, Throwable bug) {
    log.error("{}: {}", what, trace(bug));
  }

  static String trace(Throwable bug) {
    StringBuilder trace = new StringBuilder();
    append(trace, bug);
    Throwable cause = bug.getCause();
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      trace.append("\ncaused by ");
      append(trace, cause);
      cause = cause.getCause();
    }
    return trace.toString();
  }

  private static void append(StringBuilder trace, Throwable bug) {
    trace.append(bug.getClass().getName());
    for (StackTraceElement frame : bug.getStackTrace()) {
      trace.append("\n\tat ").append(frame);
    }
  }
}
