package io.sluice.gateway.wire;

import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sockets through the JDK, where there is no epoll. They are called by their slots.
 *
 * <p>Owner: one {@link Wire}; used on its thread only.
 */
final class NioTransport extends Transport {
  private @Nullable SocketChannel[] sockets = new SocketChannel[64];

  @Override
  int admit(int slot, Channel channel) {
    if (slot >= sockets.length) {
      sockets = Arrays.copyOf(sockets, Math.max(slot + 1, sockets.length * 2));
    }
    sockets[slot] = ((OpenSocketChannel) channel).javaChannel();
    return slot;
  }

  @Override
  void forget(int socket) {
    sockets[socket] = null;
  }

  @Override
  int send(int socket, Block bytes, int length) {
    SocketChannel channel = sockets[socket];
    if (channel == null) {
      return 0;
    }
    try {
      return channel.write(bytes.view(length));
    } catch (IOException _) {
      return 0;
    }
  }
}
