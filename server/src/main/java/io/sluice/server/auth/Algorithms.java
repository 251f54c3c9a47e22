package io.sluice.server.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The signatures that are taken. What is not in these lists does not exist, {@code none} in any
 * spelling among it, and each key takes only those of its own kind.
 */
final class Algorithms {
  /** By a secret. */
  static final Set<JWSAlgorithm> SECRET = Set.copyOf(MACVerifier.SUPPORTED_ALGORITHMS);

  /** By an Ed25519 key; RFC 9864 gives it its own name beside the older one. */
  static final Set<JWSAlgorithm> ED25519 = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** By a public key of any kind; the JDK has no secp256k1, so ES256K is not among them. */
  static final Set<JWSAlgorithm> PUBLIC_KEY =
      Stream.of(
              RSASSAVerifier.SUPPORTED_ALGORITHMS,
              Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512),
              ED25519)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private Algorithms() {}
}
