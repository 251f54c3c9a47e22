package io.sluice.gateway.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import io.sluice.core.Shortfalls;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.loop.Peer;
import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.tls.Tls;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A wire on real sockets and one event loop, driven by the test: everything but {@link #connect}
 * and {@link #onLoop} is the loop's.
 */
final class Kernel implements Upstream, AutoCloseable {
  final EventLoop loop;
  final Wire wire;
  final Shortfalls shortfalls = new Shortfalls();
  final List<Integer> closed = new ArrayList<>();
  final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  Runnable onWritable = () -> {};
  boolean settles = true;
  private final MultiThreadIoEventLoopGroup group;
  private final Channel listener;
  private final SocketKind kind;
  private final Tls tls;
  private boolean scheduled;

  /** One accepted connection, which is not listened to. */
  static final class Socket implements Speaker {
    final Channel channel;
    int slot;

    Socket(Channel channel) {
      this.channel = channel;
    }

    @Override
    public byte[] encode(Event event) {
      return new byte[0];
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void alive() {}

    @Override
    public void gone(CloseReason reason) {}
  }

  Kernel(SocketKind kind, int sendBytes) {
    this.kind = kind;
    tls = kind.isSecured() ? TestTls.USUAL.server() : null;
    group = new MultiThreadIoEventLoopGroup(1, kind.ioHandlers());
    loop = group.next();
    wire = new Wire(kind, Limits.defaults(1L << 30), this);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channelFactory(kind.listeners())
            .option(ChannelOption.SO_BACKLOG, 2_000)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (tls == null) {
                      take(channel);
                    } else {
                      tls.secure(channel, new GatewayMeter());
                      channel
                          .pipeline()
                          .get(SslHandler.class)
                          .handshakeFuture()
                          .addListener(shaken -> take(channel));
                    }
                  }
                });
    if (sendBytes > 0) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, sendBytes);
    }
    listener = bootstrap.bind("127.0.0.1", 0).syncUninterruptibly().channel();
  }

  private void take(Channel channel) {
    // Stands at the end and swallows, so that Netty has nothing to complain of.
    channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {});
    Socket socket = new Socket(channel);
    socket.slot = wire.admit(channel, socket);
    wire.opened(socket.slot);
    accepted.add(socket);
  }

  Peer connect(int receiveBytes) throws Exception {
    return new Peer((InetSocketAddress) listener.localAddress(), receiveBytes, kind);
  }

  Socket accept() throws InterruptedException {
    Socket socket = accepted.poll(20, TimeUnit.SECONDS);
    if (socket == null) {
      throw new AssertionError("nobody came");
    }
    return socket;
  }

  <T> T onLoop(Callable<T> action) throws Exception {
    return loop.submit(action).get(60, TimeUnit.SECONDS);
  }

  void turn() {
    scheduled = false;
    if (settles) {
      wire.settle();
      wire.flush();
    }
  }

  @Override
  public Moment now() {
    return new Moment(System.nanoTime(), 0);
  }

  @Override
  public void stirred() {
    if (!scheduled) {
      scheduled = true;
      loop.execute(this::turn);
    }
  }

  @Override
  public void writable(int slot) {
    onWritable.run();
  }

  @Override
  public void closed(int slot) {
    closed.add(slot);
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loop.submit((Runnable) wire::close).syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    if (tls != null) {
      tls.close();
    }
  }
}
