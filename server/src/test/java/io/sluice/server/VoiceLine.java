package io.sluice.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A socket that speaks WebSocket by hand, to do what no library does. Owned by its test. */
final class VoiceLine {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int FINAL = 0x80;
  private static final int COMPRESSED = 0x40;
  static final int TEXT = 1;
  static final int BINARY = 2;

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final Inflater inflater = new Inflater(true);

  /** What the server answered to the upgrade. */
  final String head;

  /** Opens one with a small window; the extensions are what is offered. */
  VoiceLine(int port, String pathAndQuery, String extensions) throws IOException {
    socket.setReceiveBufferSize(16 << 10);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new DataInputStream(socket.getInputStream());
    String offer = extensions.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + extensions + "\r\n";
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n";
    socket.getOutputStream().write(request.formatted(pathAndQuery, offer).getBytes(US_ASCII));
    StringBuilder read = new StringBuilder();
    while (read.indexOf("\r\n\r\n") < 0) {
      read.append((char) in.readUnsignedByte());
    }
    head = read.toString();
    assertThat(head).startsWith("HTTP/1.1 101 ");
  }

  /** A whole message in one frame, masked with zeros. */
  static byte[] frame(int opcode, byte[] payload) {
    return frame(FINAL | opcode, payload, payload.length);
  }

  private static byte[] frame(int first, byte[] payload, int length) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (length < 126) {
      frame.write(0x80 | length);
    } else {
      frame.write(0x80 | 126);
      frame.write(length >>> 8);
      frame.write(length);
    }
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  /** The same, compressed. */
  static byte[] compressed(int opcode, byte[] payload) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(payload);
    byte[] out = new byte[payload.length + 100];
    int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH) - 4;
    deflater.end();
    byte[] tight = Arrays.copyOf(out, size);
    return frame(FINAL | COMPRESSED | opcode, tight, size);
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void say(String text) throws IOException {
    write(frame(TEXT, text.getBytes(UTF_8)));
  }

  /** The next message of the server's, inflated if it was compressed. */
  byte[] next() throws IOException, DataFormatException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = (int) in.readLong();
    }
    byte[] payload = in.readNBytes(length);
    return (first & COMPRESSED) == 0 ? payload : inflated(payload);
  }

  private byte[] inflated(byte[] payload) throws DataFormatException {
    byte[] whole = Arrays.copyOf(payload, payload.length + 4);
    whole[payload.length + 2] = (byte) 0xFF;
    whole[payload.length + 3] = (byte) 0xFF;
    inflater.setInput(whole);
    byte[] out = new byte[1 << 20];
    int size = 0;
    int more = inflater.inflate(out);
    while (more > 0) {
      size += more;
      more = inflater.inflate(out, size, out.length - size);
    }
    return Arrays.copyOf(out, size);
  }

  /** The next text of this type. */
  String next(String type) throws IOException, DataFormatException {
    String text = new String(next(), UTF_8);
    while (!text.contains("\"type\":\"" + type + "\"")) {
      text = new String(next(), UTF_8);
    }
    return text;
  }

  /** Ends it as a machine does that loses its power: nothing is said. */
  void cut() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
