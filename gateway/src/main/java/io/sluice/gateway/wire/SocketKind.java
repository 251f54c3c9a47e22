package io.sluice.gateway.wire;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;

/** Which of the machine's ways to sockets a process uses. It chooses once. */
public enum SocketKind {
  /** Linux, by descriptors. */
  EPOLL,
  /** Everywhere, by the JDK's channels. */
  NIO,
  /** Linux, behind TLS. */
  EPOLL_TLS,
  /** Everywhere, behind TLS. */
  NIO_TLS;

  /** The fastest this machine has. */
  public static SocketKind best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** The same behind TLS. */
  public SocketKind secured() {
    return switch (this) {
      case EPOLL, EPOLL_TLS -> EPOLL_TLS;
      case NIO, NIO_TLS -> NIO_TLS;
    };
  }

  /** Whether its connections need a handler of TLS before a {@link Wire} is given them. */
  public boolean isSecured() {
    return this == secured();
  }

  /** What event loops of this kind are made with. */
  public IoHandlerFactory ioHandlers() {
    return switch (this) {
      case EPOLL, EPOLL_TLS -> EpollIoHandler.newFactory();
      case NIO, NIO_TLS -> NioIoHandler.newFactory();
    };
  }

  /** What listens; its children are the only channels a {@link Wire} of this kind can write to. */
  public ChannelFactory<? extends ServerChannel> listeners() {
    return switch (this) {
      case EPOLL, EPOLL_TLS -> EpollServerSocketChannel::new;
      case NIO, NIO_TLS -> OpenServerSocketChannel::new;
    };
  }

  /** One wire's way to the kernel. */
  Transport transport() {
    return switch (this) {
      case EPOLL -> new EpollTransport();
      case NIO -> new NioTransport();
      case EPOLL_TLS, NIO_TLS -> new TlsTransport();
    };
  }
}
