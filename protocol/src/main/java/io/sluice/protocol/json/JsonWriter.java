package io.sluice.protocol.json;

import java.util.Arrays;

/** Owner: one event loop. Builds one JSON text at a time in a buffer that is kept while small. */
public final class JsonWriter {
  private static final int KEPT = 4 << 10;
  private static final int LONG_LENGTH = 20;

  private byte[] buffer = new byte[256];
  private int length;

  /** Puts ASCII as it is. */
  public JsonWriter raw(String ascii) {
    room(ascii.length());
    length = ascii(ascii, buffer, length);
    return this;
  }

  /** Puts one ASCII character. */
  public JsonWriter raw(char ascii) {
    room(1);
    buffer[length++] = (byte) ascii;
    return this;
  }

  /** Puts any text as it is. */
  public JsonWriter verbatim(String json) {
    byte[] utf8 = JsonString.utf8(json);
    room(utf8.length);
    System.arraycopy(utf8, 0, buffer, length, utf8.length);
    length += utf8.length;
    return this;
  }

  /** Puts text between quotes. */
  public JsonWriter string(String text) {
    room(JsonString.size(text));
    length = JsonString.encode(text, buffer, length);
    return this;
  }

  /** Puts a whole number. */
  public JsonWriter number(long value) {
    room(LONG_LENGTH);
    length = number(value, buffer, length);
    return this;
  }

  /** Puts so many bytes of JSON as they are written. */
  public JsonWriter put(int size, Writing writing) {
    room(size);
    length = writing.write(buffer, length);
    return this;
  }

  /** Writes into a buffer. */
  @FunctionalInterface
  public interface Writing {
    /**
     * Writes from a place on.
     *
     * @return where it ends
     */
    int write(byte[] into, int at);
  }

  /** Gives away what was built and begins anew. */
  public byte[] take() {
    byte[] text = Arrays.copyOf(buffer, length);
    length = 0;
    if (buffer.length > KEPT) {
      buffer = new byte[KEPT];
    }
    return text;
  }

  private void room(int more) {
    if (length + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
    }
  }

  /**
   * Writes ASCII.
   *
   * @return where it ends
   */
  public static int ascii(String text, byte[] into, int at) {
    for (int i = 0; i < text.length(); i++) {
      into[at + i] = (byte) text.charAt(i);
    }
    return at + text.length();
  }

  /** How many bytes a whole number takes. */
  public static int numberSize(long value) {
    int size = value < 0 ? 2 : 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      size++;
    }
    return size;
  }

  /**
   * Writes a whole number.
   *
   * @return where it ends
   */
  public static int number(long value, byte[] into, int at) {
    int end = at + numberSize(value);
    int i = end;
    long rest = value;
    do {
      into[--i] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (value < 0) {
      into[at] = '-';
    }
    return end;
  }
}
