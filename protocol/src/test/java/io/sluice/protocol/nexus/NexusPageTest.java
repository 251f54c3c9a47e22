package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Present;
import io.sluice.model.Publication;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonPayload;
import io.sluice.protocol.json.JsonScanner;
import io.sluice.protocol.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Runs every example of {@code docs/protocols/nexus.md}, so that the page cannot go stale. */
final class NexusPageTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```json ([^\n]+)\n(.*?)^```$");
  private static final Limits.Json LIMITS = Limits.Json.DEFAULTS;

  private record Example(String kind, String text) {}

  @Test
  void whatAClientMaySendIsTaken() throws IOException {
    assertThat(examples("client", "client extended")).hasSizeGreaterThan(10);
    for (Example example : examples("client", "client extended")) {
      NexusConversation conversation = Heard.begin(null);
      assertThat(Heard.read(conversation, example.text))
          .as(example.text)
          .isNotEmpty()
          .allMatch(Inbound.Accepted.class::isInstance);
      assertThat(conversation.extended())
          .as(example.text)
          .isEqualTo(example.kind.equals("client extended"));
    }
  }

  @Test
  void whatIsRefusedIsRefusedWithTheCodeItStandsUnder() throws IOException {
    int count = 0;
    for (Example example : examples()) {
      if (example.kind.startsWith("client rejected ")) {
        List<Inbound> heard = Heard.read(Heard.begin(null), example.text);
        assertThat(Heard.describe(heard).get(0).get("fault"))
            .as(example.text)
            .isEqualTo(example.kind.substring("client rejected ".length()));
        count++;
      }
    }
    assertThat(count).isGreaterThan(12);
  }

  @Test
  void whatTheServerSendsIsWrittenJustLikeThat() throws IOException {
    assertThat(examples("server", "server seed", "server extended")).hasSizeGreaterThan(17);
    for (Example example : examples("server", "server seed", "server extended")) {
      if (!example.kind.endsWith("extended")) {
        assertThat(rewritten(example.text, NexusGrammar.SEED)).isEqualTo(example.text);
      }
      if (!example.kind.endsWith("seed")) {
        assertThat(rewritten(example.text, NexusGrammar.EXTENDED)).isEqualTo(example.text);
      }
    }
  }

  @Test
  void noExampleIsOfAKindThatNobodyRuns() throws IOException {
    assertThat(examples())
        .allMatch(
            example ->
                example.kind.matches(
                    "client( extended| rejected [a-z_]+)?" + "|server( seed| extended)?"));
    assertThat(Files.readString(page())).doesNotContainPattern("(?m)^```(?!json |$)|^```json$");
  }

  /** Reads a message of the server, means it, and writes it. */
  private static String rewritten(String text, NexusGrammar grammar) {
    Map<String, String> members = members(text);
    String type = string(members, "type");
    if (Set.of("message", "broadcast", "join", "leave").contains(type)) {
      ChannelPattern pattern =
          members.containsKey("pattern") ? new ChannelPattern(string(members, "pattern")) : null;
      return Spoken.print(grammar, publication(members, type), pattern);
    }
    NexusConversation conversation = new NexusConversation(new NexusCodec(Heard.LIMITS), grammar);
    return new String(conversation.write(event(members, type)), UTF_8);
  }

  private static Publication publication(Map<String, String> members, String type) {
    long millis = Instant.parse(string(members, "timestamp")).toEpochMilli();
    String who = members.containsKey("userId") ? "userId" : "from";
    Publication publication =
        Spoken.publication(
            Draft.Kind.valueOf(type.toUpperCase(Locale.ROOT)),
            Long.parseLong(members.getOrDefault("offset", "1")),
            millis,
            string(members, "channel"),
            members.containsKey(who) ? string(members, who) : null,
            members.get("data"));
    if (!members.containsKey("feed")) {
      return publication;
    }
    Position feed = position(members(members.get("feed")));
    return publication.inFeed(string(members, "epoch"), feed.epoch(), feed.offset());
  }

  private static long expiry(Map<String, String> members) {
    return Long.parseLong(members.getOrDefault("expiresAt", Long.toString(Long.MAX_VALUE)));
  }

  private static List<Map<String, String>> elements(String array) {
    byte[] bytes = array.getBytes(UTF_8);
    List<Map<String, String>> elements = new ArrayList<>();
    JsonCursor cursor = new JsonCursor(bytes, 0);
    while (cursor.next()) {
      int from = cursor.valueFrom();
      elements.add(members(new String(bytes, from, cursor.valueTo() - from, UTF_8)));
    }
    return elements;
  }

  private static Event history(Map<String, String> members, RequestId id) {
    return new Event.History(
        id,
        channel(members),
        position(members),
        "true".equals(members.get("recovered")),
        "true".equals(members.get("more")),
        elements(members.get("publications")).stream()
            .map(element -> publication(element, string(element, "type")))
            .toList());
  }

  private static Event presence(Map<String, String> members, RequestId id) {
    return new Event.Presence(
        id,
        channel(members),
        elements(members.get("users")).stream()
            .map(
                user ->
                    new Present(string(user, "userId"), Integer.parseInt(user.get("connections"))))
            .toList(),
        Integer.parseInt(members.get("total")));
  }

  private static Event event(Map<String, String> members, String type) {
    RequestId id = members.containsKey("id") ? new RequestId(members.get("id")) : null;
    return switch (type) {
      case "connected" ->
          new Event.Connected(
              string(members, "userId"), string(members, "connectionId"), expiry(members));
      case "subscribed" -> {
        var filters = members.get("filters");
        yield new Event.Subscribed(
            id,
            subject(members),
            filters == null ? null : new io.sluice.model.Filter(new TreeMap<>(), filters),
            position(members),
            "true".equals(members.get("recovered")),
            members.containsKey("policy") ? Policy.of(string(members, "policy")) : Policy.LOSSLESS,
            "true".equals(members.get("hold")));
      }
      case "unsubscribed" ->
          new Event.Unsubscribed(
              id,
              subject(members),
              members.containsKey("code") ? Spoken.code(string(members, "code")) : null);
      case "history" -> history(members, id);
      case "presence" -> presence(members, id);
      case "refreshed" -> new Event.Refreshed(id, expiry(members));
      case "published" -> new Event.Published(id, channel(members), position(members));
      case "gap" ->
          new Event.Gap(
              subject(members),
              string(members, "epoch"),
              Long.parseLong(members.get("firstOffset")),
              Long.parseLong(members.get("lastOffset")),
              Spoken.reason(string(members, "reason")));
      case "position" ->
          new Event.At(
              subject(members),
              position(members),
              Long.parseLong(members.getOrDefault("conflated", "0")));
      case "held" ->
          new Event.Held(
              channel(members),
              Integer.parseInt(members.get("readers")),
              Long.parseLong(members.get("bytes")));
      case "released" -> new Event.Released(channel(members));
      case "pong" -> new Event.Pong(id, Long.parseLong(members.get("timestamp")));
      case "error" -> error(members, id);
      default -> throw new AssertionError(type);
    };
  }

  private static Event error(Map<String, String> members, RequestId id) {
    String message = string(members, "message");
    String code = string(members, "code");
    if (code.equals("gap")) {
      Matcher said =
          Pattern.compile("Messages (\\d+) to (\\d+) of channel (\\S+) were lost: (\\S+)")
              .matcher(message);
      assertThat(said.matches()).isTrue();
      return new Event.Gap(
          new ChannelName(said.group(3)),
          "e",
          Long.parseLong(said.group(1)),
          Long.parseLong(said.group(2)),
          Spoken.reason(said.group(4)));
    }
    Subject subject = members.containsKey("channel") ? subject(members) : null;
    return new Event.Failed(id, subject, new Fault(Spoken.code(code), message));
  }

  /** A channel, or a pattern if it has a wildcard. */
  private static Subject subject(Map<String, String> members) {
    String text = string(members, "channel");
    return ChannelPattern.hasWildcard(text) ? new ChannelPattern(text) : new ChannelName(text);
  }

  private static ChannelName channel(Map<String, String> members) {
    return new ChannelName(string(members, "channel"));
  }

  private static Position position(Map<String, String> members) {
    String epoch = members.containsKey("epoch") ? string(members, "epoch") : "e";
    return new Position(epoch, Long.parseLong(members.getOrDefault("offset", "0")));
  }

  private static String string(Map<String, String> members, String name) {
    byte[] raw = members.get(name).getBytes(UTF_8);
    return JsonString.decode(raw, 1, raw.length - 1);
  }

  /** The members of an object, their values as written. */
  private static Map<String, String> members(String text) {
    assertThat(JsonPayload.parse(text.getBytes(UTF_8), LIMITS)).as(text).isNotNull();
    byte[] bytes = text.getBytes(UTF_8);
    Map<String, String> members = new LinkedHashMap<>();
    JsonScanner scanner = new JsonScanner(LIMITS);
    scanner.open(bytes, 0, bytes.length);
    while (scanner.next()) {
      members.put(
          JsonString.decode(bytes, scanner.nameFrom(), scanner.nameTo()),
          new String(bytes, scanner.valueFrom(), scanner.valueTo() - scanner.valueFrom(), UTF_8));
    }
    return members;
  }

  private static List<Example> examples(String... kinds) throws IOException {
    return examples().stream().filter(example -> List.of(kinds).contains(example.kind)).toList();
  }

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page()));
    while (block.find()) {
      block.group(2).lines().forEach(line -> examples.add(new Example(block.group(1), line)));
    }
    return examples;
  }

  private static Path page() {
    return Path.of(System.getProperty("sluice.root"), "docs", "protocols", "nexus.md");
  }
}
