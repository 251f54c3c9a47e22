package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.StampedForm.Tail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * Sockets in memory behind the {@link Outlet} contract, which it checks: whatever the core may not
 * do is an {@link AssertionError} at once. Owned by its test.
 */
public final class FakeOutlet implements Outlet {
  /** Sees what the core hands over, at the moment it does. */
  public interface Watch {
    /** An event was told. */
    default void told(int slot, Event event) {}

    /** A frame was taken by the socket, or is owed to it from now on. */
    default void handedOver(int slot, byte[] frame) {}
  }

  private final Map<Integer, FakeSocket> sockets = new HashMap<>();
  private final Set<FakeSocket> toFlush = new LinkedHashSet<>();
  private final Queue<Integer> closing = new ArrayDeque<>();
  private final List<byte[]> frames = new ArrayList<>();
  private final Watch watch;
  private byte[] batch = new byte[1024];
  private int batchBytes;

  /** Who took a batch in part, and how much of it: its frame must be finished before all else. */
  private final Map<Integer, Integer> torn = new HashMap<>();

  private int sends;
  private int fanOuts;
  private int appends;

  public FakeOutlet() {
    this(new Watch() {});
  }

  public FakeOutlet(Watch watch) {
    this.watch = watch;
  }

  /** A connection stands. */
  public FakeSocket connect(int slot) {
    FakeSocket socket = new FakeSocket(slot);
    check(sockets.put(slot, socket) == null, slot, "is taken");
    return socket;
  }

  /** The connection is gone, and its lane is told next: the slot may be given again. */
  public void forget(int slot) {
    FakeSocket gone = sockets.remove(slot);
    toFlush.remove(gone);
    torn.remove(slot);
  }

  /** The next slot that the core has closed, and whose lane has not been called back; or null. */
  public Integer nextClosing() {
    return closing.poll();
  }

  // What tests ask

  /** Data sends, each to one ready socket. */
  public int sends() {
    return sends;
  }

  public int fanOuts() {
    return fanOuts;
  }

  /** Frames put into a batch. */
  public int appends() {
    return appends;
  }

  /** Holds between any two calls of the core: no frame is left torn. */
  public void assertWhole() {
    if (!torn.isEmpty()) {
      throw new AssertionError("frames left torn: " + torn);
    }
  }

  // The port

  @Override
  public void tell(int slot, Event event) {
    FakeSocket socket = open(slot, "tell");
    socket.tell(event);
    toFlush.add(socket);
    watch.told(slot, event);
  }

  @Override
  public void heartbeat(int slot) {
    FakeSocket socket = open(slot, "heartbeat");
    socket.heartbeat();
    toFlush.add(socket);
  }

  @Override
  public void close(int slot, CloseReason reason) {
    FakeSocket socket = open(slot, "close");
    toFlush.remove(socket);
    socket.close(reason);
    closing.add(slot);
  }

  @Override
  public void flush() {
    assertWhole();
    toFlush.forEach(FakeSocket::flush);
    toFlush.clear();
  }

  @Override
  public boolean ready(int slot) {
    return slot != NOBODY && open(slot, "ready").isReady();
  }

  @Override
  public void beginBatch() {
    assertWhole();
    frames.clear();
    batchBytes = 0;
  }

  @Override
  public int append(byte[] frame) {
    assertWhole();
    appends++;
    if (batchBytes + frame.length > batch.length) {
      batch = Arrays.copyOf(batch, Math.max(batchBytes + frame.length, batch.length * 2));
    }
    System.arraycopy(frame, 0, batch, batchBytes, frame.length);
    batchBytes += frame.length;
    frames.add(frame);
    return batchBytes;
  }

  @Override
  public int stampedCost(int slot, Tail tail) {
    return open(slot, "stampedCost").stampedCost(tail);
  }

  @Override
  public int stamp(int slot, Tail tail, ChannelName channel, long offset) {
    return append(open(slot, "stamp").stamp(tail));
  }

  @Override
  public void stamped(int slot, int sent) {
    FakeSocket socket = sockets.get(slot);
    check(socket != null, slot, "is nobody's");
    socket.stamped(sent);
  }

  @Override
  public void finishStamped(int slot, int from, int until) {
    byte[] rest = Arrays.copyOfRange(batch, 0, until);
    int start = 0;
    int i = 0;
    while (start + frames.get(i).length <= from) {
      start += frames.get(i++).length;
    }
    finish(slot, Arrays.copyOfRange(rest, start, until), from - start);
  }

  @Override
  public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
    fanOuts++;
    for (int i = 0; i < count; i++) {
      int taken = sendTo(slots[i]);
      if (taken < batchBytes) {
        shortfalls.add(i, taken);
      }
    }
  }

  @Override
  public int send(int slot) {
    return sendTo(slot);
  }

  private int sendTo(int slot) {
    FakeSocket socket = open(slot, "send");
    check(batchBytes > 0, slot, "is sent an empty batch");
    if (!socket.isReady()) {
      return NOT_READY;
    }
    sends++;
    int taken = socket.take(batch, 0, batchBytes);
    if (taken < batchBytes) {
      torn.put(slot, taken);
    }
    int end = 0;
    for (byte[] frame : frames) {
      end += frame.length;
      if (end <= taken) {
        watch.handedOver(slot, frame);
      }
    }
    return taken;
  }

  @Override
  @SuppressWarnings("ReferenceEquality")
  public void finish(int slot, byte[] frame, int from) {
    Integer taken = torn.remove(slot);
    FakeSocket socket = open(slot, "finish");
    check(taken != null, slot, "has no torn frame to finish");
    int start = 0;
    int i = 0;
    while (start + frames.get(i).length <= taken) {
      start += frames.get(i++).length;
    }
    check(Arrays.equals(frames.get(i), frame), slot, "gets another frame's rest");
    check(from == taken - start, slot, "gets a rest from " + from + " of " + (taken - start));
    socket.owe(frame, from, frame.length);
    watch.handedOver(slot, frame);
  }

  private FakeSocket open(int slot, String what) {
    FakeSocket socket = sockets.get(slot);
    if (socket == null) {
      throw new AssertionError(what + ": nobody is at slot " + slot);
    }
    check(!socket.isClosed(), slot, "is closed: " + what);
    check(!torn.containsKey(slot), slot, "has a torn frame: " + what);
    return socket;
  }

  private static void check(boolean holds, int slot, String otherwise) {
    if (!holds) {
      throw new AssertionError("slot " + slot + " " + otherwise);
    }
  }
}
