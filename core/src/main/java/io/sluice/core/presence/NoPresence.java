package io.sluice.core.presence;

import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import java.util.List;

/** Presence that is switched off: costs nothing and knows nobody. */
final class NoPresence implements Presence {
  @Override
  public boolean isKept() {
    return false;
  }

  @Override
  public boolean join(ChannelName channel, String user, Moment now) {
    return false;
  }

  @Override
  public void leave(ChannelName channel, String user, Moment now) {}

  @Override
  public Roll roll(ChannelName channel, int most) {
    return new Roll(List.of(), 0, 0);
  }

  @Override
  public Log watch(ChannelName channel, Signal signal, Moment now) {
    throw new IllegalStateException("presence is not kept");
  }

  @Override
  public void unwatch(ChannelName channel, Signal signal, Moment now) {}
}
