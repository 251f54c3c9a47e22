package io.sluice.protocol.visionflow;

import io.sluice.model.VisionFlowLimits;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Owner: its reader. Inflates one gzip member (RFC 1952), and nothing but one, up to a bound.
 *
 * <p>The JDK's own stream passes over what lies behind a member, and knows no bound.
 */
final class Gunzip {
  /** So much a payload may always inflate to, whatever its ratio: a short text repeats itself. */
  static final int FREE_BYTES = 4 << 10;

  private static final int HEAD = 10;
  private static final int TRAILER = 8;
  private static final int MAGIC = 0x8B1F;
  private static final int DEFLATE = 8;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  private final int most;
  private final int ratio;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();

  Gunzip(VisionFlowLimits limits) {
    most = limits.inflatedBytes();
    ratio = limits.inflateRatio();
  }

  /** What lies compressed between two places. */
  byte[] inflate(byte[] bytes, int from, int to) throws VisionFlowRefused {
    int body = skipHeader(bytes, from, to);
    int bound = (int) Math.min(most, Math.max(FREE_BYTES, (long) ratio * (to - from)));
    try {
      inflater.setInput(bytes, body, to - body);
      byte[] inflated = inflate(bound);
      checkTrailer(bytes, to, inflated);
      return inflated;
    } catch (DataFormatException e) {
      throw corrupt();
    } finally {
      // Lets go of the message.
      inflater.reset();
    }
  }

  private byte[] inflate(int bound) throws DataFormatException, VisionFlowRefused {
    byte[] room = new byte[Math.min(bound + 1, FREE_BYTES)];
    int length = 0;
    while (true) {
      length += inflater.inflate(room, length, room.length - length);
      if (length > bound) {
        throw new VisionFlowRefused(
            VisionFlowCode.TOO_LARGE,
            "The payload inflates beyond " + bound + " bytes.",
            "{\"max\":" + bound + "}");
      }
      if (inflater.finished()) {
        return Arrays.copyOf(room, length);
      }
      if (length < room.length) {
        // It wants more than there is, or a dictionary.
        throw corrupt();
      }
      room = Arrays.copyOf(room, (int) Math.min(bound + 1L, room.length * 2L));
    }
  }

  private void checkTrailer(byte[] bytes, int to, byte[] inflated) throws VisionFlowRefused {
    if (inflater.getRemaining() != TRAILER) {
      throw corrupt();
    }
    crc.reset();
    crc.update(inflated);
    int sum = (int) NodeRecord.INT.get(bytes, to - TRAILER);
    int size = (int) NodeRecord.INT.get(bytes, to - TRAILER / 2);
    if (sum != (int) crc.getValue() || size != inflated.length) {
      throw corrupt();
    }
  }

  /** Where the compressed data begins. */
  private int skipHeader(byte[] bytes, int from, int to) throws VisionFlowRefused {
    if (to - from < HEAD
        || ((short) NodeRecord.SHORT.get(bytes, from) & 0xFFFF) != MAGIC
        || bytes[from + 2] != DEFLATE
        || (bytes[from + 3] & RESERVED) != 0) {
      throw corrupt();
    }
    int flags = bytes[from + 3];
    int at = from + HEAD;
    if ((flags & EXTRA) != 0) {
      at = at + 2 > to ? to + 1 : at + 2 + ((short) NodeRecord.SHORT.get(bytes, at) & 0xFFFF);
    }
    if ((flags & NAME) != 0) {
      at = skipText(bytes, at, to);
    }
    if ((flags & COMMENT) != 0) {
      at = skipText(bytes, at, to);
    }
    if ((flags & HEADER_CRC) != 0) {
      at = checkHeader(bytes, from, at, to);
    }
    if (at > to) {
      throw corrupt();
    }
    return at;
  }

  /** Behind a text that ends with a zero, or beyond the end. */
  private static int skipText(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] != 0) {
      at++;
    }
    return at + 1;
  }

  private int checkHeader(byte[] bytes, int from, int at, int to) throws VisionFlowRefused {
    if (at + 2 > to) {
      throw corrupt();
    }
    crc.reset();
    crc.update(bytes, from, at - from);
    if ((short) NodeRecord.SHORT.get(bytes, at) != (short) crc.getValue()) {
      throw corrupt();
    }
    return at + 2;
  }

  private static VisionFlowRefused corrupt() {
    return new VisionFlowRefused(
        VisionFlowCode.INVALID_GZIP, "The payload is not one whole gzip member.");
  }
}
