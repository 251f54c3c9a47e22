package io.sluice.gateway.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;

/** The reference client: writes masked frames byte by byte, right ones and wrong ones. */
final class ClientFrames {
  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Random masks;

  ClientFrames() {
    this(new Random(6455));
  }

  ClientFrames(Random masks) {
    this.masks = masks;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  ClientFrames text(String text) {
    return frame(FIN | TEXT, utf8(text));
  }

  ClientFrames binary(byte[] payload) {
    return frame(FIN | BINARY, payload);
  }

  ClientFrames ping(String payload) {
    return frame(FIN | PING, utf8(payload));
  }

  ClientFrames pong(String payload) {
    return frame(FIN | PONG, utf8(payload));
  }

  ClientFrames close(int code, byte[] reason) {
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return frame(FIN | CLOSE, payload);
  }

  ClientFrames deflated(int opcode, byte[] payload) {
    return frame(FIN | RSV1 | opcode, deflate(payload));
  }

  /** A masked frame with a minimal length. */
  ClientFrames frame(int first, byte[] payload) {
    int length = payload.length;
    int lengthBytes = length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8;
    int mask = masks.nextInt();
    return header(first, lengthBytes, length, true).mask(mask).payload(payload, mask);
  }

  /** A first byte and a length in as many further bytes as said, right or wrong. */
  ClientFrames header(int first, int lengthBytes, long length, boolean masked) {
    out.write(first);
    int code = lengthBytes == 0 ? (int) length : lengthBytes == 2 ? 126 : 127;
    out.write(code | (masked ? 0x80 : 0));
    for (int i = lengthBytes - 1; i >= 0; i--) {
      out.write((int) (length >>> (8 * i)));
    }
    return this;
  }

  ClientFrames mask(int mask) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(mask >>> shift);
    }
    return this;
  }

  ClientFrames payload(byte[] payload, int mask) {
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ (mask >>> (24 - 8 * (i % 4))));
    }
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Compressed by RFC 7692, section 7.2.1: one stream, flushed, its last four bytes cut off. */
  static byte[] deflate(byte[] payload) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(payload);
    byte[] room = new byte[payload.length + payload.length / 1000 + 64];
    int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(room, length - 4);
  }
}
