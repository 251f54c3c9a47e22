package io.sluice.server.auth;

import java.security.PublicKey;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key and what it may be used for.
 *
 * @param kid its name, compared with a token's as text; null if it has none
 * @param key the key
 * @param algorithms the only ones it verifies, all of its own family
 */
record VerificationKey(@Nullable String kid, PublicKey key, Set<Algorithm> algorithms) {

  /** The key for every algorithm of its family; null if it is of none, or too weak. */
  static @Nullable VerificationKey of(@Nullable String kid, PublicKey key) {
    Family family = Family.of(key);
    if (family == null) {
      return null;
    }
    Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.family() == family) {
        algorithms.add(algorithm);
      }
    }
    return new VerificationKey(kid, key, algorithms);
  }

  /** The same key for one algorithm only; null if that is not of its family. */
  @Nullable VerificationKey only(Algorithm algorithm) {
    return algorithms.contains(algorithm)
        ? new VerificationKey(kid, key, EnumSet.of(algorithm))
        : null;
  }
}
