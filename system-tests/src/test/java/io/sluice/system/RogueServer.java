package io.sluice.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that says what a test wants, connection by connection, and then holds its tongue. */
final class RogueServer implements AutoCloseable {
  /** What it says on one connection; it may throw, which breaks the line. */
  @FunctionalInterface
  interface Script {
    void play(int number, Line line) throws Exception;
  }

  /** One connection of a rogue. */
  static final class Line {
    private final InputStream in;
    private final OutputStream out;

    Line(Socket socket) throws IOException {
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    /** Reads the upgrade; gives back its key. */
    String request() throws IOException {
      StringBuilder request = new StringBuilder();
      while (request.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("no request");
        }
        request.append((char) next);
      }
      return request.toString().replaceAll("(?is).*sec-websocket-key: *([^\r]*).*", "$1");
    }

    void upgrade() throws Exception {
      String key = request() + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(key.getBytes(ISO_8859_1));
      raw(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(hash)
              + "\r\nSec-WebSocket-Protocol: sluice.1\r\n\r\n");
    }

    void raw(String text) throws IOException {
      out.write(text.getBytes(ISO_8859_1));
      out.flush();
    }

    void text(String message) throws IOException {
      frame(0x81, message.getBytes(UTF_8));
    }

    void greet() throws Exception {
      upgrade();
      text("{\"type\":\"connected\",\"message\":\"hi\",\"userId\":\"ada\",\"connectionId\":\"x\"}");
    }

    void frame(int head, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(head);
      if (payload.length < 126) {
        frame.write(payload.length);
      } else {
        frame.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          frame.write((int) ((long) payload.length >>> shift) & 0xFF);
        }
      }
      frame.write(payload);
      out.write(frame.toByteArray());
      out.flush();
    }

    /** Waits until the other side says something. */
    void hear() throws IOException {
      int ignored = in.read(new byte[1_024]);
    }

    /** Reads whatever comes until the other side ends it. */
    void idle() throws IOException {
      byte[] some = new byte[1_024];
      while (in.read(some) >= 0) {
        // Nobody is interested.
      }
    }
  }

  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicInteger count = new AtomicInteger();

  RogueServer(Script script) throws IOException {
    Thread.ofVirtual().start(() -> accept(script));
  }

  private void accept(Script script) {
    while (!door.isClosed()) {
      try {
        Socket socket = door.accept();
        Thread.ofVirtual().start(() -> play(socket, script));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void play(Socket socket, Script script) {
    try (socket) {
      script.play(count.getAndIncrement(), new Line(socket));
    } catch (Exception e) {
      // The line is broken, which is what the client has to live with.
    }
  }

  String url() {
    return "ws://127.0.0.1:" + door.getLocalPort() + "/ws";
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
