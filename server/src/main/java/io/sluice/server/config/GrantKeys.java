package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Grants;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks for what a role or a key may do. */
final class GrantKeys {
  private static final int MAX_PATTERNS = 1_000;

  private GrantKeys() {}

  /** The grants; null if none of their keys is there. */
  static @Nullable Grants read(KeyReader keys, String origin) throws SettingsException {
    List<ChannelPattern> publish = patterns(keys, origin, "publish");
    List<ChannelPattern> subscribe = patterns(keys, origin, "subscribe");
    List<ChannelPattern> broadcast = patterns(keys, origin, "broadcast");
    boolean disconnect = keys.flag("disconnect", "");
    boolean given =
        keys.isGiven("publish")
            || keys.isGiven("subscribe")
            || keys.isGiven("broadcast")
            || keys.isGiven("disconnect");
    return given ? new Grants(publish, subscribe, broadcast, disconnect) : null;
  }

  private static List<ChannelPattern> patterns(KeyReader keys, String origin, String key)
      throws SettingsException {
    List<String> texts = keys.list(key, "patterns", "");
    if (texts.size() > MAX_PATTERNS) {
      throw new SettingsException(
          origin + ": " + key + ": more than " + MAX_PATTERNS + " patterns");
    }
    List<ChannelPattern> patterns = new ArrayList<>();
    for (String text : texts) {
      if (!ChannelPattern.isValid(text)) {
        throw new SettingsException(
            origin
                + ": "
                + key
                + ": an entry is not a channel pattern such as news, news.* or news.>");
      }
      patterns.add(new ChannelPattern(text));
    }
    return patterns;
  }
}
