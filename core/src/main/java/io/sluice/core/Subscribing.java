package io.sluice.core;

import io.sluice.core.log.Log;
import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.FilterSet;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import org.jspecify.annotations.Nullable;

/**
 * What subscribe and unsubscribe do. Owned by its lane.
 *
 * <p>While a channel's log is being opened, the commands for it wait in their order; commands for
 * other channels do not. While a feed's is, so do those for its patterns, and of whoever asked for
 * it those for its channels.
 */
final class Subscribing {
  private final Lane lane;
  private final Presence presence;

  Subscribing(Lane lane, Presence presence) {
    this.lane = lane;
    this.presence = presence;
  }

  void subscribe(Session session, Command.Subscribe subscribe, Moment now) {
    Subject subject = subscribe.subject();
    Fault fault = refusal(session, subscribe);
    Subject source = source(subject);
    if (fault != null || source == null) {
      session.fail(subscribe.id(), subject, fault != null ? fault : noFeed());
      return;
    }
    Fanout earlier = awaited(session, subject);
    Fanout fanout = earlier != null ? earlier : lane.fanouts().open(source, now);
    if (!fanout.isOpen()) {
      await(fanout, session, subscribe.subject(), subscribe);
      return;
    }
    Cursor cursor = session.cursor(subject);
    if (cursor == null) {
      open(session, subscribe, fanout, now);
      lane.fanouts().closeIfUnused(fanout, now);
    } else {
      extend(session, subscribe, cursor, now);
    }
  }

  /** Whose log has the publications: the channel's, or the namespace's around the pattern. */
  private @Nullable Subject source(Subject subject) {
    return switch (subject) {
      case ChannelName channel -> channel;
      case ChannelPattern pattern -> {
        Namespaces.Namespace fed = lane.namespaces().withFeed(pattern);
        yield fed == null ? null : fed.pattern();
      }
    };
  }

  /**
   * What a command about this has to wait for: a log that is being opened; null if nothing. Where a
   * subscription is open none of its commands waits, and none has to.
   */
  @Nullable Fanout awaited(Session session, Subject subject) {
    if (session.cursor(subject) != null) {
      return null;
    }
    if (subject instanceof ChannelName channel) {
      Fanout earlier = lane.fanouts().awaitedBefore(session, channel);
      if (earlier != null) {
        return earlier;
      }
    }
    Subject source = source(subject);
    Fanout fanout = source == null ? null : lane.fanouts().of(source);
    return fanout == null || fanout.isOpen() ? null : fanout;
  }

  private static Fault noFeed() {
    return new Fault(Code.NO_FEED, "No namespace around this pattern has a feed");
  }

  private @Nullable Fault refusal(Session session, Command.Subscribe subscribe) {
    Subject subject = subscribe.subject();
    if (lane.isStopping()) {
      return new Fault(Code.SHUTTING_DOWN, "The server is stopping");
    }
    if (!session.rights().mayRead(subject)) {
      return new Fault(Code.FORBIDDEN, "The token does not allow subscribing to this channel");
    }
    if (subject instanceof ChannelPattern && subscribe.presence()) {
      return new Fault(Code.INVALID_FIELD, "presence is asked of a channel, not of a pattern");
    }
    if (subject instanceof ChannelPattern && Boolean.TRUE.equals(subscribe.hold())) {
      return new Fault(Code.INVALID_FIELD, "A channel is held, not a pattern of channels");
    }
    Fault manner = refusedManner(session, subscribe, subject);
    if (manner != null) {
      return manner;
    }
    if (subscribe.presence()
        && subject instanceof ChannelName channel
        && !lane.inquiries().isTold(channel)) {
      return Inquiries.presenceIsOff();
    }
    if (!session.maySubscribe(subject)) {
      int limit = lane.limits().session().subscriptions();
      return new Fault(
          Code.SUBSCRIPTION_LIMIT, "The connection holds " + limit + " subscriptions already");
    }
    return null;
  }

  /** What waits may open the subscription to which this one adds: it is asked again behind it. */
  private @Nullable Fault refusedManner(
      Session session, Command.Subscribe subscribe, Subject subject) {
    Cursor live = session.cursor(subject);
    if (live != null) {
      return Manner.refusal(subscribe, live);
    }
    return awaited(session, subject) == null
        ? Manner.refusal(subscribe, delivery(subject), session.isStamped())
        : null;
  }

