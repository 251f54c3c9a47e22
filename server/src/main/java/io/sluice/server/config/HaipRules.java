package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces.Namespace;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the channels of HAIP's sessions behave where the operator says nothing: whoever speaks waits
 * for a reader that is slow, voices do not, and only agents and administrators see what is not
 * theirs.
 */
final class HaipRules {
  /** What an agent may be ahead of its reader. */
  private static final long HOLD_BYTES = 64 << 10;

  /** A reader whose line is cut holds for as long as it may come back. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Set<String> ROLES = Set.of("agent", "admin");

  private HaipRules() {}

  static List<Namespace> namespaces(Limits.Log log) {
    ChannelSettings.Delivery d = ChannelSettings.Delivery.DEFAULTS;
    ChannelSettings.Delivery recent = d.with(Policy.DROP_OLDEST);
    ChannelSettings voice = settings(log, recent, null, Priority.HIGH);
    ChannelSettings words =
        settings(
            log,
            d,
            new ChannelSettings.Hold(
                Math.min(HOLD_BYTES, log.bytes()),
                ChannelSettings.Hold.DEFAULTS.readers(),
                PATIENCE),
            Priority.MEDIUM);
    return List.of(
        new Namespace(new ChannelPattern("haip.*.AUDIO_IN"), voice),
        new Namespace(new ChannelPattern("haip.*.AUDIO_OUT"), voice),
        new Namespace(new ChannelPattern("haip.>"), words));
  }

  private static ChannelSettings settings(
      Limits.Log log,
      ChannelSettings.Delivery delivery,
      ChannelSettings.@Nullable Hold hold,
      Priority priority) {
    ChannelSettings usual = ChannelSettings.of(log);
    return new ChannelSettings(
        usual.log(),
        delivery,
        hold,
        usual.feed(),
        false,
        new ChannelSettings.Rights(ROLES, ROLES),
        usual.clients(),
        priority);
  }
}
