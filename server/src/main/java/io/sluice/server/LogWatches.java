package io.sluice.server;

import io.sluice.core.log.Hold;
import io.sluice.core.log.LogWatch;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Everybody who hears of channels that get logs. Any thread. */
final class LogWatches implements LogWatch {
  private final List<LogWatch> watches = new CopyOnWriteArrayList<>();

  /** Hears of those that come from now on. */
  void add(LogWatch watch) {
    watches.add(watch);
  }

  @Override
  public void opened(ChannelName channel, @Nullable Hold hold, Moment now) {
    watches.forEach(watch -> watch.opened(channel, hold, now));
  }
}