  private ChannelSettings.Delivery delivery(Subject subject) {
    Namespaces namespaces = lane.namespaces();
    Namespaces.Namespace around =
        switch (subject) {
          case ChannelName channel -> namespaces.around(channel);
          case ChannelPattern pattern -> namespaces.around(pattern);
        };
    return (around == null ? namespaces.fallback() : around.settings()).delivery();
  }

  /** Keeps a command until the log is open, or refuses it. */
  void await(Fanout fanout, Session session, Subject subject, Command command) {
    if (!lane.fanouts().await(fanout, session, command)) {
      session.fail(command.id(), subject, tooManyWaiting());
    }
  }

  static Fault tooManyWaiting() {
    return new Fault(Code.BUSY, "Too many commands are waiting for channels to be opened");
  }

  /** Opens a subscription where the request wants it to begin. */
  private void open(Session session, Command.Subscribe subscribe, Fanout fanout, Moment now) {
    Roster.Key key = key(session, subscribe, fanout);
    Fault tooMany = tooManyFilters(session, FilterSet.EMPTY, key.filters());
    if (tooMany != null) {
      session.fail(subscribe.id(), subscribe.subject(), tooMany);
      return;
    }
    // Who joins now joins at the head as it is now; what others are still owed goes first.
    lane.outlet().flush();
    fanout.drainToHead();
    Manner manner = manner(session, subscribe, fanout);
    Position since = subscribe.since();
    long from = since == null && manner.beginsWithState(fanout.log()) ? 1 : fanout.next();
    boolean recovered = false;
    if (since != null) {
      if (!since.epoch().equals(fanout.log().epoch())) {
        // Everything under the new epoch is news to it.
        from = 1;
      } else if (since.offset() >= fanout.next()) {
        session.fail(
            subscribe.id(),
            subscribe.subject(),
            new Fault(Code.INVALID_POSITION, "since.offset is ahead of the channel"));
        return;
      } else {
        from = since.offset() + 1;
        recovered =
            manner.beginsWithState(fanout.log())
                || (from >= fanout.log().first() && !isDropped(manner, fanout, from));
      }
    }
    if (!fanout.log().addSubscriber(session.rights().owns(subscribe.subject()))) {
      session.fail(subscribe.id(), subscribe.subject(), full(fanout.log()));
      return;
    }
    Cursor cursor = fanout.add(session, key, manner, from);
    Credit credit = subscribe.credit();
    if (credit != null) {
      cursor.grant(credit);
    }
    session.put(cursor);
    session.holdFilters(key.filters().bytes());
    lane.meter().subscribed(1);
    hold(cursor, subscribe.hold() == null ? Boolean.TRUE : subscribe.hold(), now);
    cursor.present =
        fanout.subject() instanceof ChannelName channel
            && presence.join(channel, session.identity().user(), now);
    answer(session, subscribe, cursor, recovered);
    watchIfAsked(session, subscribe, now);
    if (from == fanout.next()) {
      cursor.roster.join(cursor, from - 1);
    } else {
      lane.feeder().enqueue(cursor);
    }
  }

  private static Fault full(Log log) {
    int most = log.settings().clients().subscribers();
    return new Fault(Code.CHANNEL_FULL, "There are " + most + " subscriptions already");
  }

  private static Manner manner(Session session, Command.Subscribe subscribe, Fanout fanout) {
    return Manner.of(subscribe, fanout.log().settings().delivery(), session.isStamped());
  }

  /** Whether the policy will pass over what lies at this place. */
  private static boolean isDropped(Manner manner, Fanout fanout, long from) {
    return manner.policy() == Policy.DROP_OLDEST
        && from < fanout.next() - fanout.log().settings().delivery().dropOldestMessages();
  }

  private static Roster.Key key(Session session, Command.Subscribe subscribe, Fanout fanout) {
    return new Roster.Key(
        session.form(fanout),
        subscribe.subject() instanceof ChannelPattern pattern ? pattern : null,
        with(FilterSet.EMPTY, subscribe.filter()),
        subscribe.credit() != null,
        subscribe.recoverable() || subscribe.since() != null);
  }

