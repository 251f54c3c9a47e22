package io.sluice.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/** A secret that signs and verifies, and never prints itself. Immutable. */
public final class Secret {
  /** A secret of fewer bytes can be guessed; outside development mode it is refused. */
  public static final int MIN_BYTES = 32;

  /** What the library asks for before it checks HS512. */
  private static final int HS512_BYTES = 64;

  private final int length;
  private final MACVerifier verifier;
  private final MACSigner signer;

  private Secret(byte[] bytes) {
    length = bytes.length;
    // Zeros behind a short secret change nothing: HMAC itself fills it up to its block, 64 bytes
    // and more. So one secret does for all three hashes, as MIN_BYTES promises.
    byte[] filled = Arrays.copyOf(bytes, Math.max(HS512_BYTES, bytes.length));
    try {
      verifier = new MACVerifier(filled);
      signer = new MACSigner(filled);
    } catch (JOSEException e) {
      throw new IllegalStateException("a secret that is long enough is not taken", e);
    }
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
    return length;
  }

  /** Takes as long for a near miss as for a far one; for any thread. */
  JWSVerifier verifier() {
    return verifier;
  }

  JWSSigner signer() {
    return signer;
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
