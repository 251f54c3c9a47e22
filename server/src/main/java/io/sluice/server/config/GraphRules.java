package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces.Namespace;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.util.List;
import java.util.Set;

/**
 * How the channels of graphs and rooms behave where the operator says nothing: who is late with
 * positions gets the newest, of changes everybody gets each, and none but the graph speaks there.
 * Who may move its nodes is who may publish on its name.
 */
final class GraphRules {
  /** What was published lives in the graph, and the log is for those who keep up. */
  private static final int MESSAGES = 16;

  /** A listener that can take more is told so many packets of the past. */
  private static final int LATE_PACKETS = 3;

  /** No role publishes there. */
  private static final ChannelSettings.Rights ITS_OWN = new ChannelSettings.Rights(Set.of(), null);

  private GraphRules() {}

  static List<Namespace> namespaces(Limits.Log log) {
    Limits.Log brief =
        new Limits.Log(
            Math.min(MESSAGES, log.messages()),
            log.bytes(),
            log.age(),
            log.derivedBytes(),
            log.idempotencyKeys(),
            log.idempotencyWindow());
    ChannelSettings.Delivery d = ChannelSettings.Delivery.DEFAULTS;
    ChannelSettings.Delivery newest = d.with(Policy.LATEST);
    return List.of(
        new Namespace(
            new ChannelPattern("graph.*"),
            settings(log, d, ChannelSettings.Rights.EVERYBODY, Priority.MEDIUM)),
        new Namespace(
            new ChannelPattern("graph.*.changes"), settings(log, d, ITS_OWN, Priority.HIGH)),
        new Namespace(
            new ChannelPattern("graph.>"), settings(brief, newest, ITS_OWN, Priority.MEDIUM)),
        new Namespace(
            new ChannelPattern("voice.*"),
            settings(brief, prompt(d), ChannelSettings.Rights.EVERYBODY, Priority.CRITICAL)));
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
      Limits.Log log,
      ChannelSettings.Delivery delivery,
      ChannelSettings.Rights rights,
      Priority priority) {
    ChannelSettings usual = ChannelSettings.of(log);
    return new ChannelSettings(
        usual.log(), delivery, null, null, false, rights, usual.clients(), priority);
  }
}
