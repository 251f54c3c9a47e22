package io.sluice.server.config;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces.Namespace;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.util.List;

/**
 * How the channels of graphs behave where the operator says nothing: who is late with positions
 * gets the newest, of changes everybody gets each.
 */
final class GraphRules {
  /** What was published lives in the graph, and the log is for those who keep up. */
  private static final int MESSAGES = 16;

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
    ChannelSettings.Delivery newest =
        new ChannelSettings.Delivery(
            Policy.LATEST,
            d.allowed(),
            d.conflateBy(),
            d.latestKeys(),
            d.dropOldestMessages(),
            d.disconnectMessages());
    return List.of(
        new Namespace(new ChannelPattern("graph.*.changes"), settings(log, d, Priority.HIGH)),
        new Namespace(new ChannelPattern("graph.>"), settings(brief, newest, Priority.MEDIUM)));
  }

  private static ChannelSettings settings(
      Limits.Log log, ChannelSettings.Delivery delivery, Priority priority) {
    ChannelSettings usual = ChannelSettings.of(log);
    return new ChannelSettings(
        usual.log(), delivery, null, null, false, usual.rights(), usual.clients(), priority);
  }
}
