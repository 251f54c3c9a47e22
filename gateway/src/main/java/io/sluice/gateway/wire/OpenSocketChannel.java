package io.sluice.gateway.wire;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.SocketChannel;

/** A channel of Netty's whose socket the wire may write to. Owned by its event loop. */
final class OpenSocketChannel extends NioSocketChannel {
  OpenSocketChannel(Channel parent, SocketChannel socket) {
    super(parent, socket);
  }

  @Override
  protected SocketChannel javaChannel() {
    return super.javaChannel();
  }
}
