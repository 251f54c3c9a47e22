package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.GapReason;
import io.sluice.model.Limits;
import io.sluice.model.Payload;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Present;
import io.sluice.model.Publication;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonPayload;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Events and publications out of the words of the vectors. */
final class Spoken {
  private Spoken() {}

  static Event event(Map<String, Object> said) {
    String kind = (String) said.get("kind");
    return switch (kind) {
      case "connected" ->
          new Event.Connected(text(said, "user"), text(said, "connectionId"), expiry(said));
      case "subscribed" ->
          new Event.Subscribed(
              id(said),
              subject(said),
              said.containsKey("filters")
                  ? new Filter(new TreeMap<>(), text(said, "filters"))
                  : null,
              position(said),
              (Boolean) said.get("recovered"),
              said.containsKey("policy") ? Policy.of(text(said, "policy")) : Policy.LOSSLESS,
              said.containsKey("hold"));
      case "unsubscribed" ->
          new Event.Unsubscribed(
              id(said), subject(said), said.containsKey("code") ? code(text(said, "code")) : null);
      case "published" -> new Event.Published(id(said), channel(said), position(said));
      case "gap" ->
          new Event.Gap(
              subject(said),
              text(said, "epoch"),
              number(said, "first"),
              number(said, "last"),
              reason(text(said, "reason")));
      case "position" ->
          new Event.At(
              subject(said),
              position(said),
              said.containsKey("conflated") ? number(said, "conflated") : 0);
      case "held" ->
          new Event.Held(channel(said), (int) number(said, "readers"), number(said, "bytes"));
      case "released" -> new Event.Released(channel(said));
      case "history" ->
          new Event.History(
              id(said),
              channel(said),
              position(said),
              (Boolean) said.get("recovered"),
              (Boolean) said.get("more"),
              objects(said, "publications").stream().map(Spoken::publication).toList());
      case "presence" ->
          new Event.Presence(
              id(said),
              channel(said),
              objects(said, "users").stream()
                  .map(user -> new Present(text(user, "user"), (int) number(user, "connections")))
                  .toList(),
              (int) number(said, "total"));
      case "refreshed" -> new Event.Refreshed(id(said), expiry(said));
      case "pong" -> new Event.Pong(id(said), number(said, "millis"));
      case "failed" ->
          new Event.Failed(
              id(said),
              said.containsKey("channel") ? subject(said) : null,
              new Fault(code(text(said, "code")), text(said, "message")));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  static Publication publication(Map<String, Object> said) {
    Draft.Kind kind = Draft.Kind.valueOf(text(said, "kind").toUpperCase(java.util.Locale.ROOT));
    Publication publication =
        publication(
            kind,
            number(said, "offset"),
            number(said, "millis"),
            text(said, "channel"),
            (String) said.get("from"),
            said.containsKey("payload") ? text(said, "payload") : null);
    if (!said.containsKey("feed")) {
      return publication;
    }
    Position feed = position(object(said, "feed"));
    return publication.inFeed(text(said, "epoch"), feed.epoch(), feed.offset());
  }

  /** For which pattern a publication comes from its feed; null if it comes from its channel. */
  static ChannelPattern pattern(Map<String, Object> said) {
    return said.containsKey("pattern") ? new ChannelPattern(text(said, "pattern")) : null;
  }

  static Publication publication(
      Draft.Kind kind, long offset, long millis, String channel, String from, String payload) {
    Payload data =
        payload == null
            ? Payload.NONE
            : JsonPayload.parse(payload.getBytes(UTF_8), Limits.Json.DEFAULTS);
    Draft draft = new Draft(new ChannelName(channel), kind, from, data, null, null);
    return new Publication(offset, millis, draft);
  }

  static String print(NexusGrammar grammar, Publication publication) {
    return print(grammar, publication, null);
  }

  static String print(NexusGrammar grammar, Publication publication, ChannelPattern pattern) {
    byte[] into = new byte[grammar.size(publication, pattern) + 20];
    Arrays.fill(into, (byte) '~');
    int end = grammar.write(publication, pattern, into, 10);
    String text = new String(into, UTF_8);
    if (end != into.length - 10
        || !text.startsWith("~".repeat(10))
        || !text.endsWith("~".repeat(10))) {
      throw new AssertionError("size and write differ: " + text);
    }
    return new String(into, 10, end - 10, UTF_8);
  }

  static GapReason reason(String wireName) {
    return Arrays.stream(GapReason.values())
        .filter(reason -> reason.wireName().equals(wireName))
        .findFirst()
        .orElseThrow();
  }

  static Code code(String text) {
    return Arrays.stream(Code.values())
        .filter(code -> code.text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static long expiry(Map<String, Object> said) {
    return said.containsKey("expiresAt") ? number(said, "expiresAt") : Long.MAX_VALUE;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> objects(Map<String, Object> said, String name) {
    return (List<Map<String, Object>>) said.get(name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Map<String, Object> said, String name) {
    return (Map<String, Object>) said.get(name);
  }

  private static RequestId id(Map<String, Object> said) {
    return said.containsKey("id") ? new RequestId(text(said, "id")) : null;
  }

  /** A channel, or a pattern if it has a wildcard. */
  private static Subject subject(Map<String, Object> said) {
    String text = text(said, "channel");
    return ChannelPattern.hasWildcard(text) ? new ChannelPattern(text) : new ChannelName(text);
  }

  private static ChannelName channel(Map<String, Object> said) {
    return new ChannelName(text(said, "channel"));
  }

  private static Position position(Map<String, Object> said) {
    return new Position(text(said, "epoch"), number(said, "offset"));
  }

  private static String text(Map<String, Object> said, String name) {
    return (String) said.get(name);
  }

  private static long number(Map<String, Object> said, String name) {
    return ((Number) said.get(name)).longValue();
  }
}
