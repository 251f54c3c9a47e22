package io.sluice.gateway.loop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.tls.Tls;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** One worker behind a real socket, without a door: every connection is a WebSocket at once. */
final class WorkerHouse implements AutoCloseable {
  final GatewayMeter meter = new GatewayMeter();
  final Queue<CloseReason> ends = new ConcurrentLinkedQueue<>();
  final Queue<Channel> channels = new ConcurrentLinkedQueue<>();
  final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
  final Worker worker;
  private final MultiThreadIoEventLoopGroup group;
  private final Channel listener;
  private final SocketKind kind;
  private final Tls tls;

  WorkerHouse(SocketKind kind, Limits limits, int sendBytes) {
    this.kind = kind;
    tls = kind.isSecured() ? TestTls.USUAL.server() : null;
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("w"), kind.ioHandlers());
    Moment[] origin = {new Moment(System.nanoTime(), System.currentTimeMillis())};
    worker =
        new Worker(
            0,
            group.next(),
            kind,
            limits,
            () -> new Moment(System.nanoTime(), origin[0].epochMillis()),
            (index, outlet, wake) ->
                new Lane(
                    index,
                    limits,
                    TestPorts.of(
                        limits,
                        new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "e")),
                    outlet,
                    wake),
            meter);
    worker.start();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(group)
            .channelFactory(kind.listeners())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channels.add(channel);
                    channel.config().setRecvByteBufAllocator(worker.reads());
                    if (tls == null) {
                      adopt(channel);
                    } else {
                      tls.secure(channel, meter);
                      channel
                          .pipeline()
                          .get(SslHandler.class)
                          .handshakeFuture()
                          .addListener(shaken -> adopt(channel));
                    }
                  }
                });
    if (sendBytes > 0) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, sendBytes);
    }
    listener = bootstrap.bind("127.0.0.1", 0).syncUninterruptibly().channel();
  }

  private void adopt(Channel channel) {
    worker.adopt(channel, new Echo(), new Endpoint.Welcome(null, null, "test"), false);
  }

  static Limits limits(Limits.Socket socket) {
    Limits usual = Limits.defaults(1L << 30);
    return new Limits(
        usual.log(),
        usual.hub(),
        usual.session(),
        usual.lane(),
        socket,
        usual.http(),
        usual.connections(),
        usual.json(),
        usual.token(),
        usual.presence());
  }

  /** The usual limits, but with less patience, and pings without number. */
  static Limits.Socket socketLimits() {
    Limits.Socket usual = Limits.Socket.DEFAULTS;
    return new Limits.Socket(
        usual.messageBytes(),
        usual.framesPerMessage(),
        usual.streamsPerMessage(),
        Duration.ofMillis(200),
        1 << 30,
        usual.controlBytes(),
        usual.restBytes(),
        usual.heldBytes(),
        Duration.ofMillis(500));
  }

  Peer connect() throws Exception {
    return connect(0);
  }

  Peer connect(int receiveBytes) throws Exception {
    return new Peer((InetSocketAddress) listener.localAddress(), receiveBytes, kind);
  }

  /** Does something on the loop and waits for it. */
  <T> T onLoop(Callable<T> action) throws Exception {
    return group.next().submit(action).get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    worker.stop(CloseReason.RESTART).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    group.next().submit(worker::dispose).syncUninterruptibly();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    if (tls != null) {
      tls.close();
    }
  }

  /** Says back what it hears; "throw" and "close" are obeyed. */
  private final class Echo implements Endpoint {
    @Override
    public List<String> paths() {
      return List.of("/echo");
    }

    @Override
    public String subprotocol(List<String> offered) {
      return null;
    }

    @Override
    public Dialog open(Connection connection, Welcome welcome) {
      connections.add(connection);
      return new Dialog() {
        @Override
        public void text(ByteBuf message, Moment now) {
          String text = message.toString(StandardCharsets.UTF_8);
          if (text.equals("throw")) {
            throw new IllegalStateException("asked for: " + text);
          }
          if (text.equals("close")) {
            connection.close(CloseReason.EXPIRED);
          } else {
            connection.send(false, message);
          }
        }

        @Override
        public void binary(ByteBuf message, Moment now) {
          connection.send(true, message);
        }

        @Override
        public byte[] encode(Event event) {
          return new byte[0];
        }

        @Override
        public void closed(CloseReason reason) {
          ends.add(reason);
        }
      };
    }
  }
}
