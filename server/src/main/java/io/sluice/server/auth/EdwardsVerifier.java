package io.sluice.server.auth;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Checks Ed25519 with the JDK, behind the library's own port: the library would need a second one
 * for it. Immutable.
 */
final class EdwardsVerifier extends BaseJWSProvider implements JWSVerifier {
  /** What stands before the 32 bytes of every Ed25519 key in X.509. */
  private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private final EdECPublicKey key;

  EdwardsVerifier(EdECPublicKey key) {
    super(Algorithms.ED25519);
    this.key = key;
  }

  /** The key of these 32 bytes; null if they are none. */
  static @Nullable EdECPublicKey key(byte[] x) {
    if (x.length != 32) {
      return null;
    }
    byte[] encoded = new byte[X509_HEAD.length + x.length];
    System.arraycopy(X509_HEAD, 0, encoded, 0, X509_HEAD.length);
    System.arraycopy(x, 0, encoded, X509_HEAD.length, x.length);
    try {
      return (EdECPublicKey)
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature.decode());
    } catch (SignatureException e) {
      // A signature of the wrong length or shape: wrong, like any other.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 does not work with a key of its own", e);
    }
  }
}
