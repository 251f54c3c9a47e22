package io.sluice.gateway.loop;

import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.wire.SocketKind;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A WebSocket client by hand on a blocking socket: it says exactly what the test says, wrong or
 * right, and reads only when asked. Owned by the test's thread.
 */
public final class Peer implements Closeable {
  private static final byte[] MASK = {0x12, (byte) 0xA5, 0x00, 0x7F};

  private final Socket plain = new Socket();
  private final Socket socket;
  private byte[] pending = {};

  /** Connects; {@code receiveBytes} of 0 leaves the socket's buffer as it is. */
  public Peer(InetSocketAddress server, int receiveBytes, SocketKind kind) throws IOException {
    if (receiveBytes > 0) {
      plain.setReceiveBufferSize(receiveBytes);
    }
    plain.setTcpNoDelay(true);
    plain.setSoTimeout(20_000);
    plain.connect(server);
    socket = TestTls.connected(plain, kind);
  }

  public static byte[] frame(int opcode, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
    out.put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      out.put((byte) (0x80 | payload.length));
    } else if (payload.length < 1 << 16) {
      out.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      out.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    out.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  public static byte[] text(String text) {
    return frame(ServerFrame.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] closing(int code) {
    return frame(ServerFrame.CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
  }

  public void write(byte[]... chunks) throws IOException {
    OutputStream out = socket.getOutputStream();
    for (byte[] chunk : chunks) {
      out.write(chunk);
    }
    out.flush();
  }

  /** The next frame, or null if the server has closed its side. */
  public ServerFrame read() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[64 << 10];
    while (true) {
      ByteBuffer known = ByteBuffer.wrap(pending);
      ServerFrame frame = ServerFrame.take(known);
      if (frame != null) {
        pending = Arrays.copyOfRange(pending, known.position(), pending.length);
        return frame;
      }
      int got = in.read(chunk);
      if (got < 0) {
        if (pending.length > 0) {
          throw new AssertionError("the stream ended inside a frame");
        }
        return null;
      }
      int before = pending.length;
      pending = Arrays.copyOf(pending, before + got);
      System.arraycopy(chunk, 0, pending, before, got);
    }
  }

  /** The raw stream, for those who compare bytes. */
  public InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** Closes only our side. */
  public void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** Breaks the connection with a reset. */
  public void reset() throws IOException {
    plain.setSoLinger(true, 0);
    plain.close();
  }

  /** Closes the socket, in the middle of a test. */
  public void hangUp() throws IOException {
    plain.close();
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
