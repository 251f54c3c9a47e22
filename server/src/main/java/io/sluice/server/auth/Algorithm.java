package io.sluice.server.auth;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The signatures that are understood. What is not in this list does not exist, {@code none} in any
 * spelling among it, and each key takes only the algorithms of its own {@link Family}.
 */
enum Algorithm {
  HS256(Family.SECRET, "HmacSHA256"),
  HS384(Family.SECRET, "HmacSHA384"),
  HS512(Family.SECRET, "HmacSHA512"),
  RS256(Family.RSA, "SHA256withRSA"),
  RS384(Family.RSA, "SHA384withRSA"),
  RS512(Family.RSA, "SHA512withRSA"),
  PS256(Family.RSA, "RSASSA-PSS", "SHA-256", 32),
  PS384(Family.RSA, "RSASSA-PSS", "SHA-384", 48),
  PS512(Family.RSA, "RSASSA-PSS", "SHA-512", 64),
  ES256(Family.P256, "SHA256withECDSAinP1363Format"),
  ES384(Family.P384, "SHA384withECDSAinP1363Format"),
  ES512(Family.P521, "SHA512withECDSAinP1363Format"),
  EDDSA(Family.ED25519, "Ed25519");

  private final Family family;
  private final String jcaName;
  private final @Nullable String maskDigest;
  private final int saltLength;

  Algorithm(Family family, String jcaName) {
    this(family, jcaName, null, 0);
  }

  Algorithm(Family family, String jcaName, @Nullable String maskDigest, int saltLength) {
    this.family = family;
    this.jcaName = jcaName;
    this.maskDigest = maskDigest;
    this.saltLength = saltLength;
  }

  /** The algorithm of exactly that {@code alg}; null if there is none. */
  static @Nullable Algorithm of(String alg) {
    // RFC 9864 gives Ed25519 its own name beside the older one.
    if (alg.equals("EdDSA") || alg.equals("Ed25519")) {
      return EDDSA;
    }
    for (Algorithm algorithm : values()) {
      if (algorithm != EDDSA && algorithm.name().equals(alg)) {
        return algorithm;
      }
    }
    return null;
  }

  Family family() {
    return family;
  }

  /** The name the JDK knows it by. */
  String jcaName() {
    return jcaName;
  }

  /** Whether the signature is this key's, for one of the public-key families. */
  boolean verify(PublicKey key, byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(jcaName);
      if (maskDigest != null) {
        verifier.setParameter(
            new PSSParameterSpec(
                maskDigest,
                "MGF1",
                new MGF1ParameterSpec(maskDigest),
                saltLength,
                PSSParameterSpec.TRAILER_FIELD_BC));
      }
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // A signature of the wrong length or shape: wrong, like any other.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(this + " does not work with a key of its own family", e);
    }
  }
}
