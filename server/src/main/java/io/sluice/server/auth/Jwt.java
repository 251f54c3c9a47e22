package io.sluice.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token taken apart, and nothing believed yet. Of the header only {@code alg} and {@code kid} are
 * read. The library is not given the rest: it would read the key and certificates that a token
 * brings along ({@code jwk}) before anybody has signed for them.
 *
 * @param algorithm what the header names; it may be one that nobody takes
 * @param kid the name of the key, as text to compare with and nothing else
 * @param signed what the signature is about
 * @param payload the claims, not to be read before the signature
 * @param signature still in base64url
 */
record Jwt(
    JWSAlgorithm algorithm,
    @Nullable String kid,
    String signed,
    Base64URL payload,
    Base64URL signature) {
  /** Base64url that decodes to whole bytes; the library's decoder passes over what does not. */
  private static final String PART = "(?:[\\w-]{4})*+(?:[\\w-]{2,3})?+";

  private static final Pattern SHAPE =
      Pattern.compile("((" + PART + ")\\.(" + PART + "))\\.(" + PART + ")");

  /** Takes a token apart; null if it is not three parts of base64url with a JSON header. */
  static @Nullable Jwt parse(String token) {
    Matcher shape = SHAPE.matcher(token);
    if (!shape.matches()) {
      return null;
    }
    ObjectNode header = StrictJson.object(new Base64URL(shape.group(2)).decode());
    // "crit" names extensions that must be understood, and none is.
    if (header == null || header.has("crit")) {
      return null;
    }
    JsonNode alg = header.path("alg");
    JsonNode kid = header.path("kid");
    if (!alg.isString() || !(kid.isString() || kid.isMissingNode())) {
      return null;
    }
    return new Jwt(
        JWSAlgorithm.parse(alg.stringValue()),
        kid.isString() ? kid.stringValue() : null,
        shape.group(1),
        new Base64URL(shape.group(3)),
        new Base64URL(shape.group(4)));
  }

  /** Whether the signature is that of this verifier's key, by an algorithm it supports. */
  boolean isSignedFor(JWSVerifier verifier) {
    try {
      return verifier.verify(
          new JWSHeader(algorithm), signed.getBytes(StandardCharsets.US_ASCII), signature);
    } catch (JOSEException e) {
      throw new IllegalStateException(algorithm + " does not work with a key of its own kind", e);
    }
  }

  /** The claims; null if they are not one JSON object. Ask only after the signature. */
  @Nullable ObjectNode claims() {
    return StrictJson.object(payload.decode());
  }

  @Override
  public String toString() {
    return "(token)";
  }
}
