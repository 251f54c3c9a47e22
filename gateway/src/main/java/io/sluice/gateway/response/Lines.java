package io.sluice.gateway.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** A body that has a message on each line. Stateless. */
public final class Lines {
  private Lines() {}

  /** How many lines there are. */
  public static int count(byte[] body) {
    int lines = body.length > 0 && body[body.length - 1] != '\n' ? 1 : 0;
    for (byte one : body) {
      if (one == '\n') {
        lines++;
      }
    }
    return lines;
  }

  /** Whether it is UTF-8. */
  public static boolean isText(byte[] body) {
    return isText(body, 0, body.length);
  }

  /** Whether a part of it is. */
  public static boolean isText(byte[] body, int from, int end) {
    try {
      var _ = UTF_8.newDecoder().decode(ByteBuffer.wrap(body, from, end - from));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }

  /** Where the line that begins here ends: at its line break, or with the body. */
  public static int end(byte[] body, int from) {
    int end = from;
    while (end < body.length && body[end] != '\n') {
      end++;
    }
    return end;
  }

  /** Whether a line says nothing. */
  public static boolean isBlank(byte[] body, int from, int end) {
    return from == end || (end - from == 1 && body[from] == '\r');
  }
}
