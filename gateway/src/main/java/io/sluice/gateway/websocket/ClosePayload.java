package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a Close (RFC 6455, section 5.5.1): a code of two bytes and a reason, or nothing.
 */
final class ClosePayload {
  private static final int CODE_BYTES = Short.BYTES;

  private ClosePayload() {}

  /** What is wrong with this payload, if anything. */
  static @Nullable Violation judge(ByteBuf payload) {
    int length = payload.readableBytes();
    if (length == 0) {
      return null;
    }
    if (length < CODE_BYTES) {
      return Violation.CLOSE_TRUNCATED;
    }
    if (!mayStandOnTheWire(code(payload))) {
      return Violation.CLOSE_CODE;
    }
    ByteBuf reason = payload.slice(payload.readerIndex() + CODE_BYTES, length - CODE_BYTES);
    return Utf8.isWhole(reason) ? null : Violation.CLOSE_ENCODING;
  }

  /** The code of a payload that was judged well, or {@link Frames#NO_CLOSE_CODE}. */
  static int code(ByteBuf payload) {
    return payload.isReadable()
        ? payload.getUnsignedShort(payload.readerIndex())
        : Frames.NO_CLOSE_CODE;
  }

  /** The reason of a payload that was judged well. */
  static String reason(ByteBuf payload) {
    int length = payload.readableBytes() - CODE_BYTES;
    return length <= 0
        ? ""
        : payload.toString(payload.readerIndex() + CODE_BYTES, length, StandardCharsets.UTF_8);
  }

  /**
   * Whether a Close may carry this code: 1000 to 1003, 1007 to 1014 (those of RFC 6455 and the
   * three that were registered later) and 3000 to 4999 (of libraries and applications).
   */
  static boolean mayStandOnTheWire(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }
}
