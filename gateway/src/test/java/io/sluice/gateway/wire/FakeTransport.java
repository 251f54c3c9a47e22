package io.sluice.gateway.wire;

import io.netty.channel.Channel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Sockets that take what the test lets them take and keep it. Owned by the test's thread. */
final class FakeTransport extends Transport {
  static final int PLENTY = Integer.MAX_VALUE;

  /** One socket. */
  static final class Socket {
    final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    int room = PLENTY;
    boolean forgotten;
    boolean keeps = true;
    int sends;
  }

  private final List<Socket> sockets = new ArrayList<>();

  Socket socket(int number) {
    return sockets.get(number);
  }

  int count() {
    return sockets.size();
  }

  @Override
  int admit(int slot, Channel channel) {
    sockets.add(new Socket());
    return sockets.size() - 1;
  }

  @Override
  void forget(int socket) {
    sockets.get(socket).forgotten = true;
  }

  @Override
  int send(int number, Block bytes, int length) {
    Socket socket = sockets.get(number);
    if (socket.forgotten) {
      throw new AssertionError("sent to a closed socket");
    }
    socket.sends++;
    int taken = Math.min(length, socket.room);
    if (socket.room != PLENTY) {
      socket.room -= taken;
    }
    if (socket.keeps) {
      byte[] copy = new byte[taken];
      bytes.view(length).get(copy);
      socket.taken.writeBytes(copy);
    }
    return taken;
  }
}
