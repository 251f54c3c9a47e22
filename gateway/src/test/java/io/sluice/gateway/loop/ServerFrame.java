package io.sluice.gateway.loop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame as a server sends it, read with rules of its own: whole, unmasked, no reserved bits.
 *
 * @param opcode 1 text, 2 binary, 8 close, 9 ping, 10 pong
 */
public record ServerFrame(int opcode, byte[] payload) {
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** Takes one frame out, or returns null and leaves everything if it is not whole. */
  public static ServerFrame take(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() >= 2) {
      int first = in.get() & 0xFF;
      int second = in.get() & 0xFF;
      if ((first & 0xF0) != 0x80 || (second & 0x80) != 0) {
        throw new AssertionError("no server's frame: " + Integer.toHexString(first << 8 | second));
      }
      int lengthBytes = second == 126 ? 2 : second == 127 ? 8 : 0;
      if (in.remaining() >= lengthBytes) {
        long length = lengthBytes == 0 ? second : 0;
        for (int i = 0; i < lengthBytes; i++) {
          length = length << 8 | in.get() & 0xFF;
        }
        if (in.remaining() >= length) {
          byte[] payload = new byte[(int) length];
          in.get(payload);
          return new ServerFrame(first & 0xF, payload);
        }
      }
    }
    in.position(start);
    return null;
  }

  /** All of the bytes as frames; an unfinished one at the end is an error. */
  public static List<ServerFrame> all(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<ServerFrame> frames = new ArrayList<>();
    while (in.hasRemaining()) {
      ServerFrame frame = take(in);
      if (frame == null) {
        throw new AssertionError(in.remaining() + " bytes of an unfinished frame");
      }
      frames.add(frame);
    }
    return frames;
  }

  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  public int closeCode() {
    return payload.length == 0 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
  }

  @Override
  public String toString() {
    return switch (opcode) {
      case CLOSE ->
          "close " + closeCode() + " " + (payload.length < 2 ? "" : text().substring(2).trim());
      case PING -> "ping " + text();
      case PONG -> "pong " + text();
      case TEXT -> "text " + text();
      default -> "binary of " + payload.length;
    };
  }
}
