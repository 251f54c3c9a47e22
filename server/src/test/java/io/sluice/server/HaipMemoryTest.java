package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What attackers make the server keep is gone when they are. */
class HaipMemoryTest extends HaipAttack {
  private static final int PEOPLE = 60;
  private static final long MEGABYTE = 1 << 20;
  private static final Duration BACK = Duration.ofSeconds(5);

  /** A session that cannot be gone on with keeps nothing. */
  @Override
  Map<String, String> given() {
    return Map.of("haip.agent", "echo", "haip.resume.age", "10ms");
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Announces a binary frame behind half a megabyte, and sends none. */
  private static void announce(HaipPerson ada, String text) {
    ada.sayMore("USER", "MESSAGE_START", "{\"text\":\"" + text + "\"}", ",\"bin_len\":1");
  }

  /** Leaves out a number, and sends what has to wait for it. */
  private static void leaveOut(HaipPerson ada, String text) {
    for (int seq = 3; seq < 7; seq++) {
      String payload = "{\"text\":\"" + text.substring(0, 60_000) + "\"}";
      ada.sayAt(Integer.toString(seq), "USER", "MESSAGE_START", payload);
    }
  }

  @Test
  void whatIsKeptForAttackersIsBoundedAndGoneWithThem() throws Exception {
    String large = "x".repeat(500_000);
    official().echo();
    long before = used();
    List<HaipPerson> people = new ArrayList<>();
    try (HaipNeighbour eve = neighbour()) {
      for (int i = 0; i < PEOPLE; i++) {
        HaipPerson ada = official();
        people.add(ada);
        leaveOut(ada, large);
        announce(ada, large);
      }
      eve.hears(5);
      long during = used() - before;
      assertThat(during).isBetween(PEOPLE * MEGABYTE / 2, PEOPLE * MEGABYTE * 3);
      people.forEach(HaipPerson::cut);
      people.clear();
      long end = System.nanoTime() + BACK.toNanos();
      while (used() - before > PEOPLE * MEGABYTE / 10) {
        assertThat(System.nanoTime()).as("memory is back in time").isLessThan(end);
      }
      eve.hears(5);
    }
  }
}
