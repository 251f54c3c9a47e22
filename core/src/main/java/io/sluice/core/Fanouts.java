package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Subject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The channels and feeds that somebody on one lane reads: each is opened for the first and given
 * back with the last. Owned by its lane.
 */
final class Fanouts {
  private final Lane lane;
  private final Broker broker;
  private final Presence presence;
  private final Map<Subject, Fanout> fanouts = new HashMap<>();
  private final Map<ChannelName, Gallery> galleries = new HashMap<>();

  Fanouts(Lane lane, Broker broker, Presence presence) {
    this.lane = lane;
    this.broker = broker;
    this.presence = presence;
  }

  @Nullable Fanout of(Subject subject) {
    return fanouts.get(subject);
  }

  /** The fanout of a channel or a feed, which may still have to wait for its log. */
  Fanout open(Subject subject, Moment now) {
    Fanout known = fanouts.get(subject);
    if (known != null) {
      return known;
    }
    Fanout fanout = new Fanout(lane, subject);
    fanouts.put(subject, fanout);
    broker.open(subject, fanout, now, new Opening(lane, fanout));
    return fanout;
  }

  /**
   * The fanout for whose log a session's command about the channel has to wait, because earlier
   * ones do; null if it need not wait for them.
   */
  @Nullable Fanout awaitedBefore(Session session, ChannelName channel) {
    Subject awaited = session.awaited().before(channel, lane.namespaces());
    return awaited == null ? null : fanouts.get(awaited);
  }

  /** Keeps a command until the log is open; false if the session has too many waiting. */
  boolean await(Fanout fanout, Session session, Command command) {
    if (!session.awaited().add(fanout.subject(), command, lane.limits().session())) {
      return false;
    }
    fanout.await(session, command);
    return true;
  }

  void opened(Fanout fanout, Log log, long head, Moment now) {
    fanout.opened(log, head);
    for (Fanout.Waiting waiting : takeWaiting(fanout)) {
      waiting.session().resume(waiting.command(), now);
    }
    closeIfUnused(fanout, now);
  }

  void notOpened(Fanout fanout, Fault fault, Moment now) {
    fanouts.remove(fanout.subject());
    for (Fanout.Waiting waiting : takeWaiting(fanout)) {
      if (waiting.command() instanceof Command.Subscribe subscribe) {
        waiting.session().fail(subscribe.id(), subscribe.subject(), fault);
      } else {
        waiting.session().resume(waiting.command(), now);
      }
    }
  }

  /** All stop waiting before the first goes on: it may have to wait for this channel once more. */
  private static List<Fanout.Waiting> takeWaiting(Fanout fanout) {
    List<Fanout.Waiting> taken = fanout.takeWaiting();
    for (Fanout.Waiting waiting : taken) {
      waiting.session().awaited().remove(fanout.subject(), waiting.command());
      waiting.session().stir();
    }
    return taken;
  }

  /** Lets a cursor go that its session no longer holds. */
  void drop(Cursor cursor, Moment now) {
    cursor.session.leaveLine(cursor);
    cursor.fanout.remove(cursor);
    Holders holders = cursor.fanout.holders();
    if (holders != null) {
      holders.give(cursor, now);
    }
    if (!cursor.fanout.isOfPresence()) {
      cursor.fanout.log().removeSubscriber();
      lane.meter().subscribed(-1);
    }
    if (cursor.present && cursor.fanout.subject() instanceof ChannelName channel) {
      presence.leave(channel, cursor.session.identity().user(), now);
    }
    closeIfUnused(cursor.fanout, now);
  }

  void closeIfUnused(Fanout fanout, Moment now) {
    if (fanout.isOpen() && fanout.isUnused()) {
      boolean _ = (fanout.isOfPresence() ? galleries : fanouts).remove(fanout.subject(), fanout);
      fanout.leaveLog(now);
    }
  }

  /** Those on this lane who watch who is there. */
  Gallery gallery(ChannelName channel, Moment now) {
    return galleries.computeIfAbsent(channel, name -> new Gallery(lane, name, presence, now));
  }

  /** Tells everybody who keeps its position how far it is. */
  void tellPositions() {
    fanouts.values().forEach(Fanout::tellPositions);
  }
}
