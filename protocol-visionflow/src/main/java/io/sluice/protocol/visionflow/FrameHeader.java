package io.sluice.protocol.visionflow;

import io.sluice.model.Priority;

/**
 * The 16 bytes in front of every framed message, little-endian.
 *
 * <pre>
 *  0     1      2         4                8                                16
 *  type  flags  reserved  payload length   timestamp, ms since 1970
 *        │
 *        bit 0 gzip, bits 1–2 priority (0 low … 3 critical), the rest 0
 * </pre>
 *
 * @param type what the payload is
 * @param gzip whether the payload is compressed
 * @param priority the order of writing on a congested line, and of shedding
 * @param length of the payload as it stands there, in bytes
 * @param timestamp 64 bits without sign, milliseconds since 1970 by the sender's clock
 */
public record FrameHeader(
    FrameType type, boolean gzip, Priority priority, int length, long timestamp) {
  /** A header takes so many bytes, and the smallest message too. */
  public static final int SIZE = 16;

  private static final int GZIP = 1;
  private static final int PRIORITY_SHIFT = 1;
  private static final int PRIORITY = 3;
  private static final int MEANINGLESS = 0xF8;

  /** Reads the header of a message that lies between two places, whose length it must announce. */
  public static FrameHeader read(byte[] bytes, int from, int to) throws VisionFlowRefused {
    return announcing(bytes, from, to - from);
  }

  static FrameHeader announcing(byte[] bytes, int from, int messageLength)
      throws VisionFlowRefused {
    if (messageLength < SIZE) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH,
          "%d bytes are less than a header of %d.".formatted(messageLength, SIZE));
    }
    FrameType type = FrameType.of(bytes[from]);
    if (type == null) {
      throw new VisionFlowRefused(
          VisionFlowCode.UNKNOWN_TYPE,
          "There is no frame of type 0x%02x.".formatted(bytes[from] & 0xFF));
    }
    int flags = bytes[from + 1];
    if ((flags & MEANINGLESS) != 0) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_HEADER, "Only the bits 0 to 2 of the flags may be set.");
    }
    if ((short) NodeRecord.SHORT.get(bytes, from + 2) != 0) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_HEADER, "The two reserved bytes must be 0.");
    }
    int length = (int) NodeRecord.INT.get(bytes, from + 4);
    if (Integer.toUnsignedLong(length) != messageLength - SIZE) {
      throw new VisionFlowRefused(
          VisionFlowCode.INVALID_LENGTH,
          "The header announces %d bytes, and %d follow it."
              .formatted(Integer.toUnsignedLong(length), messageLength - SIZE));
    }
    return new FrameHeader(
        type,
        (flags & GZIP) != 0,
        priority(flags >>> PRIORITY_SHIFT & PRIORITY),
        length,
        (long) NodeRecord.LONG.get(bytes, from + 8));
  }

  /** Writes it. */
  public void write(byte[] into, int at) {
    write(type, priority, gzip ? GZIP : 0, length, timestamp, into, at);
  }

  /** Writes the header of a payload that is not compressed; where it ends. */
  static int write(FrameType type, int length, long timestamp, byte[] into, int at) {
    return write(type, type.priority(), 0, length, timestamp, into, at);
  }

  private static int write(
      FrameType type,
      Priority priority,
      int gzip,
      int length,
      long timestamp,
      byte[] into,
      int at) {
    into[at] = (byte) type.code();
    into[at + 1] = (byte) (bits(priority) << PRIORITY_SHIFT | gzip);
    NodeRecord.SHORT.set(into, at + 2, (short) 0);
    NodeRecord.INT.set(into, at + 4, length);
    NodeRecord.LONG.set(into, at + 8, timestamp);
    return at + SIZE;
  }

  private static int bits(Priority priority) {
    return switch (priority) {
      case LOW -> 0;
      case MEDIUM -> 1;
      case HIGH -> 2;
      case CRITICAL -> 3;
    };
  }

  private static Priority priority(int bits) {
    return switch (bits) {
      case 0 -> Priority.LOW;
      case 1 -> Priority.MEDIUM;
      case 2 -> Priority.HIGH;
      default -> Priority.CRITICAL;
    };
  }
}
