package io.sluice.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line between client and server that can be cut, refused, or turned into a black hole. */
final class Crossing implements AutoCloseable {
  private final ServerSocket door;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean swallowing;
  private volatile boolean refusing;

  Crossing(int target) throws IOException {
    this.target = target;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** Later lines lead elsewhere. */
  void leadTo(int port) {
    target = port;
  }

  /** Breaks every line without a word. */
  void cut() {
    for (Socket socket : sockets) {
      close(socket);
    }
  }

  /** Resets every line, and breaks each that comes until they may pass again. */
  void reset() throws IOException {
    refusing = true;
    for (Socket socket : sockets) {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
      close(socket);
    }
  }

  /** Breaks every line as it comes, or lets them pass again. */
  void refuse(boolean now) {
    refusing = now;
    if (now) {
      cut();
    }
  }

  /** Takes bytes and hands on none, or hands on again what comes from now on. */
  void swallow(boolean now) {
    swallowing = now;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        if (refusing) {
          close(near);
          continue;
        }
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        sockets.add(near);
        sockets.add(far);
        Thread.ofVirtual().start(() -> carry(near, far));
        Thread.ofVirtual().start(() -> carry(far, near));
      } catch (IOException e) {
        // Closed, or nobody at the other end: the next one may fare better.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[64 << 10];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      int count = in.read(bytes);
      while (count >= 0) {
        if (!swallowing) {
          out.write(bytes, 0, count);
        }
        count = in.read(bytes);
      }
    } catch (IOException e) {
      // Cut.
    } finally {
      close(from);
      close(to);
    }
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone, one way or the other.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }
}
