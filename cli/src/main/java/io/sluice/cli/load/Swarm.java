package io.sluice.cli.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the command's thread while it connects, then the reading thread. All connections, read by
 * one thread through one selector and one buffer.
 */
final class Swarm implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int SLICE_MILLIS = 100;
  private static final int MIN_BUFFER = 256 << 10;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private final URI server;
  private final Tally tally;
  private final ByteBuffer buffer;
  private final Selector selector;
  private final List<Peer> peers = new ArrayList<>();
  private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean closing;

  Swarm(URI server, int size, Tally tally) throws IOException {
    this.server = server;
    this.tally = tally;
    this.buffer = ByteBuffer.allocateDirect(Math.max(MIN_BUFFER, 4 * (size + 1_024)));
    this.selector = Selector.open();
  }

  /** Opens so many connections, each subscribed to its channel. */
  List<Peer> open(
      int count,
      IntFunction<String> tokens,
      IntFunction<@Nullable String> channels,
      BooleanSupplier stopped)
      throws IOException {
    List<Peer> opened = new ArrayList<>();
    while (opened.size() < count && !stopped.getAsBoolean()) {
      int end = Math.min(count, opened.size() + BATCH);
      List<Peer> batch = new ArrayList<>();
      for (int i = opened.size(); i < end; i++) {
        batch.add(connect(tokens.apply(i), channels.apply(i)));
      }
      awaitReady(batch);
      opened.addAll(batch);
    }
    return opened;
  }

  private Peer connect(String token, @Nullable String channel) throws IOException {
    int port = server.getPort() < 0 ? 80 : server.getPort();
    SocketChannel socket = SocketChannel.open();
    Peer peer = new Peer(socket, channel, tally);
    peers.add(peer);
    socket.connect(new InetSocketAddress(server.getHost().replaceAll("[\\[\\]]", ""), port));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.configureBlocking(false);
    String request =
        "GET "
            + server.getRawPath()
            + " HTTP/1.1\r\nHost: "
            + server.getRawAuthority()
            + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: c2x1aWNlLWJlbmNoLWtleQ==\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n";
    peer.send(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
    socket.register(selector, SelectionKey.OP_READ, peer);
    return peer;
  }

  private void awaitReady(List<Peer> batch) throws IOException {
    long deadline = System.nanoTime() + PATIENCE;
    while (batch.stream().anyMatch(peer -> peer.stage() != Peer.Stage.READY)) {
      turn();
      String why = trouble.get();
      if (why != null) {
        throw new IOException(why);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the server did not answer within 20 s");
      }
    }
  }

  /** Reads until it is closed. */
  void run() {
    try {
      while (!closing) {
        turn();
      }
    } catch (IOException e) {
      note(e);
    }
  }

  private void turn() throws IOException {
    selector.select(this::read, SLICE_MILLIS);
  }

  private void read(SelectionKey key) {
    if (!(key.attachment() instanceof Peer peer)) {
      return;
    }
    try {
      peer.read(buffer);
    } catch (IOException e) {
      if (!closing) {
        note(e);
      }
      peer.close();
    }
  }

  private void note(IOException e) {
    lost.incrementAndGet();
    trouble.compareAndSet(null, String.valueOf(e.getMessage()));
  }

  /** How many connections were lost. */
  int lost() {
    return lost.get();
  }

  /** Why the first was. */
  @Nullable String trouble() {
    return trouble.get();
  }

  /** Makes {@link #run} return. */
  void stop() {
    closing = true;
    selector.wakeup();
  }

  /** Hangs up; nobody reads any more. */
  @Override
  public void close() throws IOException {
    closing = true;
    peers.forEach(Peer::close);
    selector.close();
  }
}
