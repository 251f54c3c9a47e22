package io.sluice.server.auth;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that are trusted now.
 *
 * @param keys all of them, few
 */
record KeySet(List<VerificationKey> keys) {
  /** None. */
  static final KeySet EMPTY = new KeySet(List.of());

  KeySet {
    keys = List.copyOf(keys);
  }

  /**
   * The keys a token may mean: those of its {@code kid}; where no key has that name, those without
   * any, as a PEM file gives them; all, if the token names none.
   */
  KeySet named(@Nullable String kid) {
    if (kid == null) {
      return this;
    }
    List<VerificationKey> same = new ArrayList<>();
    List<VerificationKey> nameless = new ArrayList<>();
    for (VerificationKey key : keys) {
      if (kid.equals(key.kid())) {
        same.add(key);
      } else if (key.kid() == null) {
        nameless.add(key);
      }
    }
    return new KeySet(same.isEmpty() ? nameless : same);
  }

  /** Those of them that verify this algorithm. */
  KeySet forAlgorithm(JWSAlgorithm algorithm) {
    return new KeySet(keys.stream().filter(key -> key.algorithms().contains(algorithm)).toList());
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }
}
