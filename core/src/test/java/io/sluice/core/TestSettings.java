package io.sluice.core;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.ChannelSettings.Delivery;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.util.List;
import java.util.Set;

/** Channels that behave as a test wants them to. */
final class TestSettings {
  private TestSettings() {}

  static final Set<Policy> ALL = Set.of(Policy.values());

  /** Every channel is delivered so. */
  static Namespaces everywhere(Limits.Log log, Delivery delivery) {
    return new Namespaces(List.of(), settings(log, delivery, Priority.MEDIUM));
  }

  static ChannelSettings settings(Limits.Log log, Delivery delivery, Priority priority) {
    return new ChannelSettings(
        log,
        delivery,
        null,
        null,
        true,
        ChannelSettings.Rights.EVERYBODY,
        ChannelSettings.Clients.DEFAULTS,
        priority);
  }

  /** These channels go first, or last; all others are ordinary. */
  static Namespaces prior(Limits.Log log, String pattern, Priority priority) {
    return new Namespaces(
        List.of(
            new Namespaces.Namespace(
                new ChannelPattern(pattern), settings(log, Delivery.DEFAULTS, priority))),
        ChannelSettings.of(log));
  }

  static Delivery latestKeys(int keys) {
    return new Delivery(Policy.LOSSLESS, ALL, Delivery.BY_KEY, keys, 64, 512);
  }

  static Delivery dropOldest(int messages) {
    return new Delivery(Policy.LOSSLESS, ALL, Delivery.BY_KEY, 1_000, messages, 512);
  }

  static Delivery disconnect(int messages) {
    return new Delivery(Policy.LOSSLESS, ALL, Delivery.BY_KEY, 1_000, 64, messages);
  }
}
