package io.sluice.server.auth;

import io.sluice.gateway.TokenVerifier;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of a token: length, shape, algorithm, key, signature, and only then its claims.
 *
 * <p>Owner: any thread; immutable. Secrets are checked inside the call, in microseconds. A public
 * key takes ten to some hundred times as long, so it is used on the executor, away from event
 * loops.
 */
final class JwtVerifier implements TokenVerifier {
  private static final Logger LOG = LoggerFactory.getLogger(JwtVerifier.class);

  private final List<Secret> secrets;
  private final List<KeyLookup> lookups;
  private final Claims claims;
  private final Limits.Token limits;
  private final Executor executor;

  /**
   * Checks against all of these.
   *
   * @param secrets the current one, and the one before it during a rotation
   * @param lookups at most one, the source of public keys
   * @param executor where public-key signatures are checked; may reject when it has too much to do
   */
  JwtVerifier(
      List<Secret> secrets,
      List<KeyLookup> lookups,
      ClaimRules rules,
      Limits.Token limits,
      Executor executor) {
    this.secrets = List.copyOf(secrets);
    this.lookups = List.copyOf(lookups);
    this.claims = new Claims(rules);
    this.limits = limits;
    this.executor = executor;
  }

  @Override
  public CompletionStage<Verdict> verify(String token, Moment now) {
    if (token.length() > limits.bytes()) {
      return rejected("malformed");
    }
    Jwt jwt = Jwt.parse(token);
    if (jwt == null) {
      return rejected("malformed");
    }
    if (Algorithms.SECRET.contains(jwt.algorithm())) {
      return CompletableFuture.completedStage(bySecret(jwt, now));
    }
    return Algorithms.PUBLIC_KEY.contains(jwt.algorithm())
        ? byKey(jwt, now)
        : rejected("algorithm");
  }

  private Verdict bySecret(Jwt jwt, Moment now) {
    if (secrets.isEmpty()) {
      return new Verdict.Rejected("algorithm");
    }
    for (Secret secret : secrets) {
      if (jwt.isSignedFor(secret.verifier())) {
        return checkClaims(jwt, now);
      }
    }
    return new Verdict.Rejected("signature");
  }

  private CompletionStage<Verdict> byKey(Jwt jwt, Moment now) {
    if (lookups.isEmpty()) {
      return rejected("algorithm");
    }
    return lookups
        .getFirst()
        .find(jwt.kid(), now)
        .thenCompose(
            found ->
                switch (found) {
                  case KeyLookup.Found.Keys(KeySet keys) -> away(jwt, keys, now);
                  case KeyLookup.Found.Unavailable() -> unavailable("jwks");
                });
  }

  private CompletionStage<Verdict> away(Jwt jwt, KeySet keys, Moment now) {
    KeySet named = keys.named(jwt.kid());
    if (named.isEmpty()) {
      return rejected("key");
    }
    KeySet candidates = named.forAlgorithm(jwt.algorithm());
    if (candidates.isEmpty()) {
      return rejected("algorithm");
    }
    try {
      return CompletableFuture.supplyAsync(() -> bySignature(jwt, candidates, now), executor)
          .exceptionally(JwtVerifier::broken);
    } catch (RejectedExecutionException e) {
      return unavailable("busy");
    }
  }

  private Verdict bySignature(Jwt jwt, KeySet candidates, Moment now) {
    for (VerificationKey key : candidates.keys()) {
      if (jwt.isSignedFor(key.verifier())) {
        return checkClaims(jwt, now);
      }
    }
    return new Verdict.Rejected("signature");
  }

  private Verdict checkClaims(Jwt jwt, Moment now) {
    ObjectNode object = jwt.claims();
    return object == null ? new Verdict.Rejected("malformed") : claims.check(object, now);
  }

  /** The port never fails: a bug is logged and refuses the upgrade. */
  private static Verdict broken(Throwable bug) {
    LOG.error("Checking a token broke", bug);
    return new Verdict.Unavailable("internal");
  }

  private static CompletionStage<Verdict> rejected(String reason) {
    return CompletableFuture.completedStage(new Verdict.Rejected(reason));
  }

  private static CompletionStage<Verdict> unavailable(String reason) {
    return CompletableFuture.completedStage(new Verdict.Unavailable(reason));
  }
}
