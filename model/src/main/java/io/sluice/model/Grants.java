package io.sluice.model;

import java.util.List;

/**
 * What a token lets its bearer do.
 *
 * @param publish the channels it may publish to
 * @param subscribe the channels it may subscribe to
 */
public record Grants(List<ChannelPattern> publish, List<ChannelPattern> subscribe) {
  /** Everything: what a valid token without grants of its own may do. */
  public static final Grants ALL =
      new Grants(List.of(ChannelPattern.ALL), List.of(ChannelPattern.ALL));

  public Grants {
    publish = List.copyOf(publish);
    subscribe = List.copyOf(subscribe);
  }

  /** Whether a publication to the channel is allowed. */
  public boolean mayPublish(ChannelName channel) {
    return covers(publish, channel);
  }

  /** Whether a subscription to the channel is allowed. */
  public boolean maySubscribe(ChannelName channel) {
    return covers(subscribe, channel);
  }

  private static boolean covers(List<ChannelPattern> patterns, ChannelName channel) {
    for (ChannelPattern pattern : patterns) {
      if (pattern.covers(channel)) {
        return true;
      }
    }
    return false;
  }
}
