package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.util.List;

/** Namespaces with a feed. */
public final class TestNamespaces {
  private TestNamespaces() {}

  /** One namespace with a feed; whatever is outside has a log of the same bounds and no feed. */
  public static Namespaces fed(String pattern, Limits.Log log, Limits.Log feed) {
    return new Namespaces(List.of(namespace(pattern, log, feed)), ChannelSettings.of(log));
  }

  /** A namespace; without a feed if that is null. */
  public static Namespaces.Namespace namespace(String pattern, Limits.Log log, Limits.Log feed) {
    return namespace(pattern, log, feed, ChannelSettings.Rights.EVERYBODY, Integer.MAX_VALUE);
  }

  /** A namespace where not everybody may, and not any number. */
  public static Namespaces.Namespace namespace(
      String pattern,
      Limits.Log log,
      Limits.Log feed,
      ChannelSettings.Rights rights,
      int subscribers) {
    ChannelSettings plain = ChannelSettings.of(log);
    return new Namespaces.Namespace(
        new ChannelPattern(pattern),
        new ChannelSettings(
            log,
            plain.delivery(),
            null,
            feed,
            true,
            rights,
            new ChannelSettings.Clients(Integer.MAX_VALUE, subscribers),
            plain.priority()));
  }

  /** A channel, or a pattern if it has a wildcard. */
  public static Subject subject(String text) {
    return ChannelPattern.hasWildcard(text) ? new ChannelPattern(text) : new ChannelName(text);
  }
}
