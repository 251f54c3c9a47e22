package io.sluice.system;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A WebSocket client that does nothing by itself: it reads only when it is told to, never answers a
 * ping, and can hang up without a word. Owned by one thread.
 */
final class RawClient implements Closeable {
  private static final int PATIENCE_MILLIS = 20_000;

  /** One frame from the server. */
  record Frame(int opcode, String text) {
    boolean isClose() {
      return opcode == 8;
    }

    int closeCode() {
      return (text.charAt(0) << 8) | text.charAt(1);
    }
  }

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  private RawClient(int port, String path, int receiveBuffer, List<String> headers)
      throws IOException {
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4 << 10));
    List<String> request = new ArrayList<>();
    request.add("GET " + path + " HTTP/1.1");
    request.add("Host: 127.0.0.1:" + port);
    request.add("Connection: Upgrade");
    request.add("Upgrade: websocket");
    request.add("Sec-WebSocket-Version: 13");
    request.add("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
    request.addAll(headers);
    socket
        .getOutputStream()
        .write((String.join("\r\n", request) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    String status = line();
    if (!status.startsWith("HTTP/1.1 101 ")) {
      throw new IOException(status);
    }
    while (!line().isEmpty()) {
      // Headers of the answer.
    }
  }

  /** Connects and reads the {@code connected} message. */
  static RawClient connect(TestServer server, String user) throws IOException {
    return connect(server, user, 0);
  }

  /** The same, with a receive buffer of this many bytes. */
  static RawClient connect(TestServer server, String user, int receiveBuffer) throws IOException {
    return connect(server.port(), server.token(user), receiveBuffer);
  }

  /** The same, anywhere and with any token. */
  static RawClient connect(int port, String token, int receiveBuffer) throws IOException {
    RawClient client = new RawClient(port, "/ws?token=" + token, receiveBuffer, List.of());
    String hello = client.text();
    if (!hello.contains("\"connected\"")) {
      throw new IOException(hello);
    }
    return client;
  }

  /** Connects to any path and reads nothing. */
  static RawClient open(int port, String path, String... headers) throws IOException {
    return new RawClient(port, path, 0, List.of(headers));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server hung up after: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Sends a text message. */
  void send(String text) throws IOException {
    put(text);
    flush();
  }

  /** Puts a text message into what {@link #flush} sends at once. */
  void put(String text) throws IOException {
    frame(0x81, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a ping. */
  void ping(String payload) throws IOException {
    frame(0x89, payload.getBytes(StandardCharsets.UTF_8));
    flush();
  }

  /** Sends what was put. */
  void flush() throws IOException {
    unsent.writeTo(socket.getOutputStream());
    unsent.reset();
  }

  private void frame(int first, byte[] payload) throws IOException {
    unsent.write(first);
    if (payload.length < 126) {
      unsent.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      unsent.write(0x80 | 126);
      unsent.write(payload.length >> 8);
      unsent.write(payload.length);
    } else {
      unsent.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        unsent.write((int) ((long) payload.length >> shift));
      }
    }
    unsent.write(new byte[] {0, 0, 0, 0});
    unsent.write(payload);
  }

  /** The next frame of any kind, read byte for byte. */
  Frame frame() throws IOException {
    int first = in.readUnsignedByte();
    long length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException("the server hung up inside a frame");
    }
    boolean text = (first & 15) == 1;
    return new Frame(
        first & 15,
        new String(payload, text ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
  }

  /** The next text message; pings are passed over. */
  String text() throws IOException {
    for (Frame frame = frame(); ; frame = frame()) {
      if (frame.opcode() == 1) {
        return frame.text();
      }
      if (frame.isClose()) {
        throw new IOException("closed " + frame.closeCode());
      }
    }
  }

  /** The next message that says this; those before it are passed over. */
  String await(String part) throws IOException {
    for (String text = text(); ; text = text()) {
      if (text.contains(part)) {
        return text;
      }
    }
  }

  /** Passes everything over until the server closes, and says with which code. */
  int awaitClose() throws IOException {
    for (Frame frame = frame(); ; frame = frame()) {
      if (frame.isClose()) {
        return frame.closeCode();
      }
    }
  }

  /** Subscribes and waits for the answer. */
  void subscribe(String channel) throws IOException {
    send("{\"action\":\"subscribe\",\"channel\":\"" + channel + "\"}");
    await("\"subscribed\"");
  }

  /** Hangs up without a word. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
