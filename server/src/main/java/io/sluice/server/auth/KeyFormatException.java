package io.sluice.server.auth;

/** What should be keys is not; the message says why in one line, without any of the text. */
public final class KeyFormatException extends Exception {
  KeyFormatException(String message) {
    super(message);
  }
}
