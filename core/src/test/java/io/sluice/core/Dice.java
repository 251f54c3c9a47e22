package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
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

  /** What may be subscribed to: all channels, and as often as not some patterns. */
  List<Subject> subjects(List<ChannelName> channels) {
    List<Subject> subjects = new ArrayList<>(channels);
    if (coin()) {
      for (String pattern : List.of("task.>", "task.*", "task.deep.*", ">")) {
        if (coin()) {
          subjects.add(new ChannelPattern(pattern));
        }
      }
    }
    return subjects;
  }

  /** Channels are in no namespace, or in one with a feed, or one that holds, or both. */
  Namespaces namespaces(Limits.Log log) {
    ChannelSettings usual = withoutFeed(log);
    if (onceIn(4)) {
      return new Namespaces(List.of(), usual);
    }
    ChannelSettings settings =
        new ChannelSettings(
            log,
            delivery(),
            coin() ? hold(log) : null,
            onceIn(4) ? null : log(between(1, 40), between(150, 9_000)),
            true,
            usual.rights(),
            new ChannelSettings.Clients(
                Integer.MAX_VALUE, onceIn(3) ? between(1, 4) : Integer.MAX_VALUE),
            oneOf(List.of(Priority.values())));
    // Where there is a feed every channel must be of the namespace, or the feed misses it.
    Namespaces.Namespace shallow =
        new Namespaces.Namespace(new ChannelPattern("task.*"), withoutFeed(log));
    Namespaces.Namespace tasks = new Namespaces.Namespace(new ChannelPattern("task.>"), settings);
    return new Namespaces(
        settings.feed() == null ? List.of(shallow, tasks) : List.of(tasks), usual);
  }

  /** By little, for few readers and not for long. */
  private ChannelSettings.Hold hold(Limits.Log log) {
    return new ChannelSettings.Hold(
        between(1, (int) log.bytes()), between(1, 3), Duration.ofMillis(between(200, 3_000)));
  }

  private Limits.Log log(int messages, int bytes) {
    return new Limits.Log(
        messages,
        bytes,
        Duration.ofMillis(between(100, 30_000)),
        between(1, 2_000),
        between(1, 4),
        Duration.ofMillis(between(100, 30_000)));
  }

  /** A policy by default, all allowed or little, first or last. */
  private ChannelSettings withoutFeed(Limits.Log log) {
    return TestSettings.settings(log, delivery(), oneOf(List.of(Priority.values())));
  }

  private ChannelSettings.Delivery delivery() {
    Policy byDefault = policy();
    EnumSet<Policy> allowed = onceIn(4) ? EnumSet.of(policy()) : EnumSet.allOf(Policy.class);
    allowed.add(byDefault);
    return new ChannelSettings.Delivery(
        byDefault, allowed, conflateBy(), between(1, 6), between(1, 8), between(1, 24));
  }

  /** What publications may be the newest of. */
  String conflateBy() {
    return oneOf(List.of(ChannelSettings.Delivery.BY_KEY, "kind", "missing"));
  }

  Policy policy() {
    return oneOf(List.of(Policy.values()));
  }

  /** Limits so small that all of them are reached. */
  Limits limits(Duration heartbeat, int leastWaiting) {
    Limits.Log log = log(between(1, 24), between(150, 6_000));
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
            between(leastWaiting, 12),
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
