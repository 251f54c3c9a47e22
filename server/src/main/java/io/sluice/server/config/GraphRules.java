package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces.Namespace;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.time.Duration;
import java.util.List;

/**
 * How the channels of graphs and rooms behave where the operator says nothing: who is late with
 * positions gets the newest, of changes everybody gets each. Who may move its nodes is who may
 * publish on its name.
 */
final class GraphRules {
  /** What was published lives in the graph, and the log is for those who keep up. */
  private static final int MESSAGES = 16;

  /** A listener that can take more is told so many packets of the past. */
  private static final int LATE_PACKETS = 3;

  /** Nobody hears again what was said longer ago. */
  private static final Duration VOICE_AGE = Duration.ofSeconds(2);

  /** Whatever the operator says, none but the graph speaks there. */
  static final ChannelPattern RESERVED = new ChannelPattern("graph.*.>");

  private GraphRules() {}

  static List<Namespace> namespaces(Limits.Log log) {
    Limits.Log brief = brief(log, log.age());
    Limits.Log voices = brief(log, log.age().compareTo(VOICE_AGE) < 0 ? log.age() : VOICE_AGE);
    ChannelSettings.Delivery d = ChannelSettings.Delivery.DEFAULTS;
    ChannelSettings.Delivery newest = d.with(Policy.LATEST);
    return List.of(
        new Namespace(new ChannelPattern("graph.*"), settings(log, d, Priority.MEDIUM)),
        new Namespace(new ChannelPattern("graph.*.changes"), settings(log, d, Priority.HIGH)),
        new Namespace(new ChannelPattern("graph.>"), settings(brief, newest, Priority.MEDIUM)),
        new Namespace(
            new ChannelPattern("voice.*"), settings(voices, prompt(d), Priority.CRITICAL)));
  }

  private static Limits.Log brief(Limits.Log log, Duration age) {
    return new Limits.Log(
        Math.min(MESSAGES, log.messages()),
        log.bytes(),
        age,
        log.derivedBytes(),
        log.idempotencyKeys(),
        log.idempotencyWindow());
  }

  /** Of voices that are late the oldest are worth nothing. */
  private static ChannelSettings.Delivery prompt(ChannelSettings.Delivery d) {
    return new ChannelSettings.Delivery(
        Policy.DROP_OLDEST,
        d.allowed(),
        d.conflateBy(),
        d.latestKeys(),
        LATE_PACKETS,
        d.disconnectMessages());
  }

  private static ChannelSettings settings(
      Limits.Log log, ChannelSettings.Delivery delivery, Priority priority) {
    ChannelSettings usual = ChannelSettings.of(log);
    return new ChannelSettings(
        usual.log(), delivery, null, null, false, usual.rights(), usual.clients(), priority);
  }
}
