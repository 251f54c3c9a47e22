package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A client reads what a server writes, and takes for garbage what is. */
final class NexusAnswerTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private final NexusAnswerReader reader = new NexusAnswerReader(Limits.Json.DEFAULTS);

  private NexusAnswer read(String message) {
    return reader.read(message.getBytes(UTF_8));
  }

  @TestFactory
  Stream<DynamicTest> answersSayThis() {
    return vectors("client", "answers").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    (String) vector.get("name"),
                    () ->
                        assertThat(describe(read((String) vector.get("message"))))
                            .isEqualTo(vector.get("expect"))));
  }

  @TestFactory
  Stream<DynamicTest> whatTheServerWritesIsRead() {
    return vectors("nexus", "events").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest((String) vector.get("name"), () -> checkEvent(vector)));
  }

  @SuppressWarnings("unchecked")
  private void checkEvent(Map<String, Object> vector) {
    Event event = Spoken.event((Map<String, Object>) vector.get("event"));
    NexusAnswer answer = read((String) vector.get("extended"));
    switch (event) {
      case Event.Connected it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Connected(
                      it.user(), it.connectionId(), end(it.expiresAtMillis())));
      case Event.Subscribed it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Subscribed(
                      id(it.id()),
                      it.subject().value(),
                      it.position(),
                      it.recovered(),
                      it.policy().wireName(),
                      it.holds()));
      case Event.Unsubscribed it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Unsubscribed(
                      id(it.id()),
                      it.subject().value(),
                      it.why() == null ? null : it.why().text()));
      case Event.Published it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Published(id(it.id()), it.channel().value(), it.position()));
      case Event.Gap it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Gap(
                      it.subject().value(),
                      it.epoch(),
                      it.first(),
                      it.last(),
                      it.reason().wireName()));
      case Event.At it ->
          assertThat(answer)
              .isEqualTo(new NexusAnswer.At(it.subject().value(), it.position(), it.conflated()));
      case Event.Held it ->
          assertThat(answer)
              .isEqualTo(new NexusAnswer.Held(it.channel().value(), it.readers(), it.bytes()));
      case Event.Released it ->
          assertThat(answer).isEqualTo(new NexusAnswer.Released(it.channel().value()));
      case Event.History it -> {
        NexusAnswer.History history = (NexusAnswer.History) answer;
        assertThat(history.id()).isEqualTo(id(it.id()));
        assertThat(history.channel()).isEqualTo(it.channel().value());
        assertThat(history.head()).isEqualTo(it.head());
        assertThat(history.recovered()).isEqualTo(it.recovered());
        assertThat(history.more()).isEqualTo(it.more());
        assertThat(history.publications())
            .extracting(NexusAnswer.Delivered::offset)
            .containsExactlyElementsOf(
                it.publications().stream().map(Publication::offset).toList());
        assertThat(history.publications())
            .extracting(NexusAnswer.Delivered::data)
            .containsExactlyElementsOf(
                it.publications().stream()
                    .map(each -> new String(each.draft().payload().bytes(), UTF_8))
                    .toList());
      }
      case Event.Presence it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Presence(
                      id(it.id()),
                      it.channel().value(),
                      it.users().stream()
                          .map(user -> new NexusAnswer.User(user.user(), user.connections()))
                          .toList(),
                      it.total()));
      case Event.Refreshed it ->
          assertThat(answer)
              .isEqualTo(new NexusAnswer.Refreshed(id(it.id()), end(it.expiresAtMillis())));
      case Event.Pong it ->
          assertThat(answer).isEqualTo(new NexusAnswer.Pong(id(it.id()), it.epochMillis()));
      case Event.Failed it ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Failed(
                      id(it.id()),
                      it.subject() == null ? null : it.subject().value(),
                      it.fault().code().text(),
                      it.fault().message()));
    }
  }

  private static long end(long expiresAtMillis) {
    return expiresAtMillis == Long.MAX_VALUE ? 0 : expiresAtMillis;
  }

  private static long id(io.sluice.model.@Nullable RequestId id) {
    return id != null && id.raw().matches("\\d{1,15}") ? Long.parseLong(id.raw()) : 0;
  }

  @TestFactory
  Stream<DynamicTest> publicationsAreReadByteForByte() {
    return vectors("nexus", "publications").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    (String) vector.get("name"), () -> checkPublication(vector)));
  }

  @SuppressWarnings("unchecked")
  private void checkPublication(Map<String, Object> vector) {
    Publication publication = Spoken.publication((Map<String, Object>) vector.get("publication"));
    NexusAnswer answer = read((String) vector.get("extended"));
    switch (publication.draft().kind()) {
      case MESSAGE, BROADCAST -> checkDelivered(publication, vector, answer);
      case JOIN ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Joined(
                      publication.draft().channel().value(),
                      publication.draft().from(),
                      publication.epochMillis()));
      case LEAVE ->
          assertThat(answer)
              .isEqualTo(
                  new NexusAnswer.Left(
                      publication.draft().channel().value(),
                      publication.draft().from(),
                      publication.epochMillis()));
    }
  }

  @SuppressWarnings("unchecked")
  private static void checkDelivered(
      Publication publication, Map<String, Object> vector, NexusAnswer answer) {
    NexusAnswer.Delivered delivered = (NexusAnswer.Delivered) answer;
    assertThat(delivered.data())
        .isEqualTo(new String(publication.draft().payload().bytes(), UTF_8));
    Publication.Origin origin = publication.origin();
    assertThat(delivered.offset())
        .isEqualTo(origin == null ? publication.offset() : origin.channel().offset());
    assertThat(delivered.channel()).isEqualTo(publication.draft().channel().value());
    ChannelPattern pattern = Spoken.pattern((Map<String, Object>) vector.get("publication"));
    assertThat(delivered.fed())
        .isEqualTo(
            origin == null || pattern == null
                ? null
                : new NexusAnswer.Fed(
                    origin.channel().epoch(),
                    new Position(origin.feedEpoch(), publication.offset()),
                    pattern.value()));
    assertThat(NexusGrammar.EXTENDED.size(publication, pattern))
        .isEqualTo(((String) vector.get("extended")).getBytes(UTF_8).length);
  }

  @Test
  void placeInAFeedThatIsNoneIsGarbage() {
    String before =
        "{\"type\":\"message\",\"channel\":\"task.a\",\"from\":\"u\",\"data\":1,"
            + "\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"offset\":1";
    for (String rest :
        List.of(
            ",\"epoch\":\"c\",\"feed\":7,\"pattern\":\"task.*\"}",
            ",\"epoch\":\"c\",\"feed\":{\"offset\":1},\"pattern\":\"task.*\"}",
            ",\"epoch\":\"c\",\"feed\":{\"epoch\":\"f\",\"offset\":-1},\"pattern\":\"task.*\"}",
            ",\"epoch\":\"c\",\"feed\":{\"epoch\":\"f\",\"offset\":1}}",
            ",\"feed\":{\"epoch\":\"f\",\"offset\":1},\"pattern\":\"task.*\"}")) {
      assertThat(read(before + rest)).as(rest).isInstanceOf(NexusAnswer.Garbage.class);
    }
  }

  @TestFactory
  Stream<DynamicTest> costIsTheLengthOfTheMessage() {
    return vectors("client", "costs").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    (String) vector.get("name"),
                    () ->
                        assertThat((long) ((String) vector.get("message")).getBytes(UTF_8).length)
                            .isEqualTo(vector.get("cost"))));
  }

  @Test
  void noBytesWhateverMakeItThrow() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    List<Map<String, Object>> vectors = vectors("client", "answers");
    for (int i = 0; i < 20_000; i++) {
      String good = (String) vectors.get(random.nextInt(vectors.size())).get("message");
      byte[] bytes = good.getBytes(UTF_8);
      for (int j = random.nextInt(1, 4); j > 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) "{}[]\",:0eEn-\\ ".charAt(random.nextInt(14));
      }
      assertThat(reader.read(bytes)).as("seed " + seed).isNotNull();
    }
  }

  @Test
  void timesAreReadOnlyIfTheyExist() {
    for (String time :
        List.of(
            "2026-02-29T00:00:00.000Z",
            "2026-13-01T00:00:00.000Z",
            "2026-00-01T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z",
            "2026-01-01T00:60:00.000Z",
            "2026-01-01T00:00:60.000Z",
            "2026-01-01 00:00:00.000Z",
            "2026-01-01T00:00:00.00Z")) {
      assertThat(
              read(
                  "{\"type\":\"join\",\"channel\":\"c\",\"userId\":\"a\",\"timestamp\":\""
                      + time
                      + "\"}"))
          .as(time)
          .isInstanceOf(NexusAnswer.Garbage.class);
    }
    byte[] written = new byte[NexusTime.LENGTH];
    for (long millis :
        new long[] {0, -1, 1_769_846_709_007L, 951_782_400_000L, -62_167_219_200_000L}) {
      NexusTime.write(millis, written, 0);
      assertThat(NexusTime.read(written, 0)).isEqualTo(millis);
    }
  }

  private static Map<String, Object> describe(NexusAnswer answer) {
    Map<String, Object> said = new LinkedHashMap<>();
    switch (answer) {
      case NexusAnswer.Connected it -> {
        put(said, "connected", 0, null);
        said.put("userId", it.userId());
        said.put("connectionId", it.connectionId());
        putUnlessZero(said, "expiresAt", it.expiresAt());
      }
      case NexusAnswer.Subscribed it -> put(said, "subscribed", it.id(), it.channel());
      case NexusAnswer.Unsubscribed it -> {
        put(said, "unsubscribed", it.id(), it.channel());
        said.put("code", it.code());
      }
      case NexusAnswer.Published it -> put(said, "published", it.id(), it.channel());
      case NexusAnswer.Delivered it -> put(said, "message", 0, it.channel());
      case NexusAnswer.Gap it -> put(said, "gap", 0, it.channel());
      case NexusAnswer.At it -> {
        put(said, "position", 0, it.channel());
        put(said, it.position());
        putUnlessZero(said, "conflated", it.conflated());
      }
      case NexusAnswer.Held it -> {
        put(said, "held", 0, it.channel());
        said.put("readers", it.readers());
        said.put("bytes", it.bytes());
      }
      case NexusAnswer.Released it -> put(said, "released", 0, it.channel());
      case NexusAnswer.Pong it -> put(said, "pong", it.id(), null);
      case NexusAnswer.Failed it -> put(said, "error", it.id(), it.channel());
      case NexusAnswer.History it -> describe(it, said);
      case NexusAnswer.Presence it -> {
        put(said, "presence", it.id(), it.channel());
        said.put(
            "users",
            it.users().stream().map(user -> List.of(user.userId(), user.connections())).toList());
        said.put("total", it.total());
      }
      case NexusAnswer.Joined it -> come(said, "join", it.channel(), it.userId(), it.timestamp());
      case NexusAnswer.Left it -> come(said, "leave", it.channel(), it.userId(), it.timestamp());
      case NexusAnswer.Refreshed it -> {
        put(said, "refreshed", it.id(), null);
        putUnlessZero(said, "expiresAt", it.expiresAt());
      }
      case NexusAnswer.Unknown it -> said.put("answer", "unknown");
      case NexusAnswer.Garbage it -> {
        assertThat(it.why()).isNotEmpty();
        said.put("answer", "garbage");
      }
    }
    return said;
  }

  private static void describe(NexusAnswer.History it, Map<String, Object> said) {
    put(said, "history", it.id(), it.channel());
    put(said, it.head());
    said.put("recovered", it.recovered());
    said.put("more", it.more());
    said.put("publications", it.publications().stream().map(NexusAnswerTest::describe).toList());
  }

  private static Map<String, Object> describe(NexusAnswer.Delivered it) {
    Map<String, Object> said = new LinkedHashMap<>();
    if (it.from() != null) {
      said.put("from", it.from());
    }
    said.put("data", it.data());
    said.put("timestamp", it.timestamp());
    said.put("offset", it.offset());
    said.put("broadcast", it.broadcast());
    return said;
  }

  private static void put(
      Map<String, Object> said, String answer, long id, @Nullable String channel) {
    said.put("answer", answer);
    putUnlessZero(said, "id", id);
    if (channel != null) {
      said.put("channel", channel);
    }
  }

  private static void put(Map<String, Object> said, Position position) {
    said.put("epoch", position.epoch());
    said.put("offset", position.offset());
  }

  private static void come(
      Map<String, Object> said, String answer, String channel, String user, long millis) {
    put(said, answer, 0, channel);
    said.put("userId", user);
    said.put("timestamp", millis);
  }

  private static void putUnlessZero(Map<String, Object> said, String name, long value) {
    if (value != 0) {
      said.put(name, value);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> vectors(String file, String kind) {
    try (InputStream in = NexusAnswerTest.class.getResourceAsStream("/vectors/" + file + ".json")) {
      return (List<Map<String, Object>>)
          ((Map<String, Object>) JSON.readValue(in, Object.class)).get(kind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
