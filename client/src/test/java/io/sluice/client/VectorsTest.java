package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.client.line.Backoff;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What every client does alike, out of {@code vectors/client.json}. */
class VectorsTest {
  private static final long MILLI = 1_000_000;

  @Test
  void waitsAreTheSameInEveryClient() {
    for (Map<String, Object> vector : vectors("backoffs")) {
      long nanos =
          Backoff.nanos(
              number(vector, "delay").intValue(),
              number(vector, "random").doubleValue(),
              Duration.ofSeconds(1),
              Duration.ofSeconds(30));
      assertThat(Math.round((double) nanos / MILLI))
          .as(vector.toString())
          .isEqualTo(Math.round(number(vector, "millis").doubleValue()));
    }
  }

  @Test
  void closesHaveTheSameCodesInEveryClient() {
    for (Map<String, Object> vector : vectors("closes")) {
      FakeWorld world = new FakeWorld(ClientLimits.DEFAULTS, new SplittableRandom(1));
      world.connect();
      world.pass(10);
      world.cut(number(vector, "close").intValue());
      assertThat(world.errors).containsExactly((String) vector.get("code"));
    }
  }

  @Test
  void tokensAreRenewedAtTheSameTimeInEveryClient() {
    for (Map<String, Object> vector : vectors("renewals")) {
      Renewal renewal = new Renewal(ClientLimits.DEFAULTS);
      renewal.inForce(
          1_000_000 + number(vector, "leftMillis").longValue(), new Moment(0, 1_000_000));
      assertThat(renewal.deadline() / MILLI).isEqualTo(number(vector, "millis").longValue());
    }
  }

  @Test
  void whatComesGoesToTheSameSubscriptionInEveryClient() {
    for (Map<String, Object> vector : vectors("routes")) {
      Route route = new Route(vector);
      route.walk();
    }
  }

  @Test
  void subjectsAreTheSameInEveryClient() {
    SluiceClient client = SluiceClient.builder("ws://127.0.0.1:1/ws").token("t").build();
    for (String subject : subjects("good")) {
      assertThatCode(() -> client.subscribe(subject, message -> {}))
          .as(subject)
          .doesNotThrowAnyException();
      if (ChannelPattern.hasWildcard(subject)) {
        assertInvalid(() -> client.publish(subject, "1"));
        assertInvalid(() -> client.history(subject));
        assertInvalid(() -> client.presence(subject));
      }
    }
    for (String subject : subjects("bad")) {
      assertInvalid(() -> client.subscribe(subject, message -> {}));
      assertInvalid(() -> client.stream(subject));
    }
    client.close();
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo("invalid_channel"));
  }

  /** Subscriptions at their places, and what comes for them. */
  private static final class Route {
    private final Map<String, Object> vector;
    private final FakeWorld world = new FakeWorld(ClientLimits.DEFAULTS, new SplittableRandom(1));
    private final Map<String, FakeFeed> feeds = new LinkedHashMap<>();

    Route(Map<String, Object> vector) {
      this.vector = vector;
    }

    @SuppressWarnings("unchecked")
    void walk() {
      world.connect();
      world.pass(10);
      world.mute = true;
      Map<String, List<Object>> places = (Map<String, List<Object>>) vector.get("subjects");
      places.forEach(this::subscribe);
      for (Map<String, Object> step : (List<Map<String, Object>>) vector.get("steps")) {
        take(step);
      }
      ((Map<String, List<Object>>) vector.get("positions"))
          .forEach(
              (subject, place) ->
                  assertThat(feeds.get(subject).subscriber.position)
                      .as("%s: %s", vector.get("name"), subject)
                      .isEqualTo(position(place)));
    }

    private void subscribe(String subject, List<Object> place) {
      FakeFeed feed = world.subscribe(subject, SubscribeOptions.DEFAULTS, false);
      feeds.put(subject, feed);
      Position position = position(place);
      world.say(
          "{\"type\":\"subscribed\",\"channel\":\"%s\",\"id\":%d,\"epoch\":\"%s\",\"offset\":%d}"
              .formatted(subject, feed.subscriber.firstId, position.epoch(), position.offset()));
      world.pass(10);
    }

    private void take(Map<String, Object> step) {
      String to = (String) step.get("to");
      boolean repeat = step.get("repeat") != null;
      List<Long> told = counts(feed -> (long) feed.offsets.size());
      List<Long> repeats = counts(feed -> feed.subscriber.counters.repeats());
      world.say((String) step.get("message"));
      world.pass(10);
      int i = 0;
      for (Map.Entry<String, FakeFeed> entry : feeds.entrySet()) {
        boolean mine = entry.getKey().equals(to);
        String what = vector.get("name") + ": " + step;
        assertThat((long) entry.getValue().offsets.size())
            .as(what)
            .isEqualTo(told.get(i) + (mine && !repeat ? 1 : 0));
        assertThat(entry.getValue().subscriber.counters.repeats())
            .as(what)
            .isEqualTo(repeats.get(i) + (mine && repeat ? 1 : 0));
        i++;
      }
    }

    private List<Long> counts(Function<FakeFeed, Long> count) {
      return feeds.values().stream().map(count).toList();
    }

    private static Position position(List<Object> place) {
      return new Position((String) place.get(0), ((Number) place.get(1)).longValue());
    }
  }

  @SuppressWarnings("unchecked")
  private static List<String> subjects(String kind) {
    return ((Map<String, List<String>>) all().get("subjects")).get(kind);
  }

  private static Number number(Map<String, Object> vector, String name) {
    return (Number) vector.get(name);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> vectors(String kind) {
    return (List<Map<String, Object>>) all().get(kind);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> all() {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/client.json")) {
      return (Map<String, Object>) new JsonMapper().readValue(in, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
