package io.sluice.protocol.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Runs the JSON of {@code vectors/visionflow.json}. */
final class PositionTextTest {
  private static final int ROUNDS = 20_000;

  private final PositionText text = new PositionText(Vectors.JSON);

  private static byte[] utf8(Map<String, Object> vector) {
    return ((String) vector.get("text")).getBytes(UTF_8);
  }

  private static String expected(Map<String, Object> vector) {
    return (String) vector.getOrDefault("written", vector.get("text"));
  }

  private static Stream<DynamicTest> each(String part, String kind, Check check) {
    return Vectors.of(part, kind).stream()
        .map(vector -> DynamicTest.dynamicTest(Vectors.name(vector), () -> check.run(vector)));
  }

  private interface Check {
    void run(Map<String, Object> vector) throws Exception;
  }

  @TestFactory
  Stream<DynamicTest> aClientsTextMeansThisCommandAndThisCommandIsThatText() {
    return each(
        "commands",
        "good",
        vector -> {
          PositionCommand command = text.command(Unpooled.wrappedBuffer(utf8(vector)));
          assertThat(described(command)).isEqualTo(vector.get("is"));
          assertThat(new String(text.write(command), UTF_8)).isEqualTo(expected(vector));
        });
  }

  private static Object described(PositionCommand command) {
    return switch (command) {
      case PositionCommand.Subscribe(int interval, boolean binary) ->
          Map.of("subscribe", Map.of("interval", interval, "binary", binary));
      case PositionCommand.Snapshot(List<String> graphs) ->
          Map.of("snapshot", Map.of("graphs", graphs));
      case PositionCommand.Ping(String timestamp) -> {
        Map<String, Object> ping = new HashMap<>();
        ping.put("timestamp", timestamp);
        yield Map.of("ping", ping);
      }
      case PositionCommand.Pong(long timestamp) ->
          Map.of(
              "pong",
              Map.of(
                  "timestamp",
                  timestamp == (int) timestamp ? (Object) (int) timestamp : (Object) timestamp));
    };
  }

  @TestFactory
  Stream<DynamicTest> aClientsBadTextIsRefusedWithThisCode() {
    return each(
        "commands",
        "refused",
        vector -> {
          byte[] bytes = utf8(vector);
          assertRefused(() -> text.command(bytes, 0, bytes.length), vector);
        });
  }

  @TestFactory
  Stream<DynamicTest> aServersTextMeansThisEventAndThisEventIsThatText() {
    return each(
        "events",
        "good",
        vector -> {
          byte[] bytes = utf8(vector);
          PositionEvent event = text.event(bytes, 0, bytes.length);
          assertThat(described(event)).hasToString(vector.get("is").toString());
          assertThat(new String(text.write(event), UTF_8)).isEqualTo(expected(vector));
        });
  }

  private static Object described(PositionEvent event) {
    return switch (event) {
      case PositionEvent.StateSync(int nodes, int edges, int metadata, long version, long now) ->
          Map.of("stateSync", List.of(nodes, edges, metadata, version, now));
      case PositionEvent.ConnectionEstablished(long now, boolean again, boolean synced) ->
          Map.of("established", List.of(now, again, synced));
      case PositionEvent.SubscriptionConfirmed(
              int interval,
              boolean binary,
              long now,
              int requests,
              int least) ->
          Map.of("confirmed", List.of(interval, binary, now, requests, least));
      case PositionEvent.Ping(long now) -> Map.of("ping", List.of(now));
      case PositionEvent.Pong(String timestamp) -> Map.of("pong", Arrays.asList(timestamp));
      case PositionEvent.RateLimitWarning(String message, int seconds) ->
          Map.of("warning", List.of(message, seconds));
      case PositionEvent.Failed(String code, String message, boolean stays, String details) ->
          Map.of("failed", Arrays.asList(code, message, stays, details));
      case PositionEvent.GraphUpdate update -> Map.of("graph", described(update));
    };
  }

