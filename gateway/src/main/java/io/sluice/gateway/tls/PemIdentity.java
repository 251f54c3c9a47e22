package io.sluice.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a server can prove to be. Immutable.
 *
 * @param chain its certificate, and those that vouch for it, in this order
 * @param key the certificate's
 */
public record PemIdentity(List<X509Certificate> chain, PrivateKey key) {
  private static final long MOST_BYTES = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");
  private static final String CONVERT = "; convert it with: openssl pkcs8 -topk8 -nocrypt";

  /** Takes a copy. */
  public PemIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads two PEM files, which may be one.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key in PKCS#8, not encrypted: RSA, EC or Ed25519
   * @throws PemException if a file cannot be read or used, or if the two do not belong together
   */
  public static PemIdentity read(Path certificate, Path key) throws PemException {
    List<X509Certificate> chain = chain(text(certificate, false));
    PrivateKey secret = key(text(key, true));
    if (!belongTogether(chain.getFirst(), secret)) {
      throw new PemException(true, "it is not the key of the certificate");
    }
    return new PemIdentity(chain, secret);
  }

  private static String text(Path file, boolean ofKey) throws PemException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new PemException(ofKey, "it is too large");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new PemException(ofKey, "it cannot be read");
    }
  }

  private static List<X509Certificate> chain(String text) throws PemException {
    StringBuilder certificates = new StringBuilder();
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      if (block.group(1).equals("CERTIFICATE")) {
        certificates.append(block.group()).append('\n');
      }
    }
    if (certificates.isEmpty()) {
      throw new PemException(false, "it holds no CERTIFICATE in PEM form");
    }
    try {
      byte[] bytes = certificates.toString().getBytes(StandardCharsets.US_ASCII);
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(bytes))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException damaged) {
      throw new PemException(false, "a CERTIFICATE in it is damaged");
    }
  }

  private static PrivateKey key(String text) throws PemException {
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      String kind = block.group(1);
      if (kind.equals("PRIVATE KEY")) {
        return pkcs8(block.group(2));
      }
      if (kind.equals("ENCRYPTED PRIVATE KEY")) {
        throw new PemException(true, "it is encrypted" + CONVERT);
      }
      if (kind.endsWith(" PRIVATE KEY")) {
        throw new PemException(true, "it holds a " + kind + ", not PKCS#8" + CONVERT);
      }
    }
    throw new PemException(true, "it holds no PRIVATE KEY in PEM form");
  }

  private static PrivateKey pkcs8(String base64) throws PemException {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      throw new PemException(true, "the PRIVATE KEY in it is damaged");
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException another) {
        // The next one, then.
      } catch (GeneralSecurityException absent) {
        throw new IllegalStateException("every JDK knows " + algorithm, absent);
      }
    }
    throw new PemException(true, "the PRIVATE KEY in it is neither RSA, EC nor Ed25519");
  }

  /** Signs something with one and verifies it with the other. */
  private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
    String scheme =
        key instanceof RSAKey
            ? "SHA256withRSA"
            : key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519";
    byte[] sample = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(scheme);
      signature.initSign(key);
      signature.update(sample);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(sample);
      return signature.verify(signed);
    } catch (GeneralSecurityException differentKinds) {
      return false;
    }
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "PemIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
  }
}
