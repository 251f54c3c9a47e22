package io.sluice.cli.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A client's frames. The mask is zero, which masks nothing and costs nothing. */
final class Frames {
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** What a payload begins with; a number of {@link #DIGITS} digits follows. */
  static final String STAMP = "{\"t\":";

  static final int DIGITS = 16;

  /** Added to every time, so that it always has as many digits. */
  private static final long BASE = 1_000_000_000_000_000L;

  private static final String PAD = ",\"pad\":\"";
  private static final int SHORT = 126;
  private static final int LONG = 127;
  private static final int MASKED = 0x80;

  private Frames() {}

  /** The shortest payload. */
  static int minSize() {
    return STAMP.length() + DIGITS + PAD.length() + 2;
  }

  static byte[] of(int opcode, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (0x80 | opcode));
    if (payload.length < SHORT) {
      frame.put((byte) (MASKED | payload.length));
    } else if (payload.length <= 0xffff) {
      frame.put((byte) (MASKED | SHORT)).putShort((short) payload.length);
    } else {
      frame.put((byte) (MASKED | LONG)).putLong(payload.length);
    }
    frame.putInt(0).put(payload);
    return Arrays.copyOf(frame.array(), frame.position());
  }

  static byte[] text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] subscribe(String channel) {
    return text("{\"action\":\"subscribe\",\"channel\":\"" + channel + "\"}");
  }

  /** A publication whose time {@link #stamp} writes. */
  static byte[] publication(String channel, int size) {
    String pad = "x".repeat(Math.max(0, size - minSize()));
    return text(
        "{\"action\":\"publish\",\"channel\":\""
            + channel
            + "\",\"payload\":"
            + STAMP
            + BASE
            + PAD
            + pad
            + "\"}}");
  }

  /** Where in a publication the time stands. */
  static int stampAt(byte[] publication) {
    byte[] mark = STAMP.getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; ; at++) {
      if (Arrays.equals(publication, at, at + mark.length, mark, 0, mark.length)) {
        return at + mark.length;
      }
    }
  }

  static void stamp(ByteBuffer frame, int at, long nanos) {
    long rest = BASE + nanos;
    for (int i = at + DIGITS - 1; i >= at; i--) {
      frame.put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
  }

  /** Reads a time back; negative if there is none. */
  static long stampIn(ByteBuffer buffer, int at) {
    long value = 0;
    for (int i = at; i < at + DIGITS; i++) {
      int digit = buffer.get(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value - BASE;
  }
}
