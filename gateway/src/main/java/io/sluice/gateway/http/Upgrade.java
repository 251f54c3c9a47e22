package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of RFC 6455's opening handshake, checked.
 *
 * @param key the {@code Sec-WebSocket-Key}
 * @param protocols the subprotocols offered, in their order, tokens left out
 * @param tokens what was offered as {@code token.…}, without that
 * @param extensions the values of the {@code Sec-WebSocket-Extensions} headers
 */
record Upgrade(String key, List<String> protocols, List<String> tokens, List<String> extensions) {
  /** The only version there is. */
  static final String VERSION = "13";

  private static final String TOKEN_PREFIX = "token.";
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;
  private static final int KEY_LENGTH = 24;

  /** What the headers of a request come to. */
  sealed interface Reading {
    /** A handshake. */
    record Good(Upgrade upgrade) implements Reading {}

    /** A handshake of another version. */
    record OtherVersion() implements Reading {}

    /** None, because it is no GET. */
    record OtherMethod() implements Reading {}

    /** None; what is wrong, for a person. */
    record Bad(String why) implements Reading {}
  }

  /**
   * Whether a request wants to become a WebSocket, even if not everything is as it should be: a
   * proxy that strips the hop-by-hop headers deserves a better answer than that this path speaks
   * WebSocket.
   */
  static boolean isMeant(HttpHeaders headers) {
    return has(headers, HttpHeaderNames.UPGRADE, "websocket")
        || headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
        || headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
  }

  /** Reads the headers of a GET over HTTP/1.1. */
  static Reading read(HttpHeaders headers) {
    if (!has(headers, HttpHeaderNames.UPGRADE, "websocket")) {
      return new Reading.Bad("The Upgrade header does not name websocket.");
    }
    if (!has(headers, HttpHeaderNames.CONNECTION, "upgrade")) {
      return new Reading.Bad("The Connection header does not name upgrade.");
    }
    List<String> versions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
    if (versions.size() != 1) {
      return new Reading.Bad("There must be exactly one Sec-WebSocket-Version.");
    }
    if (!versions.getFirst().equals(VERSION)) {
      return new Reading.OtherVersion();
    }
    List<String> keys = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    if (keys.size() != 1 || !isKey(keys.getFirst())) {
      return new Reading.Bad("There must be exactly one Sec-WebSocket-Key, of 16 bytes in base64.");
    }
    return offers(headers, keys.getFirst());
  }

  private static Reading offers(HttpHeaders headers, String key) {
    List<String> protocols = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    for (String offer : elements(headers, HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)) {
      boolean isToken = offer.startsWith(TOKEN_PREFIX);
      List<String> list = isToken ? tokens : protocols;
      if (!isProtocol(offer) || (!isToken && list.contains(offer))) {
        return new Reading.Bad("A Sec-WebSocket-Protocol is not a name, or stands there twice.");
      }
      list.add(isToken ? offer.substring(TOKEN_PREFIX.length()) : offer);
    }
    List<String> extensions = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    return new Reading.Good(
        new Upgrade(key, List.copyOf(protocols), List.copyOf(tokens), List.copyOf(extensions)));
  }

  private static boolean has(HttpHeaders headers, CharSequence name, String element) {
    for (String given : elements(headers, name)) {
      if (given.equalsIgnoreCase(element)) {
        return true;
      }
    }
    return false;
  }

  /** The elements of a header that is a list, over all its lines. */
  private static List<String> elements(HttpHeaders headers, CharSequence name) {
    List<String> elements = new ArrayList<>();
    for (String line : headers.getAll(name)) {
      for (String element : line.split(",", -1)) {
        if (!element.isBlank()) {
          elements.add(element.strip());
        }
      }
    }
    return elements;
  }

  private static boolean isKey(String key) {
    if (key.length() != KEY_LENGTH) {
      return false;
    }
    try {
      return Base64.getDecoder().decode(key).length == KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static boolean isProtocol(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7F || "()<>@,;:\\\"/[]?={}".indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** The proof that this key was read: the value of {@code Sec-WebSocket-Accept}. */
  String accept() {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(US_ASCII)));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every JDK has SHA-1", absent);
    }
  }

  /** Never shows the tokens. */
  @Override
  public String toString() {
    return "Upgrade" + protocols;
  }

  /** Whether the endpoint's choice was offered. */
  boolean offers(@Nullable String protocol) {
    return protocol == null || protocols.contains(protocol);
  }
}
