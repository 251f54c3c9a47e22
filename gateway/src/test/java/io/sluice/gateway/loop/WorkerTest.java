package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.sluice.gateway.Connection;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.CloseReason;
import io.sluice.model.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Execution(ExecutionMode.CONCURRENT)
class WorkerTest {
  /** One piece, and what Netty counts for its own record of it. */
  private static final int MOST_IN_NETTY = (16 << 10) + 96;

  private static WorkerHouse house(SocketKind kind) {
    return new WorkerHouse(kind, WorkerHouse.limits(WorkerHouse.socketLimits()), 0);
  }

  private static void assertClosed(Peer peer, int code) throws IOException {
    ServerFrame frame = peer.read();
    assertThat(frame.opcode()).isEqualTo(ServerFrame.CLOSE);
    assertThat(frame.closeCode()).isEqualTo(code);
    assertThat(peer.read()).as("exactly one close, then the end").isNull();
  }

  private static void assertCounted(WorkerHouse house, CloseReason reason) {
    await().until(() -> house.worker.connections() == 0);
    assertThat(house.ends).containsExactly(reason);
    for (CloseReason any : CloseReason.values()) {
      assertThat(house.meter.closed(any)).as(any.text()).isEqualTo(any == reason ? 1 : 0);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void messagesAndPingsAreAnsweredInOrderHoweverTheyAreCut(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      byte[] ping = Peer.frame(ServerFrame.PING, new byte[] {'p'});
      byte[] large = new byte[300_000];
      for (byte b : Peer.text("slowly")) {
        peer.write(new byte[] {b});
      }
      peer.write(Peer.text("a"), ping, Peer.text("b"), Peer.frame(ServerFrame.BINARY, large));
      assertThat(peer.read()).hasToString("text slowly");
      assertThat(peer.read()).hasToString("text a");
      assertThat(peer.read()).hasToString("pong p");
      assertThat(peer.read()).hasToString("text b");
      assertThat(peer.read()).hasToString("binary of 300000");
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPeerThatClosesIsAnsweredOnce(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("last"), Peer.closing(1000), Peer.text("after"));
      assertThat(peer.read()).hasToString("text last");
      assertClosed(peer, 1000);
      peer.hangUp();
      assertCounted(house, CloseReason.PEER);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void ourCloseIsSaidOnceAndThePeersAnswerEndsIt(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("close"), Peer.text("ignored"));
      assertThat(peer.read().closeCode()).isEqualTo(4401);
      peer.write(Peer.closing(4401));
      assertThat(peer.read()).isNull();
      peer.hangUp();
      assertCounted(house, CloseReason.EXPIRED);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPeerThatNeverAnswersOurCloseIsCut(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("close"));
      assertThat(peer.read().closeCode()).isEqualTo(4401);
      assertThat(peer.read()).isNull();
      assertCounted(house, CloseReason.EXPIRED);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aBrokenRuleIsAnsweredEvenIfThePeerGoesOnTalking(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(new byte[] {(byte) 0xF1, 0}, new byte[200_000]);
      assertClosed(peer, 1002);
      peer.hangUp();
      assertCounted(house, CloseReason.PROTOCOL);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void whatAnEndpointSaysToAConnectionThatIsGoneReachesNobodyElse(SocketKind kind)
      throws Exception {
    try (WorkerHouse house = house(kind)) {
      try (Peer gone = house.connect()) {
        gone.write(Peer.text("hello"));
        assertThat(gone.read()).hasToString("text hello");
      }
      await().until(() -> house.worker.connections() == 0);
      try (Peer next = house.connect()) {
        next.write(Peer.text("hello"));
        assertThat(next.read()).hasToString("text hello");
        Connection late = house.connections.remove();
        assertThat(house.connections.element().slot()).isEqualTo(late.slot());
        house.onLoop(
            () -> {
              late.send(false, Unpooled.copiedBuffer("secret", StandardCharsets.UTF_8));
              late.close(CloseReason.EXPIRED);
              return late;
            });
        next.write(Peer.text("still here"));
        assertThat(next.read()).hasToString("text still here");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aDialogThatThrowsEndsItsConnectionOnly(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer healthy = house.connect();
        Peer peer = house.connect()) {
      peer.write(Peer.text("throw"), Peer.closing(1000));
      assertClosed(peer, 1011);
      peer.hangUp();
      await().until(() -> house.ends.contains(CloseReason.INTERNAL));
      healthy.write(Peer.text("here"));
      assertThat(healthy.read()).hasToString("text here");
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aLineThatEndsWithoutACloseIsLost(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("x"));
      assertThat(peer.read()).hasToString("text x");
      peer.finish();
      assertThat(peer.read()).isNull();
      assertCounted(house, CloseReason.LOST);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPeerThatClosesItsSideRightBehindItsCloseFrameIsAnswered(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("x"));
      assertThat(peer.read()).hasToString("text x");
      house.onLoop(
          () -> {
            // On the loop's own thread, so that all of it is there when the loop looks again.
            peer.write(Peer.text("last"), Peer.closing(1000));
            peer.finish();
            return null;
          });
      assertThat(peer.read()).hasToString("text last");
      assertClosed(peer, 1000);
      assertCounted(house, CloseReason.PEER);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aResetLineIsLost(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(Peer.text("x"));
      peer.read();
      peer.reset();
      assertCounted(house, CloseReason.LOST);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void anUnfinishedMessageEndsTheConnection(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer peer = house.connect()) {
      peer.write(new byte[] {(byte) 0x81});
      ServerFrame close = peer.read();
      assertThat(close).hasToString("close 1008 message_overdue");
      peer.hangUp();
      assertCounted(house, CloseReason.POLICY);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void stoppingSaysSoToEverybody(SocketKind kind) throws Exception {
    try (WorkerHouse house = house(kind);
        Peer one = house.connect();
        Peer two = house.connect()) {
      one.write(Peer.text("x"));
      one.read();
      await().until(() -> house.worker.connections() == 2);
      var stopped = house.worker.stop(CloseReason.RESTART).toCompletableFuture();
      assertThat(one.read()).hasToString("close 1012 restart");
      assertThat(two.read()).hasToString("close 1012 restart");
      one.write(Peer.closing(1012));
      assertThat(one.read()).isNull();
      one.hangUp();
      two.hangUp();
      stopped.get(10, TimeUnit.SECONDS);
      assertThat(house.worker.connections()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void answersThatAreNotReadStopTheReadingUntilTheyAre(SocketKind kind) throws Exception {
    try (WorkerHouse house =
            new WorkerHouse(kind, WorkerHouse.limits(WorkerHouse.socketLimits()), 4096);
        Peer peer = house.connect(4096)) {
      byte[] padded = Peer.text("p".repeat(10_000));
      AtomicLong sent = new AtomicLong();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 800; i++) {
                        peer.write(padded);
                        sent.incrementAndGet();
                      }
                    } catch (IOException e) {
                      sent.set(-1);
                    }
                  });
      Channel channel = awaitChannel(house);
      await().until(() -> !channel.config().isAutoRead());
      assertThat(pendingInNetty(house, channel)).isLessThanOrEqualTo(mostInNetty(kind));
      assertThat(sent.get()).isLessThan(800);
      for (int i = 0; i < 800; i++) {
        assertThat(peer.read().payload()).hasSize(10_000);
      }
      writer.join();
      assertThat(sent.get()).isEqualTo(800);
      await().until(() -> channel.config().isAutoRead());
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void pingsOfAPeerThatNeverReadsCostNothing(SocketKind kind) throws Exception {
    try (WorkerHouse house =
            new WorkerHouse(kind, WorkerHouse.limits(WorkerHouse.socketLimits()), 4096);
        Peer peer = house.connect(4096)) {
      byte[] pings = new byte[131 * 500];
      byte[] ping = Peer.frame(ServerFrame.PING, new byte[125]);
      for (int i = 0; i < 500; i++) {
        System.arraycopy(ping, 0, pings, i * 131, 131);
      }
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        peer.write(pings);
                      }
                    } catch (IOException e) {
                      // The test is over.
                    }
                  });
      Channel channel = awaitChannel(house);
      await().until(() -> !channel.config().isAutoRead());
      assertThat(pendingInNetty(house, channel)).isLessThanOrEqualTo(mostInNetty(kind));
      peer.hangUp();
      writer.join();
      await().until(() -> house.worker.connections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPausedSocketThatIsReadAllTheSameKeepsSoMuchAndIsThenCut(SocketKind kind) throws Exception {
    Limits limits = WorkerHouse.limits(WorkerHouse.socketLimits());
    try (WorkerHouse house = new WorkerHouse(kind, limits, 0);
        Peer peer = house.connect()) {
      Channel channel = awaitChannel(house);
      peer.write(Peer.text("x"));
      assertThat(peer.read()).hasToString("text x");
      boolean standsAtTheLimit =
          house.onLoop(
              () -> {
                ((SocketHandler) channel.pipeline().last()).pause();
                int half = limits.socket().heldBytes() / 2;
                read(channel, half);
                read(channel, half);
                return channel.isOpen();
              });
      assertThat(standsAtTheLimit).isTrue();
      house.onLoop(
          () -> {
            read(channel, 1);
            return null;
          });
      assertThat(channel.isOpen()).isFalse();
      assertCounted(house, CloseReason.LOST);
    }
  }

  /** As if so many zeros had come in, and, where it is spoken, through TLS. */
  private static void read(Channel channel, int bytes) {
    SocketHandler handler = (SocketHandler) channel.pipeline().last();
    handler.channelRead(channel.pipeline().lastContext(), Unpooled.wrappedBuffer(new byte[bytes]));
  }

  /** Behind TLS the record that was not taken, and the piece after it. */
  private static long mostInNetty(SocketKind kind) {
    return kind.isSecured() ? 2 * (MOST_IN_NETTY + 256) : MOST_IN_NETTY;
  }

  private static Channel awaitChannel(WorkerHouse house) {
    await().until(() -> !house.channels.isEmpty());
    return house.channels.peek();
  }

  private static long pendingInNetty(WorkerHouse house, Channel channel) throws Exception {
    return house.onLoop(
        () -> {
          var buffer = channel.unsafe().outboundBuffer();
          return buffer == null ? 0L : buffer.totalPendingWriteBytes();
        });
  }
}
