package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.sluice.core.Outlet;
import io.sluice.core.Shortfalls;
import io.sluice.gateway.Framing;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.StampedForm.Tail;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one event loop. Owned by that loop's thread.
 *
 * <p>The fan-out reads one number per receiver, its socket, from a dense table: a socket that is
 * not ready, is closing or is closed has none there. The entry goes when the channel's close
 * begins, or at the latest from within it, for the kernel gives a closed descriptor's number to the
 * next connection at once, and a turn may run before anybody else hears of the end.
 */
public final class Wire implements Outlet, AutoCloseable {
  private static final int SHUT = -1;
  private static final int FIRST_SLOTS = 64;
  private static final int SCRATCH_BYTES = 16 << 10;
  private static final byte[] EMPTY = {};

  private final Transport transport;
  private final Upstream upstream;
  private final int controlBytes;
  private final int restBytes;
  private final long closeTimeoutNanos;
  private final Batch batch;
  private final Stamps stamps;
  private final Batch scratch = new Batch(SCRATCH_BYTES);

  /** By slot: what to send to; {@link #SHUT} while nothing may be sent. */
  private int[] ready = new int[FIRST_SLOTS];

  /** By slot: the socket, ready or not. */
  private int[] sockets = new int[FIRST_SLOTS];

  private @Nullable Line[] lines = new Line[FIRST_SLOTS];
  private int[] free = new int[FIRST_SLOTS];
  private int freeCount;
  private int slots;

  private ArrayDeque<Line> touched = new ArrayDeque<>();
  private ArrayDeque<Line> flushing = new ArrayDeque<>();
  private final ArrayDeque<Line> reports = new ArrayDeque<>();
  private final ArrayDeque<Deadline> closing = new ArrayDeque<>();

  private record Deadline(Line line, long nanos) {}

  /** A wire without sockets. */
  public Wire(SocketKind kind, Limits limits, Upstream upstream) {
    this(kind.transport(), limits, upstream);
  }

  Wire(Transport transport, Limits limits, Upstream upstream) {
    this.transport = transport;
    this.upstream = upstream;
    this.controlBytes = limits.socket().controlBytes();
    this.restBytes = limits.socket().restBytes();
    this.closeTimeoutNanos = limits.socket().closeTimeout().toNanos();
    this.batch = new Batch(limits.lane().batchBytes());
    this.stamps = new Stamps(batch);
  }

  /**
   * Takes over a channel's way out: from here on nobody else writes to it. Until {@link #opened},
   * what is told is kept, because the speaker cannot encode yet.
   *
   * @return its slot
   */
  public int admit(Channel channel, Speaker speaker) {
    return admit(channel, speaker, WebSocketFraming.INSTANCE);
  }

  /** The same for a connection that is framed otherwise than a WebSocket. */
  public int admit(Channel channel, Speaker speaker, Framing framing) {
    int slot = freeCount > 0 ? free[--freeCount] : newSlot();
    int socket = transport.admit(slot, channel);
    sockets[slot] = socket;
    ready[slot] = socket;
    Line line = new Line(this, channel, speaker, framing, slot);
    lines[slot] = line;
    line.begin();
    return slot;
  }

  private int newSlot() {
    if (slots == ready.length) {
      int wider = slots * 2;
      ready = Arrays.copyOf(ready, wider);
      sockets = Arrays.copyOf(sockets, wider);
      lines = Arrays.copyOf(lines, wider);
      free = Arrays.copyOf(free, wider);
    }
    return slots++;
  }

  /** The speaker can encode now. */
  public void opened(int slot) {
    line(slot).opened();
  }

  /** The speaker will never encode: what was told is dropped, and the connection ends. */
  public void failedToOpen(int slot, CloseReason reason) {
    line(slot).failedToOpen();
    close(slot, reason);
  }

  /** Whether messages of the peer still mean anything: no close has begun. */
  public boolean isOpen(int slot) {
    Line line = lines[slot];
    return line != null && line.isOpen();
  }

  /** Closes the socket without a word: it is broken, or its peer is beyond words. */
  public void cut(int slot) {
    Line line = lines[slot];
    if (line != null) {
      line.cut();
    }
  }

  private Line line(int slot) {
    Line line = lines[slot];
    if (line == null) {
      throw new IllegalStateException("nobody is in slot " + slot);
    }
    return line;
  }

  @Override
  public void tell(int slot, Event event) {
    Line line = lines[slot];
    if (line != null) {
      line.tell(event);
    }
  }

  /** Puts a message of an endpoint behind everything told before; it is copied. */
  public void say(int slot, FrameKind kind, ByteBuf message) {
    Line line = lines[slot];
    if (line != null) {
      line.say(kind, line.framing().message(Line.copy(message)));
    }
  }

  /** Answers a ping. */
  public void pong(int slot, ByteBuf payload) {
    line(slot).pong(Line.copy(payload));
  }

  @Override
  public void heartbeat(int slot) {
    Line line = lines[slot];
    if (line != null) {
      line.say(FrameKind.PING, EMPTY);
    }
  }

