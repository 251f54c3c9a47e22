package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import io.sluice.services.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the list {@code channels}. */
final class ChannelRules {
  private static final int MAX = 1_000;
  private static final int LARGE = 1 << 30;
  private static final int PLAYGROUND_HOLD_BYTES = 32 << 10;

  private ChannelRules() {}

  /**
   * Reads the list, and adds our own namespaces behind it.
   *
   * @param development whether the playground's namespace is among them
   */
  static Namespaces read(KeyReader keys, Limits.Log fallback, boolean development)
      throws SettingsException {
    Given given =
        keys.tree(
            "channels",
            "a list of namespaces, each with a `pattern`; see channels.md",
            "how channels behave: history, policies, hold, feed, presence, rights, limits; the"
                + " first pattern that covers a channel counts");
    List<Namespaces.Namespace> list = new ArrayList<>();
    if (given instanceof Given.Node(String origin, JsonNode node)) {
      if (!node.isArray() || node.size() > MAX) {
        throw new SettingsException(origin + ": not a list of at most " + MAX + " namespaces");
      }
      for (int i = 0; i < node.size(); i++) {
        list.add(namespace(origin + "[" + i + "]", node.get(i), fallback));
      }
    }
    list.add(telemetry(fallback));
    list.addAll(HaipRules.namespaces(fallback));
    list.addAll(GraphRules.namespaces(fallback));
    if (development) {
      list.add(playground(fallback));
    }
    return new Namespaces(list, ChannelSettings.of(fallback), List.of(GraphRules.RESERVED));
  }

  /** Whoever is late with telemetry wants what holds now. The operator's own rules go before. */
  private static Namespaces.Namespace telemetry(Limits.Log fallback) {
    ChannelSettings usual = ChannelSettings.of(fallback);
    ChannelSettings.Delivery d = usual.delivery();
    return new Namespaces.Namespace(
        new ChannelPattern(Telemetry.CHANNEL.value()),
        new ChannelSettings(
            usual.log(),
            d.with(Policy.LATEST),
            usual.hold(),
            usual.feed(),
            usual.presence(),
            usual.rights(),
            usual.clients(),
            usual.priority()));
  }

  /** Where the page shows how a slow reader holds a publisher, soon enough to be seen. */
  private static Namespaces.Namespace playground(Limits.Log fallback) {
    ChannelSettings usual = ChannelSettings.of(fallback);
    ChannelSettings.Hold hold = ChannelSettings.Hold.DEFAULTS;
    long bytes = Math.min(PLAYGROUND_HOLD_BYTES, fallback.bytes());
    return new Namespaces.Namespace(
        new ChannelPattern("playground.>"),
        new ChannelSettings(
            usual.log(),
            usual.delivery(),
            new ChannelSettings.Hold(bytes, hold.readers(), hold.patience()),
            fallback,
            usual.presence(),
            usual.rights(),
            usual.clients(),
            usual.priority()));
  }

  /** The keys of one namespace, for the page that lists them. */
  static List<KeyReader.KnownKey> known() throws SettingsException {
    KeyReader keys = new KeyReader(Map.of(), new Environment(Map.of()), SettingsFile.NONE);
    pattern(keys);
    settings("channels[]", keys, Limits.Log.DEFAULTS);
    return keys.known();
  }

  private static Namespaces.Namespace namespace(String origin, JsonNode node, Limits.Log fallback)
      throws SettingsException {
    if (!(node instanceof ObjectNode object)) {
      throw new SettingsException(origin + ": not a namespace {pattern: …, log: {…}, …}");
    }
    KeyReader keys =
        new KeyReader(Map.of(), new Environment(Map.of()), SettingsFile.of(origin, object));
    String pattern = pattern(keys);
    ChannelSettings settings = settings(origin, keys, fallback);
    keys.refuseUnknown();
    if (pattern == null || !ChannelPattern.isValid(pattern)) {
      throw new SettingsException(
          origin + ": pattern is not a channel pattern such as news, news.* or news.>");
    }
    return new Namespaces.Namespace(new ChannelPattern(pattern), settings);
  }

  private static @Nullable String pattern(KeyReader keys) throws SettingsException {
    return keys.text(
        "pattern",
        "a pattern",
        "none",
        "the channels it is for: `*` stands for one segment, a closing `>` for one or more");
  }

  private static ChannelSettings settings(String origin, KeyReader keys, Limits.Log fallback)
      throws SettingsException {
    Limits.Log log = LogBounds.read(keys, "log.", fallback);
    ChannelSettings.Delivery delivery = delivery(origin, keys);
    ChannelSettings.Hold hold = hold(origin, keys, log);
    if (hold != null && !delivery.allowed().contains(Policy.LOSSLESS)) {
      throw new SettingsException(
          origin + ".hold.enabled: only lossless readers hold, and policies has no lossless");
    }
    return new ChannelSettings(
        log,
        delivery,
        hold,
        feed(keys, log),
        keys.flag("presence", true, "whether it may be asked who is there"),
        new ChannelSettings.Rights(
            roles(keys, "publish", "only these roles may publish, if a token grants it too"),
            roles(keys, "subscribe", "only these roles may subscribe and read, likewise")),
        clients(keys),
        priority(origin, keys));
  }

