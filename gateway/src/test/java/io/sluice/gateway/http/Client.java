package io.sluice.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.wire.SocketKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A peer that sends bytes and reads bytes, and knows as little of HTTP as that needs. */
public final class Client implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket plain = new Socket();
  private final Socket socket;

  public Client(InetSocketAddress server) throws IOException {
    this(server, SocketKind.best());
  }

  /** A client of a server with such sockets. */
  public Client(InetSocketAddress server, SocketKind kind) throws IOException {
    plain.setSoTimeout(PATIENCE_MILLIS);
    plain.setTcpNoDelay(true);
    plain.connect(server, PATIENCE_MILLIS);
    socket = TestTls.connected(plain, kind);
  }

  public void send(String text) throws IOException {
    send(text.getBytes(ISO_8859_1));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Everything up to and with this text. */
  public String readTo(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the line ended after: " + text);
      }
      text.append((char) b);
    }
    return text.toString();
  }

  /** Everything until the server says that nothing more comes; a reset is an exception. */
  public String readToEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** A text frame, masked with zeros. */
  public static byte[] text(String message) {
    return frame(0x81, message.getBytes(ISO_8859_1));
  }

  /** A frame of at most 65,535 bytes, masked with zeros. */
  public static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    }
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  /** The next frame's first byte and payload. */
  public Frame readFrame() throws IOException {
    InputStream in = socket.getInputStream();
    int first = in.read();
    if (first < 0) {
      throw new IOException("the line ended");
    }
    int length = in.read();
    if (length == 126) {
      length = in.read() << 8 | in.read();
    }
    return new Frame(first, new String(in.readNBytes(length), ISO_8859_1));
  }

  /** A short frame. */
  public record Frame(int first, String payload) {}

  /** Closes the socket, in the middle of a test. */
  public void hangUp() throws IOException {
    plain.close();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
