package io.sluice.gateway.loop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.http.Door;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.tls.Tls;
import io.sluice.model.CloseReason;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens, and gives each connection to one of its workers, in turn. Owned by whoever started it:
 * {@link #bind} and {@link #stop} are called once each, by one thread at a time.
 */
public final class GatewayServer {
  /** How long connections have to end by themselves. */
  static final Duration GRACE = Duration.ofSeconds(4);

  /** How long each step of the end by force may take. */
  private static final Duration FORCE = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

  private final GatewaySettings settings;
  private final Gatehouse house;
  private final GatewayMeter meter;
  private final EventLoopGroup acceptors;
  private final EventLoopGroup loops;
  private final List<Worker> workers = new ArrayList<>();
  private final IdentityHashMap<EventExecutor, Room> rooms = new IdentityHashMap<>();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private @Nullable Channel listener;

  /** What lives on one event loop. */
  private record Room(Worker worker, Door door) {}

  /**
   * A server that does not listen yet.
   *
   * @param house what is behind its door
   * @param lanes makes the lane of each worker
   * @param meter the same as the gatehouse's
   */
  public GatewayServer(
      GatewaySettings settings,
      Gatehouse house,
      Limits limits,
      Supplier<Moment> clock,
      LaneFactory lanes,
      GatewayMeter meter) {
    this.settings = settings;
    this.house = house;
    this.meter = meter;
    this.acceptors = group(1, "sluice-accept");
    this.loops = group(settings.loops(), "sluice-loop");
    for (EventExecutor executor : loops) {
      EventLoop loop = (EventLoop) executor;
      int index = workers.size();
      // On its loop, because some of a worker's memory belongs to the thread that makes it.
      Worker worker =
          loop.submit(
                  () -> new Worker(index, loop, settings.sockets(), limits, clock, lanes, meter))
              .syncUninterruptibly()
              .getNow();
      Door door = house.door(worker, clock);
      worker.onTick(door::tick);
      worker.start();
      workers.add(worker);
      rooms.put(executor, new Room(worker, door));
    }
  }

  private EventLoopGroup group(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name), settings.sockets().ioHandlers());
  }

  /**
   * Begins to listen.
   *
   * @param port 0 for any that is free
   * @return where it listens
   * @throws IOException if it cannot, as when the port is taken; the server is stopped then
   */
  public InetSocketAddress bind(InetAddress host, int port) throws IOException {
    ChannelFuture bound = bootstrap().bind(host, port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop();
      throw new IOException("cannot listen on " + host + ":" + port, bound.cause());
    }
    listener = bound.channel();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** Every option of our sockets. */
  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(acceptors, loops)
        .channelFactory(settings.sockets().listeners())
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, settings.backlog())
        .childOption(ChannelOption.TCP_NODELAY, true)
        .handler(new AcceptWatch(meter))
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                enter(channel);
              }
            });
  }

  private void enter(Channel channel) {
    Room room = rooms.get(channel.eventLoop());
    if (room == null) {
      throw new IllegalStateException("a channel of a foreign loop");
    }
    channels.add(channel);
    channel.config().setRecvByteBufAllocator(room.worker().reads());
    Tls tls = settings.tls();
    if (tls != null) {
      tls.secure(channel, meter);
    }
    room.door().enter(channel);
  }

  /** WebSockets that stand, and responses that go on. */
  public int connections() {
    return workers.stream().mapToInt(Worker::connections).sum();
  }

  /** Messages that have come over WebSockets, and as lines of responses that go on. */
  public long messages() {
    return workers.stream().mapToLong(worker -> worker.messages().sum()).sum();
  }

  /** Failures that their peers were told of as the core told them. */
  public long errors() {
    return workers.stream().mapToLong(worker -> worker.errors().sum()).sum();
  }

  /**
   * Stops: nobody new comes in, receipts are finished, every WebSocket is told 1012. Whoever has
   * not left after four seconds is cut. Blocks until then, not five seconds in all; not to be
   * called on an event loop.
   */
  public void stop() {
    Channel listening = listener;
    if (listening != null) {
      boolean _ = listening.close().awaitUninterruptibly(FORCE.toMillis());
    }
    house.stop();
    rooms.forEach((executor, room) -> executor.execute(room.door()::stop));
    CompletableFuture<?> goodbyes =
        CompletableFuture.allOf(
            workers.stream()
                .map(worker -> worker.stop(CloseReason.RESTART).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    if (!isDone(goodbyes, GRACE)) {
      LOG.warn("{} connections are left and are cut", connections());
    }
    boolean _ = channels.close().awaitUninterruptibly(FORCE.toMillis());
    if (isDone(goodbyes, FORCE)) {
      workers.forEach(worker -> worker.loop().execute(worker::dispose));
    }
    Future<?> _ = acceptors.shutdownGracefully(0, FORCE.toMillis(), TimeUnit.MILLISECONDS);
    boolean _ =
        loops
            .shutdownGracefully(0, FORCE.toMillis(), TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(FORCE.toMillis());
  }

  private static boolean isDone(CompletableFuture<?> task, Duration patience) {
    try {
      task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException slow) {
      return false;
    } catch (ExecutionException bug) {
      BugLog.report(LOG, "a worker could not be stopped", bug);
      return false;
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
