package io.sluice.core.presence;

import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Moment;
import io.sluice.model.Present;
import java.util.List;

/**
 * The port behind which is kept who is subscribed to what. It answers at once, from what this
 * process knows; an adapter that also hears of others brings their comings and goings in as changes
 * like any.
 *
 * <p>Thread: all methods may be called from any thread, and none waits.
 */
public interface Presence {
  /** Keeps nothing. */
  Presence NONE = new NoPresence();

  /** Whether anything is kept; if not, nobody may ask or watch. */
  boolean isKept();

  /**
   * A subscription has begun.
   *
   * @return whether it was noted; only then its end must be told
   */
  boolean join(ChannelName channel, String user, Moment now);

  /** A subscription that was noted has ended. */
  void leave(ChannelName channel, String user, Moment now);

  /** Who is there, at most so many of them by name. */
  Roll roll(ChannelName channel, int most);

  /**
   * Opens the log of a channel's changes for one watcher. The signal is joined to it before it is
   * returned. It is given back with {@link #unwatch}, and nobody else appends to it.
   */
  Log watch(ChannelName channel, Signal signal, Moment now);

  /** Gives the log of a channel's changes back. */
  void unwatch(ChannelName channel, Signal signal, Moment now);

  /**
   * Who is there at one moment.
   *
   * @param users in order of joining
   * @param total how many there are, listed or not
   * @param changes the last change that this list knows: the head of the log of changes, 0 if
   *     nobody watches
   */
  record Roll(List<Present> users, int total, long changes) {}
}
