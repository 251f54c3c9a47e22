package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;

/** The mask of a client's payload (RFC 6455, section 5.3), taken off in place. */
final class Masking {
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Masking() {}

  /**
   * Takes the mask off {@code length} bytes from {@code index}, eight at a time.
   *
   * @param mask the masking key, the byte for the first of these bytes on top
   * @return whether all of them are ASCII, which spares most text a second look
   */
  static boolean unmask(ByteBuf bytes, int index, int length, int mask) {
    long wide = (mask & 0xFFFFFFFFL) * 0x1_0000_0001L;
    long seen = 0;
    int end = index + length;
    int i = index;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long plain = bytes.getLong(i) ^ wide;
      bytes.setLong(i, plain);
      seen |= plain;
    }
    for (int shift = 24; i < end; i++, shift = (shift - 8) & 31) {
      int plain = bytes.getByte(i) ^ (mask >>> shift);
      bytes.setByte(i, plain);
      seen |= plain & 0xFF;
    }
    return (seen & HIGH_BITS) == 0;
  }

  /** The mask as it stands {@code length} bytes further on. */
  static int advance(int mask, int length) {
    return Integer.rotateLeft(mask, (length & 3) * Byte.SIZE);
  }
}
