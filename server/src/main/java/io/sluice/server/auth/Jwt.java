package io.sluice.server.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token taken apart, and nothing believed yet. Of the header only {@code alg} and {@code kid} are
 * read: keys, certificates and addresses that a token brings along ({@code jwk}, {@code jku},
 * {@code x5c}, {@code x5u}) are never looked at. Immutable.
 */
final class Jwt {
  private final String alg;
  private final @Nullable String kid;
  private final byte[] signed;
  private final byte[] payload;
  private final byte[] signature;

  private Jwt(String alg, @Nullable String kid, byte[] signed, byte[] payload, byte[] signature) {
    this.alg = alg;
    this.kid = kid;
    this.signed = signed;
    this.payload = payload;
    this.signature = signature;
  }

  /** Takes a token apart; null if it is not three parts of base64url with a JSON header. */
  static @Nullable Jwt parse(String token) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first <= 0 || second < 0 || !isAlphabet(token, first, second)) {
      return null;
    }
    try {
      Base64.Decoder base64 = Base64.getUrlDecoder();
      ObjectNode header = StrictJson.object(base64.decode(token.substring(0, first)));
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
          alg.stringValue(),
          kid.isString() ? kid.stringValue() : null,
          token.substring(0, second).getBytes(StandardCharsets.US_ASCII),
          base64.decode(token.substring(first + 1, second)),
          base64.decode(token.substring(second + 1)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Base64url without padding, and no dot but the two. */
  private static boolean isAlphabet(String token, int firstDot, int secondDot) {
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean dot = i == firstDot || i == secondDot;
      if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && !dot) {
        return false;
      }
    }
    return true;
  }

  String alg() {
    return alg;
  }

  /** The name of the key, as text to compare with and nothing else. */
  @Nullable String kid() {
    return kid;
  }

  /** What the signature is about. Not copied. */
  byte[] signed() {
    return signed;
  }

  byte[] signature() {
    return signature;
  }

  /** The claims; null if they are not one JSON object. Ask only after the signature. */
  @Nullable ObjectNode claims() {
    return StrictJson.object(payload);
  }
}
