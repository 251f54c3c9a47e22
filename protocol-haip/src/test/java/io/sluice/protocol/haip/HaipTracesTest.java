package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs {@code haip-traces.json}: when a peer is asked to wait, and what its window becomes; and
 * {@code haip-recorded.json}, a real session.
 */
final class HaipTracesTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private static final HaipLimits.Pressure LIMITS = HaipLimits.Pressure.DEFAULTS;

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

  // A real session

  /** How late a client hears what it is told that is busy, and how far its queue is off. */
  private static final long MILLIS_OFF = 250;

  private static final int QUEUE_OFF = 5;

  /** What was said, when, and how many messages waited. */
  private record Said(Pressure.Signal signal, long millis, int queue) {}

  @Test
  void aRealSessionWasToldWhatTheRulesSay() {
    Map<String, Object> trace = read("/haip-recorded.json");
    List<Said> said = replay(trace);
    List<List<Object>> told = rows(trace.get("told"));
    assertThat(said.stream().map(one -> one.signal().name()))
        .isEqualTo(told.stream().map(row -> row.get(1)).toList())
        .startsWith("ASK_TO_WAIT", "RELEASE");
    for (int i = 0; i < said.size(); i++) {
      assertThat(said.get(i).millis()).isCloseTo((long) told.get(i).get(0), within(MILLIS_OFF));
      if (told.get(i).size() > 2) {
        int queue = (int) (long) told.get(i).get(3);
        assertThat(said.get(i).queue()).isCloseTo(queue, within(QUEUE_OFF));
      }
    }
  }

  /**
   * Each message is handled after those before it, by somebody who came at the time that is due.
   */
  private static List<Said> replay(Map<String, Object> trace) {
    Pressure pressure = new Pressure(LIMITS);
    List<Said> said = new ArrayList<>();
    List<List<Object>> in = rows(trace.get("in"));
    List<Long> done = rowOf(trace.get("done"));
    int came = 0;
    for (int handled = 0; handled < done.size(); ) {
      boolean comes = came < in.size() && (long) in.get(came).get(0) <= done.get(handled);
      long millis = comes ? (long) in.get(came).get(0) : done.get(handled);
      tickUntil(millis, pressure, said);
      if (comes) {
        note(pressure.received((long) in.get(came++).get(1), at(millis)), millis, pressure, said);
      } else {
        long latency = (millis - (long) in.get(handled).get(0)) * MILLI;
        long size = (long) in.get(handled++).get(1);
        note(pressure.handled(size, latency, at(millis)), millis, pressure, said);
      }
    }
    tickUntil(Long.MAX_VALUE / MILLI - 1, pressure, said);
    return said;
  }

  private static void tickUntil(long millis, Pressure pressure, List<Said> said) {
    while (pressure.dueNanos() <= millis * MILLI) {
      long due = pressure.dueNanos() / MILLI;
      note(pressure.tick(at(due)), due, pressure, said);
    }
  }

  private static void note(
      Pressure.Signal signal, long millis, Pressure pressure, List<Said> said) {
    if (signal != Pressure.Signal.NONE) {
      said.add(new Said(signal, millis, pressure.queued()));
    }
  }

  private static Moment at(long millis) {
    return new Moment(millis * MILLI, 0);
  }

  private static long number(Map<String, Object> object, String name, long otherwise) {
    return (long) object.getOrDefault(name, otherwise);
  }

  private static List<Map<String, Object>> traces(String name) {
    return objects(read("/haip-traces.json").get(name));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> read(String resource) {
    try (InputStream file = HaipTracesTest.class.getResourceAsStream(resource)) {
      return JSON.readValue(file, Map.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Object value) {
    return (List<Map<String, Object>>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<List<Object>> rows(Object value) {
    return (List<List<Object>>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Long> rowOf(Object value) {
    return (List<Long>) value;
  }
}
