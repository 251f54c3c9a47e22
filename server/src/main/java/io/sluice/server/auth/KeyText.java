package io.sluice.server.auth;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads public keys as people keep them: PEM blocks, one JSON Web Key, or a set of them. */
final class KeyText {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private KeyText() {}

  /**
   * Reads every key that can verify a token; others in a set are passed over.
   *
   * @param most how many keys there may be
   */
  static KeySet read(String text, int most) throws KeyFormatException {
    List<VerificationKey> keys = text.contains("-----BEGIN ") ? pem(text) : jwks(text, most);
    if (keys.isEmpty()) {
      throw new KeyFormatException("no public key in it can verify a token");
    }
    if (keys.size() > most) {
      throw new KeyFormatException("more than " + most + " keys");
    }
    return new KeySet(keys);
  }

  private static List<VerificationKey> jwks(String text, int most) throws KeyFormatException {
    ObjectNode object = StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
    if (object == null) {
      throw new KeyFormatException("neither PEM nor a JSON Web Key");
    }
    JsonNode set = object.path("keys");
    if (set.size() > most) {
      throw new KeyFormatException("more than " + most + " keys");
    }
    List<VerificationKey> keys = new ArrayList<>();
    for (JsonNode jwk : set.isArray() ? set.values() : List.<JsonNode>of(object)) {
      VerificationKey key = jwk.isObject() ? VerificationKey.read(jwk.toString()) : null;
      if (key != null) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static List<VerificationKey> pem(String text) throws KeyFormatException {
    List<VerificationKey> keys = new ArrayList<>();
    Matcher block = PEM.matcher(text);
    while (block.find()) {
      VerificationKey key = VerificationKey.of(null, pemKey(block.group(1), block.group(2)));
      if (key == null) {
        throw new KeyFormatException(
            "a key is too weak or of an unknown kind: RSA from 2048 bits, P-256, P-384, P-521 or"
                + " Ed25519");
      }
      keys.add(key);
    }
    return keys;
  }

  private static PublicKey pemKey(String label, String base64) throws KeyFormatException {
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(base64);
      return switch (label) {
        case "PUBLIC KEY" -> subjectKey(encoded);
        case "CERTIFICATE" ->
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded))
                .getPublicKey();
        default ->
            throw new KeyFormatException(
                "a block is a " + label + "; give PUBLIC KEY or CERTIFICATE blocks only");
      };
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KeyFormatException("a " + label + " block cannot be read");
    }
  }

  private static PublicKey subjectKey(byte[] encoded) throws GeneralSecurityException {
    for (String kind : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // Another kind's; the next factory may know it.
      }
    }
    throw new InvalidKeySpecException("unknown kind of key");
  }
}
