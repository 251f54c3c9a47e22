package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every channel that gets a log, so that who wants to read channels with names it cannot
 * know need not open them before anything is there. A broker port's.
 *
 * <p>Thread: that of whoever was the first to publish or to read there; nothing may wait here.
 */
@FunctionalInterface
public interface LogWatch {
  /**
   * There is a log: empty, or going on where one of that name ended. Told once for each, by whoever
   * made it, before what it was made for is appended; another thread that comes at the same moment
   * may append before.
   *
   * @param hold where whoever comes to read may hold the writers from now on; null if nobody may
   */
  void opened(ChannelName channel, @Nullable Hold hold, Moment now);
}
