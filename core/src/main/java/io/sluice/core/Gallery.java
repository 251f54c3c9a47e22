package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import io.sluice.model.FilterSet;
import io.sluice.model.Moment;
import io.sluice.model.RequestId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One lane's watchers of who comes to a channel and who goes: a fanout over the channel's log of
 * changes. Owned by that lane; only {@link #raise} is for everybody.
 *
 * <p>A watcher that lost something, as a new one has lost everything, is shown the list of who is
 * there and goes on behind it.
 */
final class Gallery extends Fanout {
  /** Before any offset: who stands here is shown the list first. */
  private static final long NOTHING_SEEN = 0;

  private final Lane lane;
  private final ChannelName channel;
  private final Presence presence;

  /** Whose list answers a request, which had this id. */
  private final Map<Cursor, RequestId> asked = new HashMap<>(2);

  Gallery(Lane lane, ChannelName channel, Presence presence, Moment now) {
    super(lane, channel);
    this.lane = lane;
    this.channel = channel;
    this.presence = presence;
    Log changes = presence.watch(channel, this, now);
    opened(changes, changes.head());
  }

  /** Takes in a watcher; its list comes when the feeder comes to it. */
  Cursor add(Session session, @Nullable RequestId id) {
    Roster.Key key = new Roster.Key(session.form(this), null, FilterSet.DEFAULT, false, false);
    Cursor watcher = add(session, key, Manner.LOSSLESS, NOTHING_SEEN);
    if (id != null) {
      asked.put(watcher, id);
    }
    return watcher;
  }

  @Override
  void remove(Cursor watcher) {
    asked.remove(watcher);
    super.remove(watcher);
  }

  @Override
  boolean isOfPresence() {
    return true;
  }

  @Override
  void leaveLog(Moment now) {
    presence.unwatch(channel, this, now);
  }

  /** Tells a parked watcher who is there; it goes on behind the last change the list knows. */
  void show(Cursor watcher) {
    Presence.Roll roll = presence.roll(channel, lane.limits().presence().users());
    // The log may be ahead of those who keep up, and nobody may stand before them.
    drainToHead();
    int slot = watcher.session.slot();
    RequestId id = asked.remove(watcher);
    lane.outlet().tell(slot, new Event.Presence(id, channel, roll.users(), roll.total()));
    lane.outlet().flush();
    watcher.next = roll.changes() + 1;
  }
}
