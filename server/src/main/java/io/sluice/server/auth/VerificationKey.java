package io.sluice.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A public key and what it may be used for. It can never act as a secret: its verifier has no
 * algorithm of secrets.
 *
 * @param kid its name, compared with a token's as text; null if it has none
 * @param verifier checks signatures with it; for any thread
 * @param algorithms the only ones it verifies, all of its own kind
 */
record VerificationKey(@Nullable String kid, JWSVerifier verifier, Set<JWSAlgorithm> algorithms) {
  private static final int RSA_MIN_BITS = 2_048;
  private static final int RSA_MAX_BITS = 8_192;

  /** The key for every algorithm of its kind; null if that is not understood, or too weak. */
  static @Nullable VerificationKey of(@Nullable String kid, PublicKey key) {
    JWSVerifier verifier = verifier(key);
    if (verifier == null) {
      return null;
    }
    Set<JWSAlgorithm> algorithms =
        verifier.supportedJWSAlgorithms().stream()
            .filter(Algorithms.PUBLIC_KEY::contains)
            .collect(Collectors.toUnmodifiableSet());
    return algorithms.isEmpty() ? null : new VerificationKey(kid, verifier, algorithms);
  }

  private static @Nullable JWSVerifier verifier(PublicKey key) {
    try {
      return switch (key) {
        case RSAPublicKey rsa -> isSound(rsa) ? new RSASSAVerifier(rsa) : null;
        case ECPublicKey elliptic -> new ECDSAVerifier(elliptic);
        case EdECPublicKey edwards ->
            edwards.getParams().getName().equalsIgnoreCase("Ed25519")
                ? new EdwardsVerifier(edwards)
                : null;
        default -> null;
      };
    } catch (JOSEException e) {
      return null;
    }
  }

  private static boolean isSound(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    return key.getAlgorithm().equals("RSA") && bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS;
  }

  /** The key of a JSON Web Key; null if it is not for verifying, or of no kind that is taken. */
  static @Nullable VerificationKey read(String json) {
    try {
      JWK jwk = JWK.parse(json);
      PublicKey key = isForVerifying(jwk) ? publicKey(jwk) : null;
      VerificationKey all = key == null ? null : of(jwk.getKeyID(), key);
      return all == null || jwk.getAlgorithm() == null
          ? all
          : all.only(JWSAlgorithm.parse(jwk.getAlgorithm().getName()));
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isForVerifying(JWK jwk) {
    return (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
        && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY));
  }

  private static @Nullable PublicKey publicKey(JWK jwk) throws JOSEException {
    return switch (jwk) {
      case OctetKeyPair pair ->
          pair.getCurve().equals(Curve.Ed25519) ? EdwardsVerifier.key(pair.getDecodedX()) : null;
      case AsymmetricJWK pair -> pair.toPublicKey();
      default -> null;
    };
  }

  /** The same key for one algorithm only, under all its names; null if that is not of its kind. */
  private @Nullable VerificationKey only(JWSAlgorithm algorithm) {
    if (!algorithms.contains(algorithm)) {
      return null;
    }
    return algorithms.equals(Algorithms.ED25519)
        ? this
        : new VerificationKey(kid, verifier, Set.of(algorithm));
  }
}
