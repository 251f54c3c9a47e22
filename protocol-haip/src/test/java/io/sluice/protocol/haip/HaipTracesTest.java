package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code haip-traces.json}: when a peer is asked to wait, and what its window becomes. */
final class HaipTracesTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  /** Those the traces were recorded under. */
  private static final HaipLimits.Pressure LIMITS =
      new HaipLimits.Pressure(
          256 << 10,
          512,
          Duration.ofMillis(500),
          0.8,
          0.4,
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(5));

  private static final long MILLI = 1_000_000;

  @TestFactory
  Stream<DynamicTest> whatAPeerIsToldUnderPressure() {
    return traces("pressure").stream()
        .map(trace -> DynamicTest.dynamicTest((String) trace.get("name"), () -> press(trace)));
  }

  private static void press(Map<String, Object> trace) {
    Pressure pressure = new Pressure(LIMITS);
    for (Map<String, Object> step : objects(trace.get("steps"))) {
      for (long i = number(step, "repeat", 1); i > 0; i--) {
        Moment now = at(number(step, "at", 0));
        Pressure.Signal said = apply(pressure, step, now);
        assertThat(said.name()).as("%s", step).isEqualTo(step.getOrDefault("says", "NONE"));
        if (step.containsKey("level")) {
          assertThat(Math.round(pressure.level(now) * 1_000))
              .as("%s", step)
              .isEqualTo(step.get("level"));
        }
        if (step.containsKey("due")) {
          assertThat(pressure.dueNanos()).as("%s", step).isEqualTo(number(step, "due", 0) * MILLI);
        }
      }
    }
  }

  private static Pressure.Signal apply(Pressure pressure, Map<String, Object> step, Moment now) {
    if (step.containsKey("in")) {
      return pressure.received(number(step, "in", 0), now);
    }
    return step.containsKey("done")
        ? pressure.handled(number(step, "done", 0), number(step, "ms", 0) * MILLI, now)
        : pressure.tick(now);
  }

  @TestFactory
  Stream<DynamicTest> whatAWindowBecomes() {
    return traces("window").stream()
        .map(trace -> DynamicTest.dynamicTest((String) trace.get("name"), () -> adapt(trace)));
  }

  private static void adapt(Map<String, Object> trace) {
    AdaptiveWindow window = new AdaptiveWindow(LIMITS);
    window.received(at(0));
    for (long i = 0; i < number(trace, "done", 0); i++) {
      window.handled(number(trace, "ms", 0) * MILLI, at(10));
    }
    for (long i = 0; i < number(trace, "pressed", 0); i++) {
      window.pressed(at(20));
    }
    int queued = (int) number(trace, "queued", 0);
    boolean waited = trace.containsKey("waited");
    assertThat(window.dueNanos()).isEqualTo(5_000 * MILLI);
    assertThat(window.tick(queued, waited, at(4_999))).isEqualTo(AdaptiveWindow.Verdict.KEEP);
    assertThat(window.tick(queued, waited, at(5_000)).name()).isEqualTo(trace.get("verdict"));
    assertThat(window.score(queued)).as("counts begin anew").isZero();
  }

  @Test
  void aChannelOnWhichNothingHappensIsLeftAlone() {
    AdaptiveWindow window = new AdaptiveWindow(LIMITS);
    assertThat(window.dueNanos()).isEqualTo(Long.MAX_VALUE);
    window.received(at(0));
    assertThat(window.tick(0, false, at(5_000))).isEqualTo(AdaptiveWindow.Verdict.KEEP);
    assertThat(window.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aPeerIsNotAskedTwice() {
    Pressure pressure = new Pressure(LIMITS);
    assertThat(pressure.received(LIMITS.unhandledBytes(), at(0)))
        .isEqualTo(Pressure.Signal.ASK_TO_WAIT);
    assertThat(pressure.isFull()).isTrue();
    for (int i = 1; i < 1_000; i++) {
      assertThat(pressure.received(1, at(i))).isEqualTo(Pressure.Signal.NONE);
    }
    assertThat(pressure.queued()).isEqualTo(1_000);
    assertThat(pressure.queuedBytes()).isEqualTo(LIMITS.unhandledBytes() + 999L);
  }

  private static Moment at(long millis) {
    return new Moment(millis * MILLI, 0);
  }

  private static long number(Map<String, Object> object, String name, long otherwise) {
    return (long) object.getOrDefault(name, otherwise);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> traces(String name) {
    try (InputStream file = HaipTracesTest.class.getResourceAsStream("/haip-traces.json")) {
      return objects(JSON.readValue(file, Map.class).get(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Object value) {
    return (List<Map<String, Object>>) value;
  }
}
