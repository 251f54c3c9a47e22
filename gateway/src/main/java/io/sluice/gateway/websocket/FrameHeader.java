package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The header of the frame at hand, read field by field from whatever bytes have come, and the rules
 * that RFC 6455, section 5.2, sets for each field. Owned by its {@link FrameDecoder}.
 */
final class FrameHeader {
  /** What comes next on the wire. */
  enum Field {
    /** FIN, reserved bits and opcode. */
    FIRST,
    /** Mask bit and short length. */
    SECOND,
    /** The length in 2 or 8 bytes, if the short one says so. */
    LENGTH,
    /** The masking key. */
    MASK,
    /** No field any more: the header is complete. */
    PAYLOAD
  }

  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  /** Most bytes in the payload of a control frame. */
  static final int CONTROL_BYTES = 125;

  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;
  private static final int OTHER_RSV = 0x30;
  private static final int OPCODE = 0x0F;
  private static final int MASKED = 0x80;
  private static final int SHORT_LENGTH = 0x7F;
  private static final int LENGTH_IN_2_BYTES = 126;

  private Field field = Field.FIRST;
  private byte missing = 1;
  private byte first;
  private long value;
  private long length;
  private int mask;

  /** Makes ready for the next frame. */
  void reset() {
    expect(Field.FIRST, 1);
  }

  /** Whether no byte of this frame has come yet. */
  boolean isAtStart() {
    return field == Field.FIRST;
  }

  /** Whether the payload, which may be empty, comes next. */
  boolean isComplete() {
    return field == Field.PAYLOAD;
  }

  /**
   * Reads as much as there is of the field at hand.
   *
   * @return whether the field is complete, so that {@link #advance} can judge it
   */
  boolean read(ByteBuf in) {
    while (missing > 0 && in.isReadable()) {
      value = value << Byte.SIZE | in.readUnsignedByte();
      missing--;
    }
    return missing == 0;
  }

  /**
   * Judges the field that was read and goes on to the next one.
   *
   * @param deflate whether permessage-deflate was negotiated
   * @param open whether a message is unfinished
   */
  @Nullable Violation advance(boolean deflate, boolean open) {
    return switch (field) {
      case FIRST -> afterFirst((int) value, deflate, open);
      case SECOND -> afterSecond((int) value);
      case LENGTH -> afterLength();
      case MASK -> {
        mask = (int) value;
        expect(Field.PAYLOAD, 0);
        yield null;
      }
      case PAYLOAD -> null;
    };
  }

  private @Nullable Violation afterFirst(int bits, boolean deflate, boolean open) {
    first = (byte) bits;
    expect(Field.SECOND, 1);
    boolean startsMessage = opcode() == TEXT || opcode() == BINARY;
    if ((bits & OTHER_RSV) != 0 || (isDeflated() && !(deflate && startsMessage))) {
      return Violation.RESERVED_BITS;
    }
    return switch (opcode()) {
      case TEXT, BINARY -> open ? Violation.MESSAGE_INSIDE_MESSAGE : null;
      case CONTINUATION -> open ? null : Violation.CONTINUATION_WITHOUT_START;
      case CLOSE, PING, PONG -> isFinal() ? null : Violation.CONTROL_FRAGMENTED;
      default -> Violation.RESERVED_OPCODE;
    };
  }

  private @Nullable Violation afterSecond(int bits) {
    length = bits & SHORT_LENGTH;
    if ((bits & MASKED) == 0) {
      return Violation.NOT_MASKED;
    }
    if (isControl() && length > CONTROL_BYTES) {
      return Violation.CONTROL_TOO_LONG;
    }
    if (length <= CONTROL_BYTES) {
      expect(Field.MASK, Integer.BYTES);
    } else {
      expect(Field.LENGTH, length == LENGTH_IN_2_BYTES ? Short.BYTES : Long.BYTES);
    }
    return null;
  }

  private @Nullable Violation afterLength() {
    long least = length == LENGTH_IN_2_BYTES ? CONTROL_BYTES + 1 : 1L << Short.SIZE;
    length = value;
    expect(Field.MASK, Integer.BYTES);
    if (length < 0) {
      return Violation.LENGTH_TOP_BIT;
    }
    return length < least ? Violation.LENGTH_NOT_MINIMAL : null;
  }

  private void expect(Field next, int bytes) {
    field = next;
    missing = (byte) bytes;
    value = 0;
  }

  /** Whether the length has just become known, so that it can be judged against a limit. */
  boolean expectsMask() {
    return field == Field.MASK;
  }

  /** Bytes of payload still to come, 0 to 2^63 - 1; known from {@link #expectsMask} on. */
  long left() {
    return length;
  }

  /** The masking key, the byte for the next byte of payload on top. */
  int mask() {
    return mask;
  }

  /** Notes that {@code bytes} of the payload were taken. */
  void take(int bytes) {
    length -= bytes;
    mask = Masking.advance(mask, bytes);
  }

  boolean isFinal() {
    return (first & FIN) != 0;
  }

  boolean isDeflated() {
    return (first & RSV1) != 0;
  }

  boolean isControl() {
    return opcode() >= CLOSE;
  }

  int opcode() {
    return first & OPCODE;
  }
}
