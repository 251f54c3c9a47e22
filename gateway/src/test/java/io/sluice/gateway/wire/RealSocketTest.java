package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.UnixChannel;
import io.sluice.core.Outlet;
import io.sluice.core.Shortfalls;
import io.sluice.gateway.loop.Peer;
import io.sluice.gateway.loop.ServerFrame;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RealSocketTest {
  private static final int MEGABYTE = 1 << 20;

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void largeFramesThroughASmallBufferArriveByteForByteWithPingsBetween(SocketKind kind)
      throws Exception {
    int count = 8;
    Random random = new Random(42);
    byte[][] payloads = new byte[count][];
    byte[][] frames = new byte[count][];
    for (int i = 0; i < count; i++) {
      payloads[i] = new byte[MEGABYTE - random.nextInt(3)];
      random.nextBytes(payloads[i]);
      frames[i] = Frames.frame(FrameKind.BINARY, payloads[i]);
    }
    try (Kernel kernel = new Kernel(kind, 4096);
        Peer peer = kernel.connect(4096)) {
      Kernel.Socket socket = kernel.accept();
      AtomicInteger next = new AtomicInteger();
      kernel.onWritable = () -> feed(kernel, socket, frames, next);
      kernel.onLoop(
          () -> {
            feed(kernel, socket, frames, next);
            return null;
          });
      int data = 0;
      int pings = 0;
      while (data < count) {
        kernel.loop.execute(() -> kernel.wire.heartbeat(socket.slot));
        ServerFrame frame = peer.read();
        if (frame.opcode() == ServerFrame.PING) {
          pings++;
        } else {
          assertThat(Arrays.equals(frame.payload(), payloads[data])).as("frame %d", data).isTrue();
          data++;
        }
      }
      assertThat(pings).isPositive();
    }
  }

  /** What a lane does: frames for as long as the socket takes them whole, then the rest of one. */
  private static void feed(
      Kernel kernel, Kernel.Socket socket, byte[][] frames, AtomicInteger next) {
    while (next.get() < frames.length && kernel.wire.ready(socket.slot)) {
      byte[] frame = frames[next.get()];
      kernel.wire.flush();
      kernel.wire.beginBatch();
      kernel.wire.append(frame);
      int taken = kernel.wire.send(socket.slot);
      if (taken == Outlet.NOT_READY) {
        return;
      }
      next.incrementAndGet();
      if (taken < frame.length) {
        kernel.wire.finish(socket.slot, frame, taken);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aResetComesInPlaceOfAnyCloseFrameAndOfWhatWasOwed(SocketKind kind) throws Exception {
    try (Kernel kernel = new Kernel(kind, 4096);
        Peer peer = kernel.connect(4096)) {
      Kernel.Socket socket = kernel.accept();
      AtomicInteger next = new AtomicInteger();
      byte[][] frames = {Frames.frame(FrameKind.BINARY, new byte[MEGABYTE])};
      kernel.onLoop(
          () -> {
            feed(kernel, socket, frames, next);
            kernel.wire.close(socket.slot, CloseReason.RESET);
            kernel.wire.close(socket.slot, CloseReason.POLICY);
            return null;
          });
      assertThatThrownBy(peer::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aStalledReaderHoldsOnePieceOutsideTheHeap(SocketKind kind) throws Exception {
    try (Kernel kernel = new Kernel(kind, 4096);
        Peer peer = kernel.connect(4096)) {
      Kernel.Socket socket = kernel.accept();
      byte[][] frames = {Frames.frame(FrameKind.BINARY, new byte[8 * MEGABYTE])};
      long pending =
          kernel.onLoop(
              () -> {
                feed(kernel, socket, frames, new AtomicInteger());
                return socket.channel.unsafe().outboundBuffer().totalPendingWriteBytes();
              });
      // Behind TLS the record that was not taken, and the piece after it.
      long most = (16L << 10) + 96;
      assertThat(pending).isBetween(1L, kind.isSecured() ? 2 * (most + 256) : most);
      assertThat(peer.read().payload()).hasSize(8 * MEGABYTE);
    }
  }

  @Test
  void aClosedDescriptorsNextOwnerReceivesNothingOfADrainThatWasQueued() throws Exception {
    try (Kernel kernel = new Kernel(SocketKind.EPOLL, 0);
        Peer first = kernel.connect(0)) {
      kernel.settles = false;
      Kernel.Socket old = kernel.accept();
      int number = ((UnixChannel) old.channel).fd().intValue();
      first.reset();
      await().until(() -> !old.channel.isOpen());
      List<Peer> others = new ArrayList<>();
      Kernel.Socket heir = null;
      while (heir == null) {
        others.add(kernel.connect(0));
        Kernel.Socket socket = kernel.accept();
        if (((UnixChannel) socket.channel).fd().intValue() == number) {
          heir = socket;
        }
      }
      Kernel.Socket next = heir;
      int taken =
          kernel.onLoop(
              () -> {
                // The core has not heard of the end yet: this is the drain that was queued.
                assertThat(kernel.closed).isEmpty();
                kernel.wire.beginBatch();
                kernel.wire.append(FakeHouse.data("a secret"));
                kernel.shortfalls.clear();
                kernel.wire.fanOut(new int[] {old.slot}, 1, kernel.shortfalls);
                kernel.wire.tell(old.slot, new Event.Connected("ada", "", Long.MAX_VALUE));
                kernel.wire.heartbeat(old.slot);
                kernel.wire.flush();
                kernel.wire.say(next.slot, FrameKind.TEXT, Unpooled.EMPTY_BUFFER);
                kernel.wire.flush();
                return kernel.shortfalls.taken(0);
              });
      assertThat(taken).isEqualTo(Outlet.NOT_READY);
      assertThat(next.slot).isNotEqualTo(old.slot);
      assertThat(others.getLast().read()).hasToString("text ");
      for (Peer other : others) {
        other.hangUp();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPeerThatResetDoesNotDisturbTheFanOut(SocketKind kind) throws Exception {
    try (Kernel kernel = new Kernel(kind, 0);
        Peer dead = kernel.connect(0);
        Peer healthy = kernel.connect(0)) {
      Kernel.Socket one = kernel.accept();
      Kernel.Socket two = kernel.accept();
      kernel.onLoop(
          () -> {
            dead.reset();
            // On this very thread, so the loop cannot have heard of the reset.
            for (int i = 0; i < 3; i++) {
              kernel.wire.beginBatch();
              kernel.wire.append(FakeHouse.data("x" + i));
              kernel.shortfalls.clear();
              kernel.wire.fanOut(new int[] {one.slot, two.slot}, 2, kernel.shortfalls);
            }
            return null;
          });
      assertThat(kernel.shortfalls.count()).isEqualTo(1);
      for (int i = 0; i < 3; i++) {
        assertThat(healthy.read()).hasToString("text x" + i);
      }
      await().until(() -> !one.channel.isOpen());
    }
  }

  @Test
  void aFanOutAllocatesNothingPerSubscriber() throws Exception {
    try (FakeHouse house = new FakeHouse()) {
      int[] slots = new int[1_000];
      for (int i = 0; i < slots.length; i++) {
        FakeLine line = house.connect();
        line.socket().keeps = false;
        slots[i] = line.slot;
      }
      assertThat(allocatedPerDelivery(house.wire, house.shortfalls, slots)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"EPOLL_TLS", "NIO_TLS"})
  void aFanOutToRealSocketsAllocatesNothingPerSubscriber(SocketKind kind) throws Exception {
    int peers = 200;
    try (Kernel kernel = new Kernel(kind, 0)) {
      List<Peer> open = new ArrayList<>();
      int[] slots = new int[peers];
      for (int i = 0; i < peers; i++) {
        open.add(kernel.connect(0));
        slots[i] = kernel.accept().slot;
      }
      double bytes =
          kernel.onLoop(() -> allocatedPerDelivery(kernel.wire, kernel.shortfalls, slots));
      assertThat(kernel.shortfalls.count()).isZero();
      assertThat(bytes).isLessThan(1);
      for (Peer peer : open) {
        peer.hangUp();
      }
    }
  }

  /** The difference between few and many receivers, so that what a batch costs once is left out. */
  private static double allocatedPerDelivery(Wire wire, Shortfalls shortfalls, int[] slots) {
    int rounds = 200;
    long small = allocated(wire, shortfalls, slots, 10, rounds);
    long large = allocated(wire, shortfalls, slots, slots.length, rounds);
    small = Math.min(small, allocated(wire, shortfalls, slots, 10, rounds));
    large = Math.min(large, allocated(wire, shortfalls, slots, slots.length, rounds));
    return (double) (large - small) / ((long) rounds * (slots.length - 10));
  }

  private static long allocated(
      Wire wire, Shortfalls shortfalls, int[] slots, int count, int rounds) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] frame = FakeHouse.data("0123456789");
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < rounds; i++) {
      wire.beginBatch();
      wire.append(frame);
      shortfalls.clear();
      wire.fanOut(slots, count, shortfalls);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
