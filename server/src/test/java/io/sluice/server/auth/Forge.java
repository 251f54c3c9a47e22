package io.sluice.server.auth;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens byte by byte, good ones and others, without the code that is tested. */
final class Forge {
  static final String SECRET_TEXT = "a secret that is long enough for every test";
  static final Secret SECRET = Secret.of(SECRET_TEXT);
  static final Moment NOW = new Moment(7_000_000_000L, 1_800_000_000_000L);
  static final long NOW_SECONDS = 1_800_000_000L;
  static final String CLAIMS = "{\"sub\":\"alice\",\"exp\":" + (NOW_SECONDS + 60) + "}";

  static final KeyPair RSA = pair("RSA", null);
  static final KeyPair OTHER_RSA = pair("RSA", null);
  static final KeyPair P256 = pair("EC", "secp256r1");
  static final KeyPair ED25519 = pair("Ed25519", null);

  private Forge() {}

  static KeyPair pair(String kind, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      if (curve != null) {
        generator.initialize(new ECGenParameterSpec(curve));
      } else if (kind.equals("RSA")) {
        generator.initialize(2_048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String hs256(String claims) {
    return hmac(
        "{\"alg\":\"HS256\"}", claims, "HmacSHA256", SECRET_TEXT.getBytes(StandardCharsets.UTF_8));
  }

  static String hmac(String header, String claims, String mac, byte[] secret) {
    return hmac(base64(header) + "." + base64(claims), mac, secret);
  }

  static String hmac(String signed, String mac, byte[] secret) {
    try {
      Mac hmac = Mac.getInstance(mac);
      hmac.init(new SecretKeySpec(secret, mac));
      return signed + "." + base64(hmac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String rs256(String header, String claims, PrivateKey key) {
    return signed(header, claims, "SHA256withRSA", key);
  }

  static String signed(String header, String claims, String algorithm, PrivateKey key) {
    return signed(header, claims, algorithm, null, key);
  }

  static String signed(
      String header,
      String claims,
      String algorithm,
      AlgorithmParameterSpec parameters,
      PrivateKey key) {
    try {
      String signed = base64(header) + "." + base64(claims);
      Signature signature = Signature.getInstance(algorithm);
      if (parameters != null) {
        signature.setParameter(parameters);
      }
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key as a JSON Web Key, with more members behind its own. */
  static String jwk(PublicKey key, String more) {
    String members =
        switch (key) {
          case RSAPublicKey rsa ->
              "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\""
                  .formatted(number(rsa.getModulus(), 0), number(rsa.getPublicExponent(), 0));
          case ECPublicKey elliptic -> {
            int bits = elliptic.getParams().getCurve().getField().getFieldSize();
            int size = (bits + 7) / 8;
            yield "\"kty\":\"EC\",\"crv\":\"P-%d\",\"x\":\"%s\",\"y\":\"%s\""
                .formatted(
                    bits,
                    number(elliptic.getW().getAffineX(), size),
                    number(elliptic.getW().getAffineY(), size));
          }
          default -> {
            byte[] encoded = key.getEncoded();
            byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + base64(x) + "\"";
          }
        };
    return "{" + members + more + "}";
  }

  /** Big-endian without a sign, in so many bytes or as few as it takes. */
  private static String number(BigInteger value, int size) {
    byte[] bytes = new byte[Math.max(size, (value.bitLength() + 7) / 8)];
    byte[] digits = value.toByteArray();
    int length = Math.min(digits.length, bytes.length);
    System.arraycopy(digits, digits.length - length, bytes, bytes.length - length, length);
    return base64(bytes);
  }

  static String pem(java.security.Key key) {
    String label = key instanceof PrivateKey ? "PRIVATE KEY" : "PUBLIC KEY";
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(key.getEncoded()), label);
  }

  /** Takes tokens of {@link #SECRET} only. */
  static JwtVerifier bySecret() {
    return bySecret(ClaimRules.DEFAULTS);
  }

  static JwtVerifier bySecret(ClaimRules rules) {
    return new JwtVerifier(List.of(SECRET), List.of(), rules, Limits.Token.DEFAULTS, Runnable::run);
  }

  static JwtVerifier byKeys(KeyLookup lookup) {
    return new JwtVerifier(
        List.of(), List.of(lookup), ClaimRules.DEFAULTS, Limits.Token.DEFAULTS, Runnable::run);
  }

  static JwtVerifier byKeys(String text) {
    try {
      return byKeys(KeyLookup.fixed(KeyText.read(text, 32)));
    } catch (KeyFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  static Verdict check(JwtVerifier verifier, String token) {
    return verifier.verify(token, NOW).toCompletableFuture().join();
  }

  /** The reason of a refusal, or what else it was. */
  static String reason(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted(var identity) -> "accepted " + identity.user();
      case Verdict.Rejected(String reason) -> reason;
      case Verdict.Unavailable(String reason) -> "unavailable " + reason;
    };
  }
}
