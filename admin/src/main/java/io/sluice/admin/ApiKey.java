package io.sluice.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Grants;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A program's key to the REST API, kept as a digest only. Immutable, and never prints itself.
 *
 * @param name whose it is: {@code from} of what it publishes
 * @param digest SHA-256 of the secret; nobody writes to it
 * @param role the role it was given; null for none
 * @param grants what it may do
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches, copied by nobody
public record ApiKey(String name, byte[] digest, @Nullable String role, Grants grants) {
  /** A shorter secret could be guessed. */
  public static final int MIN_SECRET = 32;

  /** A longer one is refused unread. */
  public static final int MAX_SECRET = 256;

  /** The digest of a secret, as configuration may give it in the secret's stead. */
  public static byte[] digestOf(String secret) {
    return sha256().digest(secret.getBytes(UTF_8));
  }

  /** The digest that these 64 hexadecimal digits spell; null if they spell none. */
  public static byte @Nullable [] digestFrom(String hex) {
    return hex.matches("[0-9a-fA-F]{64}") ? HexFormat.of().parseHex(hex) : null;
  }

  /** Whether the text can be a secret: so many characters, all of which a header can carry. */
  public static boolean isSecret(String text) {
    return text.length() >= MIN_SECRET
        && text.length() <= MAX_SECRET
        && text.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Takes as long for a near miss as for a far one. */
  boolean matches(byte[] other) {
    return MessageDigest.isEqual(digest, other);
  }

  @Override
  public String toString() {
    return "ApiKey[" + name + "]";
  }
}
