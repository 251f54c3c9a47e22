package io.sluice.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that signs and verifies, and never prints itself. Immutable. */
public final class Secret {
  /** A secret of fewer bytes can be guessed; outside development mode it is refused. */
  public static final int MIN_BYTES = 32;

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The secret of that text: its bytes in UTF-8. */
  public static Secret of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty secret");
    }
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A new one that nobody knows. */
  public static Secret random() {
    byte[] bytes = new byte[MIN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** How long it is, in bytes. */
  public int length() {
    return bytes.length;
  }

  byte[] sign(Algorithm algorithm, byte[] signed) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(bytes, algorithm.jcaName()));
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no " + algorithm.jcaName(), e);
    }
  }

  /** Whether the signature is this secret's; takes as long for a near miss as for a far one. */
  boolean verify(Algorithm algorithm, byte[] signed, byte[] signature) {
    return MessageDigest.isEqual(sign(algorithm, signed), signature);
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
