package io.sluice.core;

import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Everything a simulation draws, from one seed. Owned by its simulation. */
final class Dice {
  private static final List<String> KINDS = List.of("a", "b", "c");

  private final Random random;

  Dice(long seed) {
    this.random = new Random(seed);
  }

  long any() {
    return random.nextLong();
  }

  boolean coin() {
    return random.nextBoolean();
  }

  /** True once in so many times. */
  boolean onceIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** From 0 to below the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  <T> T oneOf(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  Credit credit() {
    return new Credit(below(12), below(500));
  }

  /** What a publication's filters may ask for. */
  String kind() {
    return oneOf(KINDS);
  }

  Filter filter() {
    return TestPayload.filter("kind", kind());
  }

  /** Limits so small that all of them are reached. */
  Limits limits(Duration heartbeat) {
    Limits.Log log =
        new Limits.Log(
            between(1, 24),
            between(150, 6_000),
            Duration.ofMillis(between(100, 30_000)),
            between(1, 2_000),
            between(1, 4),
            Duration.ofMillis(between(100, 30_000)));
    Limits.Hub hub =
        new Limits.Hub(
            between(2, 5),
            between(2_000, 20_000),
            between(1, 4),
            Duration.ofSeconds(between(1, 60)));
    Limits.Session session =
        new Limits.Session(
            3,
            64,
            2,
            4_096,
            between(30, 120),
            between(2, 12),
            between(1, 40),
            between(100, 8_000),
            between(1, 6),
            between(100, 2_000),
            between(1, 4),
            between(100, 3_000),
            heartbeat);
    Limits.Lane lane =
        new Limits.Lane(
            between(100, 3_000),
            between(1, 12),
            between(1, 3),
            between(100, 1_500),
            between(1, 4),
            between(1, 4),
            between(1, 3),
            between(2_000, 20_000));
    return new Limits(
        log,
        hub,
        session,
        lane,
        Limits.Socket.DEFAULTS,
        Limits.Http.DEFAULTS,
        Limits.Connections.DEFAULTS,
        Limits.Json.DEFAULTS,
        Limits.Token.DEFAULTS,
        new Limits.Presence(between(3, 20), between(1, 6), between(1, 6)));
  }
}
