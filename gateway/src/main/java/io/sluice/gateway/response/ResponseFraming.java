package io.sluice.gateway.response;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.gateway.Framing;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.model.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a response that goes on: chunks of HTTP/1.1 (RFC 9112, section 7.1), or, for a peer
 * that does not know them, nothing around the messages.
 *
 * @param chunked whether they are chunks
 */
public record ResponseFraming(Style style, boolean chunked) implements Framing {
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  /** How many bytes a piece takes that has so many of its own. */
  public int size(int bytes) {
    return chunked ? digits(bytes) + bytes + 2 * LINE_END.length : bytes;
  }

  /** Writes what stands before a piece; returns where it begins. */
  public int begin(int bytes, byte[] into, int at) {
    if (!chunked) {
      return at;
    }
    int behind = at + digits(bytes);
    int rest = bytes;
    for (int i = behind - 1; i >= at; i--, rest >>>= 4) {
      into[i] = HEX[rest & 0xF];
    }
    return Style.put(LINE_END, into, behind);
  }

  /** Writes what stands behind a piece; returns where all of it ends. */
  public int end(byte[] into, int at) {
    return chunked ? Style.put(LINE_END, into, at) : at;
  }

  private static int digits(int bytes) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(bytes) + 3) / 4);
  }

  @Override
  public int frameBytes(FrameKind kind, int payloadBytes) {
    return size(kind == FrameKind.PING ? style.heartbeat().length : payloadBytes);
  }

  @Override
  public int write(FrameKind kind, byte[] payload, byte[] into, int at) {
    byte[] piece = kind == FrameKind.PING ? style.heartbeat() : payload;
    return end(into, Style.put(piece, into, begin(piece.length, into, at)));
  }

  @Override
  public byte[] message(byte[] payload) {
    return style.message(payload);
  }

  @Override
  public byte @Nullable [] farewell(CloseReason why, String text) {
    if (why == CloseReason.LOST || why == CloseReason.RESET) {
      return null;
    }
    byte[] piece = style.farewell(why, text);
    byte[] frame = new byte[size(piece.length)];
    int _ = write(FrameKind.TEXT, piece, frame, 0);
    return chunked ? Style.join(frame, LAST_CHUNK) : frame;
  }

  @Override
  public boolean isAnswered() {
    return false;
  }
}
