package io.sluice.gateway;

import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.util.concurrent.CompletionStage;

/**
 * The port through which a token becomes an identity. A check may have to fetch keys, so the answer
 * may come later and on another thread; it never blocks its caller.
 */
@FunctionalInterface
public interface TokenVerifier {
  /** Checks a token. The stage never completes exceptionally. */
  CompletionStage<Verdict> verify(String token, Moment now);

  /** What came of it. */
  sealed interface Verdict {
    /** The token is good. */
    record Accepted(Identity identity) implements Verdict {}

    /**
     * The token is not.
     *
     * @param reason a stable word for the metric: malformed, algorithm, signature, key, expired,
     *     not_yet, no_expiry, issuer, audience, subject, grants
     */
    record Rejected(String reason) implements Verdict {}

    /**
     * Nobody can tell now: the key server does not answer.
     *
     * @param reason a stable word for the metric
     */
    record Unavailable(String reason) implements Verdict {}
  }
}
