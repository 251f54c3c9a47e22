package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Event;
import io.sluice.model.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs {@code vectors/nexus.json}, which every other implementation of Nexus runs too. */
final class NexusVectorsTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  @TestFactory
  Stream<DynamicTest> whatAClientSendsMakesTheseCommandsOrThisFault() {
    return vectors("inbound").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest((String) vector.get("name"), () -> checkInbound(vector)));
  }

  private static void checkInbound(Map<String, Object> vector) {
    NexusConversation conversation = Heard.begin((String) vector.get("begins"));
    List<Map<String, Object>> heard =
        Heard.describe(Heard.read(conversation, (String) vector.get("message")));
    List<Map<String, Object>> expected = objects(vector.get("expect"));
    assertThat(withoutUnexpectedMessages(heard, expected)).isEqualTo(expected);
    assertThat(conversation.extended()).isEqualTo(vector.get("extended"));
  }

  /** A vector that names no message of a fault leaves the wording free. */
  private static List<Map<String, Object>> withoutUnexpectedMessages(
      List<Map<String, Object>> heard, List<Map<String, Object>> expected) {
    List<Map<String, Object>> trimmed = new ArrayList<>();
    for (int i = 0; i < heard.size(); i++) {
      Map<String, Object> said = new LinkedHashMap<>(heard.get(i));
      if (i < expected.size() && !expected.get(i).containsKey("message")) {
        assertThat((String) said.getOrDefault("message", "none")).isNotEmpty();
        said.remove("message");
      }
      trimmed.add(said);
    }
    return trimmed;
  }

  @TestFactory
  Stream<DynamicTest> eventsAreTheseBytes() {
    return vectors("events").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest((String) vector.get("name"), () -> checkEvent(vector)));
  }

  private static void checkEvent(Map<String, Object> vector) {
    Event event = Spoken.event(object(vector.get("event")));
    // Without a seed the event is not told to who speaks the seed's grammar.
    assertThat(text(Heard.begin(null).write(event))).isEqualTo(vector.get("seed"));
    assertThat(text(Heard.begin("nexus").write(event))).isEqualTo(vector.get("seed"));
    assertThat(text(Heard.begin("sluice.1").write(event))).isEqualTo(vector.get("extended"));
  }

  private static String text(byte[] message) {
    return message == null ? null : new String(message, UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> publicationsAreTheseBytesAndCostAsMany() {
    return vectors("publications").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    (String) vector.get("name"), () -> checkPublication(vector)));
  }

  private static void checkPublication(Map<String, Object> vector) {
    Map<String, Object> said = object(vector.get("publication"));
    Publication publication = Spoken.publication(said);
    ChannelPattern pattern = Spoken.pattern(said);
    Map<String, Object> cost = object(vector.get("cost"));
    for (NexusGrammar grammar : NexusGrammar.values()) {
      String name = grammar.name().toLowerCase(Locale.ROOT);
      assertThat(Spoken.print(grammar, publication, pattern)).isEqualTo(vector.get(name));
      assertThat((long) grammar.size(publication, pattern)).isEqualTo(cost.get(name));
    }
  }

  @Test
  void everyKindOfAnswerHasAVector() {
    assertThat(vectors("events"))
        .extracting(vector -> object(vector.get("event")).get("kind"))
        .contains(
            "connected",
            "subscribed",
            "unsubscribed",
            "published",
            "gap",
            "position",
            "held",
            "released",
            "history",
            "presence",
            "refreshed",
            "pong",
            "failed");
    assertThat(Event.class.getPermittedSubclasses()).hasSize(13);
  }

  private static List<Map<String, Object>> vectors(String kind) {
    try (InputStream in = NexusVectorsTest.class.getResourceAsStream("/vectors/nexus.json")) {
      return objects(object(JSON.readValue(in, Object.class)).get(kind));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
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
