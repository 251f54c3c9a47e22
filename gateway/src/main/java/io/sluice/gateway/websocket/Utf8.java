package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;

/**
 * Checks UTF-8 (RFC 3629) piece by piece. What is known between two pieces is one small number, so
 * that a text can be refused at its first impossible byte, wherever it was cut.
 *
 * <p>A state says which bytes may come next. Second bytes are bounded more tightly after four lead
 * bytes: this is what refuses overlong forms, surrogates and code points past U+10FFFF.
 */
final class Utf8 {
  /** Between two characters: the text may end here. */
  static final byte BOUNDARY = 0;

  /** The bytes are not UTF-8, whatever follows. */
  static final byte REJECTED = -1;

  private static final byte ONE_MORE = 1;
  private static final byte TWO_MORE = 2;
  private static final byte THREE_MORE = 3;
  private static final byte AFTER_E0 = 4;
  private static final byte AFTER_ED = 5;
  private static final byte AFTER_F0 = 6;
  private static final byte AFTER_F4 = 7;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * Reads on.
   *
   * @param state {@link #BOUNDARY} at the start, then what the last call returned
   * @return the state after {@code length} bytes from {@code index}, or {@link #REJECTED}
   */
  static byte check(byte state, ByteBuf bytes, int index, int length) {
    int end = index + length;
    byte now = state;
    int i = index;
    while (i < end && now != REJECTED) {
      int whole = now == BOUNDARY && end - i >= Long.BYTES ? wholeCharacters(bytes.getLong(i)) : 0;
      if (whole == 0) {
        now = next(now, bytes.getByte(i) & 0xFF);
        i++;
      } else {
        i += whole;
      }
    }
    return now;
  }

  /**
   * The fast way, for most text.
   *
   * @param word eight bytes, the first one on top
   * @return how many bytes of ASCII, or of one longer character, it begins with; 0 if it begins
   *     with something that has to be looked at byte by byte
   */
  private static int wholeCharacters(long word) {
    long high = word & HIGH_BITS;
    return word >= 0
        ? Long.numberOfLeadingZeros(high) / Byte.SIZE
        : wholeCharacter((int) (word >>> Integer.SIZE));
  }

  /** The lead byte and its followers by their marks, then what the marks leave to be excluded. */
  private static int wholeCharacter(int word) {
    if ((word & 0xE0C00000) == 0xC0800000) {
      boolean overlong = (word & 0x1E000000) == 0;
      return overlong ? 0 : 2;
    }
    if ((word & 0xF0C0C000) == 0xE0808000) {
      int bits = word & 0x0F200000;
      boolean overlong = bits == 0;
      boolean surrogate = bits == 0x0D200000;
      return overlong || surrogate ? 0 : 3;
    }
    if ((word & 0xF8C0C0C0) == 0xF0808080) {
      int bits = word & 0x07300000;
      boolean overlong = bits == 0;
      boolean pastTheLast = bits > 0x04000000;
      return overlong || pastTheLast ? 0 : 4;
    }
    return 0;
  }

  /** Whether the readable bytes are UTF-8 and end between two characters. */
  static boolean isWhole(ByteBuf bytes) {
    return check(BOUNDARY, bytes, bytes.readerIndex(), bytes.readableBytes()) == BOUNDARY;
  }

  private static byte next(byte state, int b) {
    return switch (state) {
      case BOUNDARY -> b < 0x80 ? BOUNDARY : lead(b);
      case ONE_MORE -> within(b, 0x80, 0xBF, BOUNDARY);
      case TWO_MORE -> within(b, 0x80, 0xBF, ONE_MORE);
      case THREE_MORE -> within(b, 0x80, 0xBF, TWO_MORE);
      case AFTER_E0 -> within(b, 0xA0, 0xBF, ONE_MORE);
      case AFTER_ED -> within(b, 0x80, 0x9F, ONE_MORE);
      case AFTER_F0 -> within(b, 0x90, 0xBF, TWO_MORE);
      case AFTER_F4 -> within(b, 0x80, 0x8F, TWO_MORE);
      default -> REJECTED;
    };
  }

  private static byte lead(int b) {
    if (b < 0xC2 || b > 0xF4) {
      return REJECTED;
    }
    if (b < 0xE0) {
      return ONE_MORE;
    }
    return switch (b) {
      case 0xE0 -> AFTER_E0;
      case 0xED -> AFTER_ED;
      case 0xF0 -> AFTER_F0;
      case 0xF4 -> AFTER_F4;
      default -> b < 0xF0 ? TWO_MORE : THREE_MORE;
    };
  }

  private static byte within(int b, int low, int high, byte then) {
    return b >= low && b <= high ? then : REJECTED;
  }
}
