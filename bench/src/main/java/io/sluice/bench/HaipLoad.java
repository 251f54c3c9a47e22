package io.sluice.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Owner: its event loop; the main thread waits, and looks at the server's process. Opens many lines
 * over loopback, lets each say something now and then, and checks that all of it comes back, in
 * order and once.
 *
 * <p>Arguments: {@code haip|nexus echo|in <url> <token> <sessions> <each every ms> <seconds>
 * [<server's process>]}; without the last nothing is said of CPU and memory. With {@code echo} a
 * HAIP session is answered by its agent, and a Nexus connection receives what it publishes; with
 * {@code in} nobody answers. The exit code is 0 if nothing was lost or refused. It ends by itself.
 */
public final class HaipLoad {
  private static final int OPENING = 200;
  private static final int OPEN_SECONDS = 300;
  private static final int LAST_SECONDS = 20;
  private static final int FEW = 5;
  private static final int FRAME_BYTES = 1 << 20;

  private final Options options;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final List<HaipLoadLine> lines = new ArrayList<>();
  private final CountDownLatch opened;
  private long[] echoes = new long[1 << 16];
  private int answered;
  private int begun;
  private long said;
  private long begin;
  private volatile boolean failed;

  /** What it was called with. */
  record Options(
      boolean haip,
      boolean echo,
      URI url,
      String token,
      int sessions,
      int everyMillis,
      int seconds,
      long server) {
    static Options of(String[] args) {
      return new Options(
          args[0].equals("haip"),
          args[1].equals("echo"),
          URI.create(args[2]),
          args[3],
          Integer.parseInt(args[4]),
          Integer.parseInt(args[5]),
          Integer.parseInt(args[6]),
          args.length > 7 ? Long.parseLong(args[7]) : ServerProcess.NONE);
    }
  }

  private HaipLoad(Options options, MultiThreadIoEventLoopGroup group) {
    this.options = options;
    this.loop = group.next();
    this.opened = new CountDownLatch(options.sessions());
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .remoteAddress(new InetSocketAddress(options.url().getHost(), options.url().getPort()));
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    boolean good = new HaipLoad(Options.of(args), group).run();
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws Exception {
    ServerProcess before = ServerProcess.look(options.server());
    long from = System.nanoTime();
    loop.execute(() -> openMore(OPENING));
    if (!opened.await(OPEN_SECONDS, TimeUnit.SECONDS) || failed) {
      System.out.println("not all lines stand");
      return false;
    }
    print("opened %,d lines in %.1f s", options.sessions(), (System.nanoTime() - from) / 1e9);
    TimeUnit.SECONDS.sleep(3);
    ServerProcess idle = ServerProcess.look(options.server());
    printResident("while idle", idle, before);
    long end = talk();
    ServerProcess spoken = ServerProcess.look(options.server());
    printResident("after speaking", spoken, before);
    return judge(end);
  }

  private void printResident(String when, ServerProcess now, ServerProcess before) {
    if (options.server() != ServerProcess.NONE) {
      double bytes = now.residentBytes(before);
      print("resident: %.1f KB each %s", bytes / 1024 / options.sessions(), when);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  // Opening

  private void openMore(int more) {
    for (int i = 0; i < more && begun < options.sessions(); i++) {
      open(begun++);
    }
  }

  private void open(int index) {
    HaipLoadLine line = new HaipLoadLine(this, options, index);
    lines.add(line);
    HttpHeaders headers =
        new DefaultHttpHeaders().add(HttpHeaderNames.AUTHORIZATION, "Bearer " + options.token());
    WebSocketClientProtocolConfig config =
        WebSocketClientProtocolConfig.newBuilder()
            .webSocketUri(options.url())
            .version(WebSocketVersion.V13)
            .subprotocol(options.haip() ? "haip" : "sluice.1")
            .customHeaders(headers)
            .maxFramePayloadLength(FRAME_BYTES)
            .handshakeTimeoutMillis(TimeUnit.SECONDS.toMillis(60))
            .build();
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec())
                    .addLast(new HttpObjectAggregator(8 << 10))
                    .addLast(new WebSocketClientProtocolHandler(config))
                    .addLast(line);
              }
            })
        .connect()
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                fail("a line cannot be opened: " + done.cause());
              }
            });
  }

  /** A line stands; the next is opened. */
  void stands() {
    opened.countDown();
    openMore(1);
  }

  /** Something went wrong that must not. */
  void fail(String what) {
    if (!failed) {
      System.out.println(what);
    }
    failed = true;
    while (opened.getCount() > 0) {
      opened.countDown();
    }
  }

  // Speaking

  /** Each line in turn, at an even pace that does not wait for answers. */
  private long talk() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(options.seconds());
    loop.execute(() -> speak(end, over));
    TimeUnit.MILLISECONDS.sleep(options.seconds() * 500L);
    ServerProcess warm = ServerProcess.look(options.server());
    long saidWarm = loop.submit(() -> said).get();
    over.await();
    ServerProcess done = ServerProcess.look(options.server());
    printCpu(done, warm, said - saidWarm);
    return end;
  }

  private void printCpu(ServerProcess done, ServerProcess warm, long counted) {
    print("%,d messages a second", said / options.seconds());
    if (options.server() != ServerProcess.NONE) {
      print(
          "CPU of the server: %.1f µs a message, of which user %.1f (the last %,d messages)",
          done.cpuMicros(warm) / counted, done.userMicros(warm) / counted, counted);
    }
  }

  private void speak(long end, CountDownLatch over) {
    double gap = options.everyMillis() * 1e6 / options.sessions();
    long until = Math.min(System.nanoTime(), end - 1);
    for (long due = begin + (long) (said * gap); due <= until; due = begin + (long) (said * gap)) {
      lines.get((int) (said % options.sessions())).speak(due);
      said++;
    }
    lines.forEach(HaipLoadLine::flush);
    if (System.nanoTime() < end) {
      loop.schedule(() -> speak(end, over), 1, TimeUnit.MILLISECONDS);
    } else {
      over.countDown();
    }
  }

  /** An answer came to what was due to be said then. */
  void answered(long due) {
    if (answered == echoes.length) {
      echoes = Arrays.copyOf(echoes, 2 * answered);
    }
    echoes[answered++] = System.nanoTime() - due;
  }

  private boolean judge(long end) throws InterruptedException {
    if (!options.echo()) {
      return !failed;
    }
    long last = end + TimeUnit.SECONDS.toNanos(LAST_SECONDS);
    while (answered < said && System.nanoTime() < last && !failed) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    long[] sorted = Arrays.copyOf(echoes, answered);
    Arrays.sort(sorted);
    print(
        "echo: p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
        at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    lines.stream().filter(HaipLoadLine::lacks).limit(FEW).forEach(System.out::println);
    print("said %,d, came back %,d, lost %,d", said, answered, said - answered);
    return answered == said && !failed;
  }

  private static double at(long[] sorted, double part) {
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)] / 1e6;
  }
}
