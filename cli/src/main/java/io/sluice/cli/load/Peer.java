package io.sluice.cli.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the reading thread; {@link #send} is for the sending thread too, one at a time. One
 * connection to the server, and what has been read of its current frame.
 */
final class Peer {
  private static final long WAIT_NANOS = 20_000;
  private static final int MAX_HEAD = 16 << 10;
  private static final byte[] DATA =
      ("\"data\":" + Frames.STAMP).getBytes(StandardCharsets.US_ASCII);

  /** How far it has come. */
  enum Stage {
    UPGRADING,
    GREETING,
    SUBSCRIBING,
    READY,
    GONE
  }

  private final SocketChannel socket;
  private final @Nullable String channel;
  private final Tally tally;
  private final ReentrantLock writing = new ReentrantLock();
  private byte[] rest = new byte[0];
  private int stampAt;
  private Stage stage = Stage.UPGRADING;

  /**
   * A connection whose upgrade was asked for.
   *
   * @param channel what to subscribe to; null for nothing
   */
  Peer(SocketChannel socket, @Nullable String channel, Tally tally) {
    this.socket = socket;
    this.channel = channel;
    this.tally = tally;
  }

  Stage stage() {
    return stage;
  }

  SocketChannel socket() {
    return socket;
  }

  /** Sends all of it, however long the server makes it wait. */
  void send(ByteBuffer frames) throws IOException {
    writing.lock();
    try {
      while (frames.hasRemaining()) {
        if (socket.write(frames) == 0) {
          LockSupport.parkNanos(WAIT_NANOS);
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** Reads what is there, through a buffer that all share. */
  void read(ByteBuffer shared) throws IOException {
    shared.clear().put(rest);
    int count = socket.read(shared);
    long now = System.nanoTime();
    shared.flip();
    int used = stage == Stage.UPGRADING ? upgrade(shared) : 0;
    used = frames(shared, used, now);
    rest = new byte[shared.limit() - used];
    shared.get(used, rest);
    if (count < 0) {
      throw new IOException("the server closed the connection");
    }
  }

  private int upgrade(ByteBuffer buffer) throws IOException {
    String head = text(buffer, 0, Math.min(buffer.limit(), MAX_HEAD));
    int end = head.indexOf("\r\n\r\n");
    if (end < 0) {
      return 0;
    }
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("the server refused: " + head.lines().findFirst().orElse(""));
    }
    stage = Stage.GREETING;
    return end + 4;
  }

  private int frames(ByteBuffer buffer, int start, long now) throws IOException {
    int at = start;
    while (stage != Stage.UPGRADING && buffer.limit() - at >= 2) {
      int length = buffer.get(at + 1) & 0x7f;
      int head = length < 126 ? 2 : length == 126 ? 4 : 10;
      if (buffer.limit() - at < head) {
        break;
      }
      long size = length < 126 ? length : longSize(buffer, at, length);
      if (size > buffer.capacity() / 2) {
        throw new IOException("the server sent a frame of " + size + " bytes");
      }
      int from = at + head;
      int to = from + (int) size;
      if (to > buffer.limit()) {
        break;
      }
      take(buffer, buffer.get(at) & 15, from, to, now);
      at = to;
    }
    return at;
  }

  private static long longSize(ByteBuffer buffer, int at, int length) {
    return length == 126 ? buffer.getShort(at + 2) & 0xffff : buffer.getLong(at + 2);
  }

  private void take(ByteBuffer buffer, int opcode, int from, int to, long now) throws IOException {
    switch (opcode) {
      case Frames.TEXT -> message(buffer, from, to, now);
      case Frames.PING -> pong(buffer, from, to);
      case Frames.CLOSE -> {
        int code = to - from >= 2 ? buffer.getShort(from) & 0xffff : 1005;
        throw new IOException("the server closed the connection with " + code);
      }
      default -> throw new IOException("the server sent a frame of kind " + opcode);
    }
  }

  private void message(ByteBuffer buffer, int from, int to, long now) throws IOException {
    if (stage == Stage.READY) {
      long due = stamp(buffer, from, to);
      if (due >= 0) {
        tally.delivered(due, now);
        return;
      }
    }
    answer(text(buffer, from, to));
  }

  private void answer(String text) throws IOException {
    if (stage == Stage.GREETING && text.contains("\"connected\"")) {
      if (channel == null) {
        stage = Stage.READY;
      } else {
        stage = Stage.SUBSCRIBING;
        send(ByteBuffer.wrap(Frames.subscribe(channel)));
      }
    } else if (stage == Stage.SUBSCRIBING && text.contains("\"subscribed\"")) {
      stage = Stage.READY;
    } else if (text.contains("\"type\":\"error\"")) {
      if (stage == Stage.READY) {
        tally.refused(text);
      } else {
        throw new IOException("the server refused: " + text);
      }
    }
  }

  /** The time in a publication; where it stands is found once, for it is the same in all. */
  private long stamp(ByteBuffer buffer, int from, int to) {
    int at = from + stampAt;
    if (stampAt == 0 || at + Frames.DIGITS > to || buffer.get(at - 1) != ':') {
      at = find(buffer, from, to);
      if (at < 0) {
        return -1;
      }
      stampAt = at - from;
    }
    return Frames.stampIn(buffer, at);
  }

  private static int find(ByteBuffer buffer, int from, int to) {
    for (int at = from; at + DATA.length + Frames.DIGITS <= to; at++) {
      int same = 0;
      while (same < DATA.length && buffer.get(at + same) == DATA[same]) {
        same++;
      }
      if (same == DATA.length) {
        return at + DATA.length;
      }
    }
    return -1;
  }

  /** Unless the sending thread is at it: then what it sends shows that this peer lives. */
  private void pong(ByteBuffer buffer, int from, int to) throws IOException {
    byte[] payload = new byte[to - from];
    buffer.get(from, payload);
    if (writing.tryLock()) {
      try {
        send(ByteBuffer.wrap(Frames.of(Frames.PONG, payload)));
      } finally {
        writing.unlock();
      }
    }
  }

  private static String text(ByteBuffer buffer, int from, int to) {
    byte[] bytes = new byte[to - from];
    buffer.get(from, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Hangs up. */
  void close() {
    stage = Stage.GONE;
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