  /** Adds a filter entry and credit to a subscription that is open: all of it, or nothing. */
  private void extend(Session session, Command.Subscribe subscribe, Cursor cursor, Moment now) {
    Roster.Key key = cursor.roster.key();
    FilterSet filters = with(key.filters(), subscribe.filter());
    Credit credit = subscribe.credit();
    Fault fault = tooManyFilters(session, key.filters(), filters);
    if (subscribe.since() != null) {
      fault = new Fault(Code.ALREADY_SUBSCRIBED, "since cannot change a live subscription");
    } else if (fault == null && credit != null && !cursor.grant(credit)) {
      fault = new Fault(Code.INVALID_CREDIT, "The balance would pass 2^53-1");
    }
    if (fault != null) {
      session.fail(subscribe.id(), subscribe.subject(), fault);
      return;
    }
    session.holdFilters(filters.bytes() - key.filters().bytes());
    boolean recoverable = key.recoverable() || subscribe.recoverable();
    cursor.fanout.move(cursor, key.with(filters, recoverable));
    hold(cursor, subscribe.hold(), now);
    answer(session, subscribe, cursor, false);
    watchIfAsked(session, subscribe, now);
    lane.feeder().enqueue(cursor);
  }

  /**
   * Lets a subscription hold the channel's writers, or not; null leaves it as it is. One request of
   * many does not: when its credit is spent it ends, and nobody would hold until the next.
   */
  private static void hold(Cursor cursor, @Nullable Boolean wanted, Moment now) {
    Holders holders = cursor.fanout.holders();
    if (holders == null
        || wanted == null
        || cursor.policy() != Policy.LOSSLESS
        || cursor.session.isPassing()) {
      return;
    }
    if (wanted) {
      holders.take(cursor);
    } else {
      holders.give(cursor, now);
    }
  }

  /** Whoever watches already and asks again gets a new list. */
  private void watchIfAsked(Session session, Command.Subscribe subscribe, Moment now) {
    if (subscribe.presence() && subscribe.subject() instanceof ChannelName channel) {
      Gallery gallery = lane.fanouts().gallery(channel, now);
      Cursor watcher = gallery.add(session, subscribe.id());
      unwatch(session, channel, now);
      session.watch(watcher);
      lane.feeder().enqueue(watcher);
    }
  }

  private void unwatch(Session session, Subject subject, Moment now) {
    Cursor watcher = session.unwatch(subject);
    if (watcher != null) {
      lane.fanouts().drop(watcher, now);
    }
  }

  /** Ends a subscription, and the watching that came with it. */
  void end(Session session, Cursor cursor, Moment now) {
    unwatch(session, cursor.subject(), now);
    session.remove(cursor);
    session.holdFilters(-cursor.roster.key().filters().bytes());
    lane.fanouts().drop(cursor, now);
  }

  /** What is wrong with a subscription's filters after a change, if anything. */
  private @Nullable Fault tooManyFilters(Session session, FilterSet before, FilterSet after) {
    Limits.Session limits = lane.limits().session();
    if (after.explicit().size() > limits.filters()) {
      return new Fault(
          Code.FILTER_LIMIT, "A subscription holds at most " + limits.filters() + " filters");
    }
    if (!session.mayHoldFilters(after.bytes() - before.bytes())) {
      return new Fault(
          Code.FILTER_LIMIT,
          "The filters of a connection have at most " + limits.allFilterBytes() + " bytes");
    }
    return null;
  }

  private static FilterSet with(FilterSet filters, @Nullable Filter filter) {
    return filter == null ? filters.withDefault() : filters.with(filter);
  }

  private void answer(
      Session session, Command.Subscribe subscribe, Cursor cursor, boolean recovered) {
    Position position = new Position(cursor.fanout.log().epoch(), cursor.position() - 1);
    session.tell(
        new Event.Subscribed(
            subscribe.id(),
            subscribe.subject(),
            subscribe.filter(),
            position,
            recovered,
            cursor.policy(),
            cursor.holds));
  }

  void unsubscribe(Session session, Command.Unsubscribe unsubscribe, Moment now) {
    Fanout fanout = awaited(session, unsubscribe.subject());
    if (fanout != null) {
      await(fanout, session, unsubscribe.subject(), unsubscribe);
      return;
    }
    Cursor cursor = session.cursor(unsubscribe.subject());
    if (cursor != null) {
      remove(session, cursor, unsubscribe.filter(), now);
    }
    session.tell(new Event.Unsubscribed(unsubscribe.id(), unsubscribe.subject(), null));
  }

  private void remove(Session session, Cursor cursor, @Nullable Filter filter, Moment now) {
    Roster.Key key = cursor.roster.key();
    FilterSet left = filter == null ? FilterSet.EMPTY : key.filters().without(filter);
    if (left.isEmpty()) {
      end(session, cursor, now);
    } else {
      session.holdFilters(left.bytes() - key.filters().bytes());
      cursor.fanout.move(cursor, key.with(left, key.recoverable()));
      // What it could not pay for may not be for it any more.
      lane.feeder().enqueue(cursor);
    }
  }
}
