package io.sluice.protocol.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code vectors/haip-credit.json}, which every other implementation of HAIP runs too. */
final class HaipCreditVectorsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();
  private static final HaipLimits LIMITS = HaipLimits.DEFAULTS;
  private static final long MILLI = 1_000_000;

  @TestFactory
  Stream<DynamicTest> whatMayBeSentAfterEachStep() {
    return vectors("send").map(vector -> test(vector, HaipCreditVectorsTest::checkSend));
  }

  @TestFactory
  Stream<DynamicTest> whatMayComeAfterEachStep() {
    return vectors("receive").map(vector -> test(vector, HaipCreditVectorsTest::checkReceive));
  }

  private static DynamicTest test(
      Map<String, Object> vector, java.util.function.Consumer<Map<String, Object>> check) {
    return DynamicTest.dynamicTest((String) vector.get("name"), () -> check.accept(vector));
  }

  private static void checkSend(Map<String, Object> vector) {
    Map<String, Object> begins = object(vector.get("ledger"));
    SendLedger ledger =
        switch (text(begins, "dialect")) {
          case "official" ->
              SendLedger.official(number(begins, "messages"), number(begins, "bytes"));
          case "seed" ->
              SendLedger.seed(LIMITS.seed(), LIMITS.pressure(), HaipSetup.CREDIT_THRESHOLD);
          case "none" -> SendLedger.open();
          default -> throw new AssertionError(begins);
        };
    for (Map<String, Object> step : objects(vector.get("steps"))) {
      Map<String, Object> result = send(ledger, step);
      assertThat(result).as("after %s", step).isEqualTo(step.get("then"));
    }
  }

  private static Map<String, Object> send(SendLedger ledger, Map<String, Object> step) {
    Map<String, Object> result = new LinkedHashMap<>();
    switch (text(step, "op")) {
      case "may" -> result.put("may", ledger.maySend(number(step, "size")));
      case "spend" -> ledger.spend(number(step, "size"));
      case "grant" -> ledger.grant(number(step, "messages"), number(step, "units"));
      case "reduce" -> ledger.reduce(number(step, "units"));
      case "ask" -> result.put("asks", ledger.ask(number(step, "waiting"), at(step)));
      case "pauseHere" -> ledger.pauseHere();
      case "resumeHere" -> ledger.resumeHere();
      case "pauseThere" -> ledger.pauseThere();
      case "resumeThere" -> ledger.resumeThere();
      default -> throw new AssertionError(step);
    }
    if (ledger.messages() != Credit.MAX) {
      result.put("messages", ledger.messages());
    }
    if (ledger.units() != Credit.MAX) {
      result.put("units", ledger.units());
    }
    if (ledger.isPaused()) {
      result.put("paused", true);
    }
    return result;
  }

  private static void checkReceive(Map<String, Object> vector) {
    Map<String, Object> begins = object(vector.get("ledger"));
    ReceiveLedger ledger =
        switch (text(begins, "dialect")) {
          case "official" -> ReceiveLedger.official(LIMITS.official(), LIMITS.pressure());
          case "seed" ->
              ReceiveLedger.seed(
                  LIMITS.seed(), LIMITS.pressure(), number(begins, "announced"), new Moment(0, 0));
          case "none" -> ReceiveLedger.open();
          default -> throw new AssertionError(begins);
        };
    for (Map<String, Object> step : objects(vector.get("steps"))) {
      Map<String, Object> result = receive(ledger, step);
      assertThat(result).as("after %s", step).isEqualTo(step.get("then"));
    }
  }

  private static Map<String, Object> receive(ReceiveLedger ledger, Map<String, Object> step) {
    Map<String, Object> result = new LinkedHashMap<>();
    Credit grant = null;
    switch (text(step, "op")) {
      case "charge" ->
          result.put(
              "is", ledger.charge(number(step, "size"), at(step)).name().toLowerCase(Locale.ROOT));
      case "handled" ->
          grant = ledger.handled(number(step, "messages"), number(step, "size"), at(step));
      case "request" -> grant = ledger.request(number(step, "credits"), current(step), at(step));
      case "reduce" -> ledger.reduce(number(step, "credits"));
      case "resumed" -> grant = ledger.resumed(at(step));
      case "widen" -> grant = ledger.widen(at(step));
      case "narrow" -> ledger.narrow();
      case "tick" -> grant = ledger.tick(at(step));
      default -> throw new AssertionError(step);
    }
    if (grant != null) {
      result.put("grants", granted(grant));
    }
    if (ledger.messages() != Credit.MAX) {
      result.put("messages", ledger.messages());
      result.put("windowMessages", ledger.windowMessages());
    }
    if (ledger.units() != Credit.MAX) {
      result.put("units", ledger.units());
      result.put("unhandled", ledger.unhandled());
      result.put("window", ledger.windowUnits());
    }
    if (ledger.dueNanos() != Long.MAX_VALUE) {
      result.put("due", ledger.dueNanos() / MILLI);
    }
    return result;
  }

  private static Map<String, Object> granted(Credit grant) {
    Map<String, Object> said = new LinkedHashMap<>();
    if (grant.messages() > 0) {
      said.put("messages", grant.messages());
    }
    if (grant.bytes() > 0) {
      said.put("units", grant.bytes());
    }
    return said;
  }

  private static long current(Map<String, Object> step) {
    return step.containsKey("current") ? number(step, "current") : ReceiveLedger.UNNAMED;
  }

  private static Moment at(Map<String, Object> step) {
    return new Moment(number(step, "at") * MILLI, 0);
  }

  private static String text(Map<String, Object> object, String name) {
    return (String) object.get(name);
  }

  private static long number(Map<String, Object> object, String name) {
    return (long) object.get(name);
  }

  private static Stream<Map<String, Object>> vectors(String name) {
    try (InputStream file =
        HaipCreditVectorsTest.class.getResourceAsStream("/vectors/haip-credit.json")) {
      return objects(object(JSON.readValue(file, Map.class)).get(name)).stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Object value) {
    return (List<Map<String, Object>>) value;
  }
}
