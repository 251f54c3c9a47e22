package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The bytes of a server's frames (RFC 6455, section 5.2): whole and unmasked. */
public final class Frames {
  /** Stands for a Close without a code; never on the wire (RFC 6455, section 7.4.1). */
  public static final int NO_CLOSE_CODE = 1005;

  /** Most bytes of a header: 10. */
  public static final int MAX_HEADER_BYTES = 2 + Long.BYTES;

  private static final int SHORT_LENGTH = 125;
  private static final int LENGTH_IN_2_BYTES = 126;
  private static final int LENGTH_IN_8_BYTES = 127;
  private static final int TWO_BYTES = 0xFFFF;
  private static final int REASON_BYTES = FrameHeader.CONTROL_BYTES - Short.BYTES;

  private Frames() {}

  /** Bytes of the header before a payload of {@code payloadBytes}: 2, 4 or 10. */
  public static int headerBytes(int payloadBytes) {
    if (payloadBytes <= SHORT_LENGTH) {
      return 2;
    }
    return payloadBytes <= TWO_BYTES ? 2 + Short.BYTES : MAX_HEADER_BYTES;
  }

  /**
   * Writes the header of an uncompressed frame.
   *
   * @param out has room for {@link #headerBytes} from {@code offset}
   * @param payloadBytes 0 or more; at most 125 for Close, Ping and Pong
   * @return the offset behind the header
   */
  public static int writeHeader(byte[] out, int offset, FrameKind kind, int payloadBytes) {
    return writeHeader(out, offset, kind, false, payloadBytes);
  }

  /** Writes the header of a frame; with RSV1 if its payload is deflated. */
  static int writeHeader(
      byte[] out, int offset, FrameKind kind, boolean deflated, int payloadBytes) {
    requireLength(kind, payloadBytes);
    out[offset] = (byte) kind.firstByte(deflated);
    int lengthBytes = headerBytes(payloadBytes) - 2;
    out[offset + 1] = (byte) shortLength(payloadBytes);
    int end = offset + 2 + lengthBytes;
    long rest = payloadBytes;
    for (int i = end - 1; i >= offset + 2; i--, rest >>>= Byte.SIZE) {
      out[i] = (byte) rest;
    }
    return end;
  }

  /**
   * Writes the header of an uncompressed frame.
   *
   * @param out grows if it has no room for {@link #headerBytes}
   * @param payloadBytes 0 or more; at most 125 for Close, Ping and Pong
   */
  public static void writeHeader(ByteBuf out, FrameKind kind, int payloadBytes) {
    requireLength(kind, payloadBytes);
    out.writeByte(kind.firstByte(false));
    out.writeByte(shortLength(payloadBytes));
    if (payloadBytes > TWO_BYTES) {
      out.writeLong(payloadBytes);
    } else if (payloadBytes > SHORT_LENGTH) {
      out.writeShort(payloadBytes);
    }
  }

  /** A whole uncompressed frame around {@code payload}; at most 125 bytes for Ping and Pong. */
  public static byte[] frame(FrameKind kind, byte[] payload) {
    byte[] out = new byte[headerBytes(payload.length) + payload.length];
    int at = writeHeader(out, 0, kind, payload.length);
    System.arraycopy(payload, 0, out, at, payload.length);
    return out;
  }

  /**
   * A whole Close frame.
   *
   * @param code one that may stand on the wire, or {@link #NO_CLOSE_CODE} for a Close without a
   *     payload, so that a peer's Close can be answered with what it said
   * @param reason cut after the last whole character within 123 bytes of UTF-8
   */
  public static byte[] close(int code, String reason) {
    if (code == NO_CLOSE_CODE) {
      return frame(FrameKind.CLOSE, new byte[0]);
    }
    if (!ClosePayload.mayStandOnTheWire(code)) {
      throw new IllegalArgumentException("no code for a Close frame: " + code);
    }
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    int length = lengthOfWholeCharacters(utf8, REASON_BYTES);
    byte[] payload = new byte[Short.BYTES + length];
    payload[0] = (byte) (code >> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(utf8, 0, payload, Short.BYTES, length);
    return frame(FrameKind.CLOSE, payload);
  }

  private static int lengthOfWholeCharacters(byte[] utf8, int most) {
    if (utf8.length <= most) {
      return utf8.length;
    }
    int length = most;
    while ((utf8[length] & 0xC0) == 0x80) {
      length--;
    }
    return length;
  }

  private static int shortLength(int payloadBytes) {
    if (payloadBytes <= SHORT_LENGTH) {
      return payloadBytes;
    }
    return payloadBytes <= TWO_BYTES ? LENGTH_IN_2_BYTES : LENGTH_IN_8_BYTES;
  }

  private static void requireLength(FrameKind kind, int payloadBytes) {
    if (payloadBytes < 0 || (kind.isControl() && payloadBytes > FrameHeader.CONTROL_BYTES)) {
      throw new IllegalArgumentException(kind + " with " + payloadBytes + " bytes");
    }
  }
}
