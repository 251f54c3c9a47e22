package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Moment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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

  private static Number number(Map<String, Object> vector, String name) {
    return (Number) vector.get(name);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> vectors(String kind) {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/client.json")) {
      Map<String, Object> all = (Map<String, Object>) new JsonMapper().readValue(in, Object.class);
      return (List<Map<String, Object>>) all.get(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