  @Override
  public void close(int slot, CloseReason reason) {
    close(slot, reason, reason.text());
  }

  /** The same in other words, where a protocol has them. */
  public void close(int slot, CloseReason reason, String text) {
    Line line = lines[slot];
    if (line != null) {
      line.end(reason, text);
    }
  }

  /** The peer has sent its close frame: it is answered, unless it is the answer to ours. */
  public void peerCloses(int slot, int code) {
    line(slot).end(CloseReason.PEER, Frames.close(code, ""), true);
  }

  /** The peer has closed its side of the connection. */
  public void peerEnded(int slot) {
    Line line = lines[slot];
    if (line != null) {
      line.ended();
    }
  }

  /** The peer broke a rule, and nothing it sends can be understood any more. */
  public void peerBroke(int slot, CloseReason reason, Violation violation) {
    line(slot).end(reason, Frames.close(violation.closeCode(), violation.reason()), true);
  }

  @Override
  public void flush() {
    ArrayDeque<Line> now = touched;
    touched = flushing;
    flushing = now;
    for (Line line = now.poll(); line != null; line = now.poll()) {
      line.flush(transport, scratch);
    }
  }

  @Override
  public boolean ready(int slot) {
    return slot != NOBODY && ready[slot] >= 0;
  }

  @Override
  public void beginBatch() {
    batch.begin();
  }

  @Override
  public int append(byte[] frame) {
    return batch.append(frame, 0, frame.length);
  }

  @Override
  public int stampedCost(int slot, Tail tail) {
    return line(slot).speaker().stampedCost(tail);
  }

  @Override
  public int stamp(int slot, Tail tail, ChannelName channel, long offset) {
    Line line = line(slot);
    line.speaker().stamp(tail, channel, offset, stamps.in(line.framing()));
    return batch.length();
  }

  @Override
  public void stamped(int slot, int sent) {
    line(slot).speaker().stamped(sent);
  }

  @Override
  public void finishStamped(int slot, int from, int until) {
    finish(slot, batch.copy(from, until), 0);
  }

  @Override
  public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
    Block bytes = batch.block();
    int length = batch.length();
    int[] ready = this.ready;
    for (int i = 0; i < count; i++) {
      int socket = ready[slots[i]];
      int taken = socket < 0 ? NOT_READY : transport.send(socket, bytes, length);
      if (taken != length) {
        shortfalls.add(i, taken);
      }
    }
  }

  @Override
  public int send(int slot) {
    int socket = ready[slot];
    return socket < 0 ? NOT_READY : transport.send(socket, batch.block(), batch.length());
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {
    Line line = lines[slot];
    if (line != null) {
      line.finish(frame, from);
    }
  }

  /** Whether {@link #settle} or {@link #flush} has anything to do. */
  public boolean isStirred() {
    return !reports.isEmpty() || !touched.isEmpty();
  }

  /**
   * Tells speakers and the core what has become of sockets since the last time. Called at the
   * beginning of each turn, and never from inside another method of this class.
   */
  public void settle() {
    for (int i = reports.size(); i > 0; i--) {
      reports.remove().settle(upstream);
    }
  }

  /** Once a second: cuts those off that did not answer a close in time. Between two batches. */
  public void tick(Moment now) {
    for (Deadline next = closing.peek(); next != null; next = closing.peek()) {
      if (!next.line().isGone() && now.nanos() - next.nanos() < 0) {
        break;
      }
      closing.remove();
      if (!next.line().isGone()) {
        next.line().cut();
      }
    }
    batch.rest();
    scratch.rest();
  }

  /** Ends every connection that still stands. */
  public void closeAll(CloseReason reason) {
    for (int slot = 0; slot < slots; slot++) {
      close(slot, reason);
    }
  }

  /** Frees the memory outside the heap; sockets are not touched. */
  @Override
  public void close() {
    batch.close();
    scratch.close();
  }

  int controlBytes() {
    return controlBytes;
  }

  int restBytes() {
    return restBytes;
  }

  int socket(int slot) {
    return sockets[slot];
  }

  boolean isReady(int slot) {
    return ready[slot] >= 0;
  }

  /** Lets data through again. */
  void open(int slot) {
    ready[slot] = sockets[slot];
  }

  /** Lets no data through. */
  void shut(int slot) {
    ready[slot] = SHUT;
  }

  /** The socket is closed, and its number may be somebody else's already. */
  void forget(int slot) {
    ready[slot] = SHUT;
    transport.forget(sockets[slot]);
    sockets[slot] = SHUT;
  }

  void free(int slot) {
    lines[slot] = null;
    free[freeCount++] = slot;
  }

  void touched(Line line) {
    touched.add(line);
    upstream.stirred();
  }

  void reported(Line line) {
    reports.add(line);
    upstream.stirred();
  }

  void closing(Line line) {
    closing.add(new Deadline(line, upstream.now().nanos() + closeTimeoutNanos));
  }
}
