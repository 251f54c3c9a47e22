package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has which number, and what the others hear of it. */
class VoiceRoomsTest {
  private static final int ADA = 1;
  private static final int BOB = 2;

  private final VoiceRooms rooms = new VoiceRooms(2);
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Somebody who notes what it hears; before that something happens. */
  private record Ear(String name, List<String> heard, Runnable first) implements VoiceRooms.Guest {
    @Override
    public void tell(byte[] text) {
      first.run();
      heard.add(new String(text, UTF_8));
    }
  }

  private int join(String name, Runnable first) {
    Ear ear = new Ear(name, heard, first);
    return rooms.join("r", ear, number -> bytes("join " + number + " " + name));
  }

  private int join(String name) {
    return join(name, () -> {});
  }

  private void leave(int speaker) {
    rooms.leave("r", speaker, bytes("leave " + speaker));
  }

  @Test
  void theLowestFreeNumberIsGivenAndTheOthersHearOfIt() {
    assertThat(join("ada")).isEqualTo(ADA);
    assertThat(join("bob")).isEqualTo(BOB);
    assertThat(rooms.others("r", BOB)).isEqualTo(Map.of(ADA, "ada"));
    assertThat(join("eve")).isEqualTo(VoiceRooms.FULL);
    leave(ADA);
    leave(ADA);
    assertThat(join("eve")).isEqualTo(ADA);
    assertThat(heard).containsExactly("join 2 bob", "leave 1", "join 1 eve");
  }

  /** Else who stays would strike the new one off with the number of the old. */
  @Test
  @Timeout(20)
  void whoTakesTheNumberOfOneWhoGoesIsHeardOfBehindIt() throws Exception {
    Thread[] next = new Thread[1];
    Runnable anotherComes =
        () -> {
          if (next[0] == null) {
            next[0] = Thread.ofPlatform().start(() -> join("eve"));
            awaitEndOrWaiting(next[0]);
          }
        };
    join("bob");
    join("ada", anotherComes);
    heard.clear();
    leave(1);
    next[0].join();
    assertThat(heard).containsExactly("leave 1", "join 1 eve");
  }

  /** It has done all it can do now. */
  private static void awaitEndOrWaiting(Thread thread) {
    while (true) {
      switch (thread.getState()) {
        case BLOCKED, WAITING, TERMINATED -> {
          return;
        }
        case NEW, RUNNABLE, TIMED_WAITING -> Thread.onSpinWait();
      }
    }
  }
}