  private static ChannelSettings.Delivery delivery(String origin, KeyReader keys)
      throws SettingsException {
    ChannelSettings.Delivery d = ChannelSettings.Delivery.DEFAULTS;
    String all =
        Arrays.stream(Policy.values()).map(Policy::wireName).collect(Collectors.joining(", "));
    String named =
        keys.text("policy", all, d.policy().wireName(), "for a subscriber that cannot take more");
    Policy policy = named == null ? d.policy() : policy(origin, "policy", named);
    boolean anyAllowed = !keys.isGiven("policies");
    Set<Policy> allowed = EnumSet.noneOf(Policy.class);
    for (String one : keys.list("policies", all + " (default: all)", "what a client may ask for")) {
      allowed.add(policy(origin, "policies", one));
    }
    allowed.add(policy);
    String conflateBy =
        keys.text(
            "conflateBy",
            "a field, or " + ChannelSettings.Delivery.BY_KEY,
            d.conflateBy(),
            "what makes publications the same thing for `latest`");
    return new ChannelSettings.Delivery(
        policy,
        anyAllowed ? d.allowed() : allowed,
        conflateBy == null ? d.conflateBy() : conflateBy,
        keys.integer(
            "latest.keys",
            d.latestKeys(),
            1,
            1 << 20,
            "a `latest` subscriber resumes with so many keys; beyond it a gap"),
        keys.integer(
            "drop-oldest.messages",
            d.dropOldestMessages(),
            1,
            1 << 20,
            "a `drop-oldest` subscriber resumes so far behind the head; beyond it a gap"),
        keys.integer(
            "disconnect.messages",
            d.disconnectMessages(),
            1,
            1 << 20,
            "a `disconnect` subscriber is closed `slow` so far behind the head"));
  }

  private static Policy policy(String origin, String key, String name) throws SettingsException {
    Policy policy = Policy.of(name);
    if (policy == null) {
      throw new SettingsException(origin + "." + key + ": there is no policy '" + name + "'");
    }
    return policy;
  }

  private static ChannelSettings.@Nullable Hold hold(String origin, KeyReader keys, Limits.Log log)
      throws SettingsException {
    ChannelSettings.Hold d = ChannelSettings.Hold.DEFAULTS;
    boolean enabled = keys.flag("hold.enabled", "a slow lossless reader slows its writers");
    ChannelSettings.Hold hold =
        new ChannelSettings.Hold(
            keys.size(
                "hold.bytes",
                d.bytes(),
                1,
                LARGE,
                "publications wait once so much lies before the slowest holding reader"),
            keys.integer(
                "hold.readers", d.readers(), 1, 10_000, "readers of a channel that hold it"),
            keys.duration(
                "hold.patience",
                d.patience(),
                Duration.ofSeconds(1),
                Duration.ofDays(1),
                "a reader that has not moved for so long loses its hold"));
    if (enabled && hold.bytes() > log.bytes()) {
      throw new SettingsException(
          origin + ".hold.bytes: more than log.bytes, so that the log could not keep it");
    }
    return enabled ? hold : null;
  }

  private static Limits.@Nullable Log feed(KeyReader keys, Limits.Log log)
      throws SettingsException {
    boolean enabled =
        keys.flag("feed.enabled", "one more log of all publications, for subscribing by pattern");
    Limits.Log feed = LogBounds.read(keys, "feed.", log);
    return enabled ? feed : null;
  }

  private static @Nullable Set<String> roles(KeyReader keys, String key, String meaning)
      throws SettingsException {
    List<String> roles = keys.list(key, "roles", meaning);
    return keys.isGiven(key) ? Set.copyOf(roles) : null;
  }

  private static ChannelSettings.Clients clients(KeyReader keys) throws SettingsException {
    ChannelSettings.Clients d = ChannelSettings.Clients.DEFAULTS;
    return new ChannelSettings.Clients(
        (int)
            keys.size(
                "clients.payloadBytes",
                d.payloadBytes(),
                "none",
                1,
                Integer.MAX_VALUE,
                "the largest payload; beyond it `too_large`"),
        keys.integer(
            "clients.subscribers",
            d.subscribers(),
            "none",
            1,
            Integer.MAX_VALUE,
            "subscriptions to one channel; beyond it `channel_full`"));
  }

  private static Priority priority(String origin, KeyReader keys) throws SettingsException {
    String all =
        Arrays.stream(Priority.values()).map(Priority::wireName).collect(Collectors.joining(", "));
    String named =
        keys.text(
            "priority",
            all,
            Priority.MEDIUM.wireName(),
            "whose data goes first on a connection that cannot take everything");
    Priority priority = named == null ? Priority.MEDIUM : Priority.of(named);
    if (priority == null) {
      throw new SettingsException(origin + ".priority: '" + named + "' is not one of " + all);
    }
    return priority;
  }
}
