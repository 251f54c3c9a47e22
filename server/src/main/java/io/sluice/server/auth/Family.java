package io.sluice.server.auth;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import org.jspecify.annotations.Nullable;

/** Kinds of keys. A public key can never act as a secret, because no key has two families. */
enum Family {
  SECRET(null),
  RSA(null),
  P256("secp256r1"),
  P384("secp384r1"),
  P521("secp521r1"),
  ED25519(null);

  private static final int RSA_MIN_BITS = 2_048;
  private static final int RSA_MAX_BITS = 8_192;

  private final @Nullable String curveName;

  Family(@Nullable String curveName) {
    this.curveName = curveName;
  }

  /** The family of a public key; null if it has none that is understood, or is too weak. */
  static @Nullable Family of(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> isSound(rsa) ? RSA : null;
      case EdECPublicKey edwards ->
          edwards.getParams().getName().equalsIgnoreCase("Ed25519") ? ED25519 : null;
      case ECPublicKey elliptic -> ofCurve(elliptic);
      default -> null;
    };
  }

  private static boolean isSound(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    return key.getAlgorithm().equals("RSA") && bits >= RSA_MIN_BITS && bits <= RSA_MAX_BITS;
  }

  private static @Nullable Family ofCurve(ECPublicKey key) {
    for (Family family : new Family[] {P256, P384, P521}) {
      if (family.curve().getCurve().equals(key.getParams().getCurve())) {
        return family;
      }
    }
    return null;
  }

  /** The curve of one of the elliptic families. */
  ECParameterSpec curve() {
    if (curveName == null) {
      throw new IllegalStateException(this + " has no curve");
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(curveName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (InvalidParameterSpecException e) {
      throw new IllegalStateException(curveName, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no elliptic curves", e);
    }
  }
}
