package io.sluice.core;

import io.sluice.model.Identity;
import io.sluice.model.Moment;

/**
 * The port through which a connection's new token becomes an identity. A check may take its time,
 * and never blocks its caller.
 *
 * <p>Thread: any.
 */
@FunctionalInterface
public interface Tokens {
  /** Refuses every token: for a hub whose connections cannot refresh. */
  Tokens NONE = (token, now, answer) -> answer.refused();

  /** Checks a token; exactly one method of the answer is called, once, inside the call or later. */
  void check(String token, Moment now, Answer answer);

  /** What came of it. Any thread. */
  interface Answer {
    /** The token is good. */
    void accepted(Identity identity);

    /** The token is not. */
    void refused();

    /** Nobody can tell now. */
    void unavailable();
  }
}
