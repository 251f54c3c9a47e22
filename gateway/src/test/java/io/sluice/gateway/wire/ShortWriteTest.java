package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Outlet;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.Frames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortWriteTest {
  private final FakeHouse house = new FakeHouse();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aFrameCutAtAnyByteIsFinishedBeforeAnythingElse() {
    byte[][] batch = {FakeHouse.data("one"), FakeHouse.data("two!"), FakeHouse.data("three")};
    for (int room = 0; room < 19; room++) {
      FakeLine line = house.connect();
      house.writable.clear();
      line.socket().room = room;
      house.send(line, batch);
      house.tell(line, "answer");
      house.ping(line, "p");
      house.wire.flush();
      assertThat(house.wire.ready(line.slot)).as("ready after %d bytes", room).isFalse();
      line.takeAllPieces();
      house.turn();
      int whole = room < 5 ? 1 : room < 11 ? 2 : 3;
      List<String> expected =
          new ArrayList<>(List.of("text one", "text two!", "text three").subList(0, whole));
      expected.add("text answer");
      expected.add("pong p");
      assertThat(line.said()).as("cut after %d bytes", room).isEqualTo(expected);
      assertThat(house.writable).containsExactly(line.slot);
      assertThat(house.wire.ready(line.slot)).isTrue();
    }
  }

  @Test
  void controlCutAtAnyByteKeepsItsOrderAndItsFramesWhole() {
    int all = 2 * (2 + 6) + 2;
    for (int room = 0; room <= all; room++) {
      FakeLine line = house.connect();
      line.socket().room = room;
      house.tell(line, "first.");
      house.tell(line, "second");
      house.wire.heartbeat(line.slot);
      house.wire.flush();
      house.tell(line, "third");
      house.ping(line, "p");
      line.socket().room = FakeTransport.PLENTY;
      house.turn();
      line.takeAllPieces();
      house.turn();
      assertThat(line.said())
          .as("cut after %d bytes", room)
          .containsExactlyInAnyOrder("text first.", "text second", "ping ", "text third", "pong p")
          .containsSubsequence("text first.", "text second", "ping ", "text third");
    }
  }

  @Test
  void whatIsToldInOneTurnLeavesInOneSend() {
    FakeLine line = house.connect();
    for (int i = 0; i < 20; i++) {
      house.tell(line, "x" + i);
    }
    house.turn();
    assertThat(line.socket().sends).isEqualTo(1);
    assertThat(line.said()).hasSize(20);
  }

  @Test
  void nettyHoldsAtMostOnePieceOfRestBytes() {
    FakeLine line = house.connect();
    line.socket().room = 10;
    byte[] large = Frames.frame(FrameKind.BINARY, new byte[10_000]);
    house.send(line, large);
    for (int i = 0; i < 50; i++) {
      house.tell(line, "0123456789");
    }
    house.turn();
    line.takeAllPieces();
    house.turn();
    assertThat(line.largestPiece).isEqualTo(FakeHouse.REST_BYTES);
    assertThat(line.frames()).hasSize(51);
    assertThat(line.frames().getFirst().payload()).hasSize(10_000);
  }

  @Test
  void aLineWithARestTakesNoData() {
    FakeLine line = house.connect();
    line.socket().room = 3;
    house.send(line, FakeHouse.data("begun"));
    house.wire.beginBatch();
    house.wire.append(FakeHouse.data("next"));
    assertThat(house.wire.send(line.slot)).isEqualTo(Outlet.NOT_READY);
    house.shortfalls.clear();
    house.wire.fanOut(new int[] {line.slot}, 1, house.shortfalls);
    assertThat(house.shortfalls.taken(0)).isEqualTo(Outlet.NOT_READY);
    line.takeAllPieces();
    assertThat(house.writable).as("told only in a turn").isEmpty();
    house.turn();
    assertThat(house.writable).containsExactly(line.slot);
    assertThat(line.said()).containsExactly("text begun");
  }

  @Test
  void oneSendPerReceiverHoweverManyFrames() {
    int[] slots = new int[1_000];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = house.connect().slot;
    }
    house.wire.beginBatch();
    for (int i = 0; i < 32; i++) {
      house.wire.append(FakeHouse.data("frame " + i));
    }
    house.shortfalls.clear();
    house.wire.fanOut(slots, slots.length, house.shortfalls);
    assertThat(house.shortfalls.count()).isZero();
    for (int i = 0; i < slots.length; i++) {
      assertThat(house.transport.socket(i).sends).isEqualTo(1);
    }
  }

  @Test
  void aDeadPeerTakesNothingAndIsClosedFromOutside() {
    FakeLine dead = house.connect();
    dead.socket().room = 0;
    house.send(dead, FakeHouse.data("x"));
    assertThat(house.wire.ready(dead.slot)).isFalse();
    dead.failPiece();
    assertThat(dead.channel.isOpen()).as("not closed from inside a call").isTrue();
    dead.channel.runPendingTasks();
    house.turn();
    assertThat(house.closed).containsExactly(dead.slot);
    assertThat(house.writable).isEmpty();
  }

  @Test
  void everyByteComesInOrderWhateverTheSocketTakes() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      FakeLine line = house.connect();
      house.writable.clear();
      List<String> data = new ArrayList<>();
      List<String> control = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        line.socket().room = random.nextInt(40);
        switch (random.nextInt(4)) {
          case 0 -> {
            if (house.wire.ready(line.slot)) {
              house.wire.flush();
            }
            if (house.wire.ready(line.slot)) {
              String text = "d" + step + "_".repeat(random.nextInt(600));
              data.add("text " + text);
              house.send(line, FakeHouse.data(text));
            }
          }
          case 1 -> {
            String text = "c" + step + "_".repeat(random.nextInt(30));
            control.add("text " + text);
            house.tell(line, text);
          }
          case 2 -> house.turn();
          default -> {
            if (line.hasPiece()) {
              line.takePiece();
            }
          }
        }
      }
      line.socket().room = FakeTransport.PLENTY;
      for (int i = 0; i < 100; i++) {
        line.takeAllPieces();
        house.turn();
      }
      List<String> said = line.said();
      assertThat(said.stream().filter(s -> s.startsWith("text d")).toList())
          .as("data, seed %d", seed)
          .isEqualTo(data);
      assertThat(said.stream().filter(s -> s.startsWith("text c")).toList())
          .as("control, seed %d", seed)
          .isEqualTo(control);
      assertThat(house.wire.ready(line.slot)).as("ready, seed %d", seed).isTrue();
      assertThat(Collections.frequency(house.writable, line.slot)).isEqualTo(house.writable.size());
    }
  }
}
