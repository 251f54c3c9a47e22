package io.sluice.server.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one public key of a JSON Web Key (RFC 7517, 7518, 8037). */
final class Jwk {
  /** What stands before the 32 bytes of every Ed25519 key in X.509. */
  private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private Jwk() {}

  /** The key; null if it is not for verifying, or of a kind that is not understood. */
  static @Nullable VerificationKey read(JsonNode jwk) {
    if (!isForVerifying(jwk)) {
      return null;
    }
    JsonNode kid = jwk.path("kid");
    JsonNode alg = jwk.path("alg");
    PublicKey key;
    try {
      key = publicKey(jwk);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
    VerificationKey all =
        key == null ? null : VerificationKey.of(kid.isString() ? kid.stringValue() : null, key);
    if (all == null || alg.isMissingNode()) {
      return all;
    }
    Algorithm only = alg.isString() ? Algorithm.of(alg.stringValue()) : null;
    return only == null ? null : all.only(only);
  }

  private static boolean isForVerifying(JsonNode jwk) {
    JsonNode use = jwk.path("use");
    if (!use.isMissingNode() && !use.stringValue("").equals("sig")) {
      return false;
    }
    JsonNode operations = jwk.path("key_ops");
    if (operations.isMissingNode()) {
      return true;
    }
    for (JsonNode operation : operations) {
      if (operation.stringValue("").equals("verify")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable PublicKey publicKey(JsonNode jwk) throws GeneralSecurityException {
    return switch (jwk.path("kty").stringValue("")) {
      case "RSA" ->
          KeyFactory.getInstance("RSA")
              .generatePublic(new RSAPublicKeySpec(number(jwk, "n"), number(jwk, "e")));
      case "EC" -> ellipticKey(jwk);
      case "OKP" -> edwardsKey(jwk);
      default -> null;
    };
  }

  private static @Nullable PublicKey ellipticKey(JsonNode jwk) throws GeneralSecurityException {
    Family family =
        switch (jwk.path("crv").stringValue("")) {
          case "P-256" -> Family.P256;
          case "P-384" -> Family.P384;
          case "P-521" -> Family.P521;
          default -> null;
        };
    if (family == null) {
      return null;
    }
    ECParameterSpec curve = family.curve();
    ECPoint point = new ECPoint(number(jwk, "x"), number(jwk, "y"));
    return isOn(curve.getCurve(), point)
        ? KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve))
        : null;
  }

  /** Whether y² = x³ + ax + b: a point beside the curve gives away what is computed with it. */
  private static boolean isOn(EllipticCurve curve, ECPoint point) {
    if (!(curve.getField() instanceof ECFieldFp field)) {
      return false;
    }
    BigInteger p = field.getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
    return x.compareTo(p) < 0
        && y.compareTo(p) < 0
        && y.multiply(y).subtract(right).mod(p).signum() == 0;
  }

  private static @Nullable PublicKey edwardsKey(JsonNode jwk) throws GeneralSecurityException {
    byte[] x = bytes(jwk, "x");
    if (!jwk.path("crv").stringValue("").equals("Ed25519") || x.length != 32) {
      return null;
    }
    byte[] encoded = new byte[ED25519_HEAD.length + x.length];
    System.arraycopy(ED25519_HEAD, 0, encoded, 0, ED25519_HEAD.length);
    System.arraycopy(x, 0, encoded, ED25519_HEAD.length, x.length);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static BigInteger number(JsonNode jwk, String field) {
    return new BigInteger(1, bytes(jwk, field));
  }

  private static byte[] bytes(JsonNode jwk, String field) {
    byte[] bytes = Base64.getUrlDecoder().decode(jwk.path(field).stringValue(""));
    if (bytes.length == 0) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return bytes;
  }
}
