package io.sluice.admin;

import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/** The port to what the logs still have. Any thread. */
@FunctionalInterface
public interface History {
  /**
   * Reads a channel's log.
   *
   * @param since wants those after it, oldest first; null wants the newest
   * @param limit at most so many, 1 or more
   */
  void read(
      ChannelName channel,
      @Nullable Position since,
      int limit,
      Moment now,
      HistoryReading.Answer answer);
}
