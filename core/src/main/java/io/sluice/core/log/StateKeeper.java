package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import io.sluice.model.Policy;

/**
 * Where it is said that somebody keeps the state of a channel.
 *
 * <p>Thread: any.
 */
public interface StateKeeper {
  /**
   * From now on whoever subscribes to the channel with {@link Policy#LATEST} is given all of its
   * state first, and what the state has more whenever it was behind, instead of publications. Who
   * subscribed before goes on as it began. The log stays until {@link #keepNoMore}.
   *
   * @return false if there are as many logs as there may be, or no more are made
   * @throws IllegalStateException if somebody keeps it already
   */
  boolean keep(ChannelName channel, StateSource source, Moment now);

  /**
   * The channel's state is kept no more, if it was; who reads it so goes on as long as it reads.
   */
  void keepNoMore(ChannelName channel, Moment now);
}
