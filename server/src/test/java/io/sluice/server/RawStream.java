package io.sluice.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A POST on a plain socket, whose body is said chunk by chunk while the answer is read. Owned by
 * its test.
 */
final class RawStream implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] chunk = {};
  private int at;

  /** The answer's head, once it was read. */
  final List<String> head = new ArrayList<>();

  /** Says a request's head; more is the body's. */
  RawStream(int port, String target, String token, String more) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    raw(
        "POST "
            + target
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
            + token
            + "\r\n"
            + more);
  }

  /** One whose body comes in chunks. */
  static RawStream chunked(int port, String target, String token) throws IOException {
    return new RawStream(port, target, token, "Transfer-Encoding: chunked\r\n\r\n");
  }

  void raw(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  /** One more piece of the body. */
  void say(String text) throws IOException {
    say(text.getBytes(UTF_8));
  }

  void say(byte[] bytes) throws IOException {
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
    out.write(bytes);
    out.write("\r\n".getBytes(ISO_8859_1));
    out.flush();
  }

  /** The body is complete. */
  void end() throws IOException {
    raw("0\r\n\r\n");
  }

  /** The answer's status, read with its head. */
  int status() throws IOException {
    for (String line = rawLine(); !line.isEmpty(); line = rawLine()) {
      head.add(line);
    }
    return Integer.parseInt(head.getFirst().split(" ")[1]);
  }

  /** The next line of the answer's body that says something; null at its end. */
  String line() throws IOException {
    String line = anyLine();
    while (line != null && line.isEmpty()) {
      line = anyLine();
    }
    return line;
  }

  private String anyLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (at == chunk.length && !nextChunk()) {
        return null;
      }
      byte one = chunk[at++];
      if (one == '\n') {
        return line.toString(UTF_8);
      }
      line.write(one);
    }
  }

  private boolean nextChunk() throws IOException {
    int length = Integer.parseInt(rawLine(), 16);
    chunk = in.readNBytes(length);
    at = 0;
    String behind = rawLine();
    if (!behind.isEmpty()) {
      throw new AssertionError("behind a chunk: " + behind);
    }
    return length > 0;
  }

  private String rawLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0) {
        throw new EOFException("after " + line);
      }
      line.write(one);
    }
    return line.toString(ISO_8859_1).stripTrailing();
  }

  /** Whether the server has closed its side. */
  boolean isOver() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
