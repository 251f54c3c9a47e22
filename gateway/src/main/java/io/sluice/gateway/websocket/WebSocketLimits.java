package io.sluice.gateway.websocket;

import java.util.concurrent.TimeUnit;

/**
 * How much one connection may ask of the decoder.
 *
 * @param messageBytes largest message, in bytes, after joining its frames and after inflating it; 1
 *     to 2^30. On the wire a compressed message may have a 1,024th and 64 bytes more, because
 *     DEFLATE makes incompressible data longer. Beyond: {@link Violation#MESSAGE_TOO_BIG}
 * @param framesPerMessage most frames of one message, empty ones included; 1 or more. Beyond:
 *     {@link Violation#FRAME_FLOOD}
 * @param unfinishedMessageNanos longest time in nanoseconds from the first byte of a message, or of
 *     a control frame by itself, to its last; 1 or more. Beyond: {@link FrameDecoder#overdue}
 * @param controlFramesPerSecond most Pings and Pongs within one second, counted from the first of
 *     them; 1 or more. Beyond: {@link Violation#CONTROL_FLOOD}
 */
public record WebSocketLimits(
    int messageBytes,
    int framesPerMessage,
    long unfinishedMessageNanos,
    int controlFramesPerSecond) {

  /** 1 MiB, 1,024 frames, 30 s, 100 control frames per second. */
  public static final WebSocketLimits DEFAULTS =
      new WebSocketLimits(1 << 20, 1024, TimeUnit.SECONDS.toNanos(30), 100);

  private static final int LARGEST_MESSAGE = 1 << 30;

  /** Refuses numbers out of their range. */
  public WebSocketLimits {
    require(messageBytes >= 1 && messageBytes <= LARGEST_MESSAGE, "messageBytes", messageBytes);
    require(framesPerMessage >= 1, "framesPerMessage", framesPerMessage);
    require(unfinishedMessageNanos >= 1, "unfinishedMessageNanos", unfinishedMessageNanos);
    require(controlFramesPerSecond >= 1, "controlFramesPerSecond", controlFramesPerSecond);
  }

  /** The most payload bytes of one message on the wire. */
  int wireBytes(boolean deflated) {
    return deflated ? messageBytes + (messageBytes >> 10) + 64 : messageBytes;
  }

  private static void require(boolean holds, String name, long value) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is out of range: " + value);
    }
  }
}
