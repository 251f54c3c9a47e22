package io.sluice.server.config;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Limits;
import java.util.List;
import java.util.function.Function;

/**
 * How much each channel's log keeps: the first rule whose pattern covers the channel, or the
 * default.
 *
 * @param rules in the order they were written
 * @param fallback for channels without a rule
 */
public record ChannelLogs(List<Rule> rules, Limits.Log fallback)
    implements Function<ChannelName, Limits.Log> {
  /** Copies the list. */
  public ChannelLogs {
    rules = List.copyOf(rules);
  }

  /**
   * One rule.
   *
   * @param pattern the channels it is for
   * @param log the bounds of each of their logs
   */
  public record Rule(ChannelPattern pattern, Limits.Log log) {}

  @Override
  public Limits.Log apply(ChannelName channel) {
    for (Rule rule : rules) {
      if (rule.pattern().covers(channel)) {
        return rule.log();
      }
    }
    return fallback;
  }
}