  private static Map<String, Object> described(PositionEvent.GraphUpdate update) {
    Map<String, Object> graph = new LinkedHashMap<>();
    graph.put("whole", update.whole());
    graph.put("added", Arrays.stream(update.added()).boxed().toList());
    graph.put("removed", Arrays.stream(update.removed()).boxed().toList());
    graph.put("linked", edges(update.linked(), true));
    graph.put("cut", edges(update.cut(), false));
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < update.names().size(); i++) {
      names.put(Integer.toString(update.names().ids()[i]), update.names().texts()[i]);
    }
    graph.put("names", names);
    graph.put("source", update.source());
    return graph;
  }

  @Test
  void aGraphUpdateMayBeAPieceOfARevision() throws Exception {
    String piece =
        "{\"type\":\"graph_update\",\"whole\":true,\"more\":true,\"revision\":9007199254740991}";
    byte[] bytes = piece.getBytes(UTF_8);
    PositionEvent.GraphUpdate update =
        (PositionEvent.GraphUpdate) text.event(bytes, 0, bytes.length);
    assertThat(update.more()).isTrue();
    assertThat(update.revision()).isEqualTo((1L << 53) - 1);
    assertThat(new String(text.write(update), UTF_8)).isEqualTo(piece);
    byte[] bare = "{\"type\":\"graph_update\"}".getBytes(UTF_8);
    update = (PositionEvent.GraphUpdate) text.event(bare, 0, bare.length);
    assertThat(update.more()).isFalse();
    assertThat(update.revision()).isEqualTo(PositionEvent.GraphUpdate.NOT_SAID);
  }

  private static List<List<Number>> edges(PositionEvent.Edges edges, boolean weighed) {
    List<List<Number>> all = new ArrayList<>();
    for (int i = 0; i < edges.size(); i++) {
      List<Number> edge = new ArrayList<>(List.of(edges.from()[i], edges.to()[i]));
      if (weighed) {
        edge.add(edges.weights()[i]);
      }
      all.add(edge);
    }
    return all;
  }

  @TestFactory
  Stream<DynamicTest> aServersBadTextIsRefusedWithThisCode() {
    return each(
        "events",
        "refused",
        vector -> {
          byte[] bytes = utf8(vector);
          assertRefused(() -> text.event(bytes, 0, bytes.length), vector);
        });
  }

  private interface Refusing {
    void run() throws VisionFlowRefused;
  }

  private static void assertRefused(Refusing refusing, Map<String, Object> vector) {
    VisionFlowRefused refused = catchThrowableOfType(VisionFlowRefused.class, refusing::run);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.fault().code().text()).isEqualTo(vector.get("code"));
  }

  @Test
  void aFaultIsToldAsAnErrorWithItsCode() {
    VisionFlowRefused refused =
        catchThrowableOfType(
            VisionFlowRefused.class, () -> text.command("{}".getBytes(UTF_8), 0, 2));
    byte[] told = text.write(PositionEvent.Failed.of(refused.fault()));
    assertThat(new String(told, UTF_8))
        .isEqualTo(
            "{\"type\":\"error\",\"code\":\"missing_field\",\"message\":\"type is missing.\","
                + "\"recoverable\":true}");
  }

  @Test
  void anEdgeThatWeighsNothingSensibleIsABug() {
    int[] one = {1};
    for (double weight : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      double[] weights = {weight};
      assertThatThrownBy(() -> new PositionEvent.Edges(one, one, weights))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new PositionEvent.Edges(one, one, new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PositionEvent.Names(one, new String[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @Timeout(10)
  void anIntervalThatIsNextToNothingIsReadInNoTime() throws Exception {
    byte[] bytes =
        "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":1e-999999999}}"
            .getBytes(UTF_8);
    assertThat(text.command(bytes, 0, bytes.length)).isInstanceOf(PositionCommand.Subscribe.class);
  }

  @Test
  void everyTruncationOfEveryTextIsRefused() {
    for (String part : List.of("commands", "events")) {
      for (Map<String, Object> vector : Vectors.of(part, "good")) {
        byte[] bytes = ((String) vector.get("text")).strip().getBytes(UTF_8);
        for (int length = 0; length < bytes.length; length++) {
          int to = length;
          assertThat(catchThrowableOfType(VisionFlowRefused.class, () -> read(part, bytes, to)))
              .as("%s, %d bytes", Vectors.name(vector), length)
              .isNotNull();
        }
      }
    }
  }

  private void read(String part, byte[] bytes, int to) throws VisionFlowRefused {
    if (part.equals("commands")) {
      text.command(bytes, 0, to);
    } else {
      text.event(bytes, 0, to);
    }
  }

  @Test
  void goodTextsWithAFewWrongCharactersAreReadOrRefusedAndNothingElse() {
    long seed = Long.getLong("sluice.seed", System.nanoTime());
    System.out.println("-Dsluice.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<String> parts = List.of("commands", "events");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String part = parts.get(random.nextInt(2));
      var vectors = Vectors.of(part, "good");
      byte[] bytes = utf8(vectors.get(random.nextInt(vectors.size())));
      for (int wrong = random.nextInt(3); wrong >= 0; wrong--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(' ', 127);
      }
      try {
        read(part, bytes, bytes.length);
      } catch (VisionFlowRefused e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS);
  }
}
