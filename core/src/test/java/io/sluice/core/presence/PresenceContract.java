package io.sluice.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Present;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Presence} keeps to. */
public abstract class PresenceContract {
  private static final ChannelName CHANNEL = new ChannelName("c");
  private static final Moment NOW = new Moment(0, 1_900_000_000_000L);
  private static final Signal NOBODY = () -> {};

  /** An adapter that knows nobody yet. */
  protected abstract Presence presence(Limits.Presence limits);

  private Presence presence;

  @BeforeEach
  void begin() {
    presence = presence(new Limits.Presence(1_000, 100, 1 << 17));
  }

  private static List<String> changes(Log log, long after) {
    List<String> changes = new ArrayList<>();
    for (long offset = after + 1; offset <= log.head(); offset++) {
      Entry entry = log.entry(offset);
      Draft draft = entry.publication().draft();
      changes.add((draft.kind() == Draft.Kind.JOIN ? "+" : "-") + draft.from());
    }
    return changes;
  }

  @Test
  void firstSubscriptionIsAJoinAndTheLastToEndALeave() {
    Log log = presence.watch(CHANNEL, NOBODY, NOW);
    assertThat(presence.join(CHANNEL, "ada", NOW)).isTrue();
    assertThat(presence.join(CHANNEL, "ada", NOW)).isTrue();
    assertThat(presence.join(CHANNEL, "bob", NOW)).isTrue();
    presence.leave(CHANNEL, "ada", NOW);
    assertThat(changes(log, 0)).containsExactly("+ada", "+bob");
    presence.leave(CHANNEL, "ada", NOW);
    assertThat(changes(log, 2)).containsExactly("-ada");
    assertThat(presence.roll(CHANNEL, 10))
        .isEqualTo(new Presence.Roll(List.of(new Present("bob", 1)), 1, 3));
  }

  @Test
  void whoComesBackStandsAtTheEnd() {
    boolean _ = presence.join(CHANNEL, "ada", NOW);
    boolean _ = presence.join(CHANNEL, "bob", NOW);
    presence.leave(CHANNEL, "ada", NOW);
    boolean _ = presence.join(CHANNEL, "ada", NOW);
    assertThat(presence.roll(CHANNEL, 10).users())
        .containsExactly(new Present("bob", 1), new Present("ada", 1));
  }

  @Test
  void everyWatcherIsSignalledUntilItGoes() {
    AtomicInteger raised = new AtomicInteger();
    Signal signal = raised::incrementAndGet;
    Log log = presence.watch(CHANNEL, signal, NOW);
    assertThat(presence.watch(CHANNEL, NOBODY, NOW)).isSameAs(log);
    boolean _ = presence.join(CHANNEL, "ada", NOW);
    assertThat(raised).hasValue(1);
    presence.unwatch(CHANNEL, signal, NOW);
    presence.leave(CHANNEL, "ada", NOW);
    assertThat(raised).hasValue(1);
    assertThat(changes(log, 0)).containsExactly("+ada", "-ada");
  }

  @Test
  void logGoesWithTheLastWatcherAndBeginsAnewWithTheNext() {
    Log first = presence.watch(CHANNEL, NOBODY, NOW);
    boolean _ = presence.join(CHANNEL, "ada", NOW);
    presence.unwatch(CHANNEL, NOBODY, NOW);
    boolean _ = presence.join(CHANNEL, "bob", NOW);
    Log second = presence.watch(CHANNEL, NOBODY, NOW);
    assertThat(first.head()).isEqualTo(1);
    assertThat(second.head()).isZero();
    assertThat(presence.roll(CHANNEL, 10).changes()).isZero();
    assertThat(presence.roll(CHANNEL, 10).total()).isEqualTo(2);
  }

  @Test
  void beyondTheBoundNobodyNewIsNotedUntilSomebodyLeaves() {
    Presence small = presence(new Limits.Presence(2, 10, 10));
    assertThat(small.join(CHANNEL, "ada", NOW)).isTrue();
    assertThat(small.join(new ChannelName("d"), "ada", NOW)).isTrue();
    assertThat(small.join(CHANNEL, "bob", NOW)).isFalse();
    assertThat(small.join(CHANNEL, "ada", NOW)).isTrue();
    small.leave(new ChannelName("d"), "ada", NOW);
    assertThat(small.join(CHANNEL, "bob", NOW)).isTrue();
  }

  /** A list and the changes behind it are one story, however many write it at once. */
  @Test
  void listAndTheChangesBehindItComeToTheSame() throws InterruptedException {
    Log log = presence.watch(CHANNEL, NOBODY, NOW);
    int threads = 4;
    CountDownLatch begun = new CountDownLatch(threads);
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Random random = new Random(i);
      writers.add(Thread.ofPlatform().start(() -> comeAndGo(random, begun)));
    }
    begun.await();
    List<Presence.Roll> rolls = new ArrayList<>();
    while (writers.stream().anyMatch(Thread::isAlive) && rolls.size() < 200) {
      rolls.add(presence.roll(CHANNEL, 100));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    rolls.add(presence.roll(CHANNEL, 100));
    TreeSet<String> end = names(rolls.getLast());
    for (Presence.Roll roll : rolls) {
      TreeSet<String> known = names(roll);
      for (String change : changes(log, roll.changes())) {
        boolean changed =
            change.startsWith("+")
                ? known.add(change.substring(1))
                : known.remove(change.substring(1));
        assertThat(changed).as("%s behind %s", change, roll).isTrue();
      }
      assertThat(known).isEqualTo(end);
    }
  }

  private void comeAndGo(Random random, CountDownLatch begun) {
    Map<String, Integer> held = new HashMap<>();
    begun.countDown();
    for (int i = 0; i < 5_000; i++) {
      String user = "u" + random.nextInt(5);
      if (held.getOrDefault(user, 0) > 0 && random.nextBoolean()) {
        held.merge(user, -1, Integer::sum);
        presence.leave(CHANNEL, user, NOW);
      } else {
        held.merge(user, 1, Integer::sum);
        boolean _ = presence.join(CHANNEL, user, NOW);
      }
      if (held.get(user) > 2) {
        presence.leave(CHANNEL, user, NOW);
        held.merge(user, -1, Integer::sum);
      }
    }
  }

  private static TreeSet<String> names(Presence.Roll roll) {
    TreeSet<String> names = new TreeSet<>();
    roll.users().forEach(present -> names.add(present.user()));
    return names;
  }
}
