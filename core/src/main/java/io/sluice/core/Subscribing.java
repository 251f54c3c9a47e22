package io.sluice.core;

import io.sluice.core.presence.Presence;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.FilterSet;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * What subscribe, unsubscribe and credit do. Owned by its lane.
 *
 * <p>While a channel's log is being opened, the commands for it wait in their order; commands for
 * other channels do not.
 */
final class Subscribing {
  private final Lane lane;
  private final Presence presence;

  Subscribing(Lane lane, Presence presence) {
    this.lane = lane;
    this.presence = presence;
  }

  void subscribe(Session session, Command.Subscribe subscribe, Moment now) {
    if (!(subscribe.subject() instanceof ChannelName channel)) {
      session.fail(subscribe.id(), subscribe.subject(), noFeed());
      return;
    }
    Fault fault = refusal(session, subscribe, channel);
    if (fault != null) {
      session.fail(subscribe.id(), channel, fault);
      return;
    }
    Fanout fanout = lane.openFanout(channel, now);
    if (!fanout.isOpen()) {
      await(fanout, session, subscribe);
      return;
    }
    Cursor cursor = session.cursor(channel);
    if (cursor == null) {
      open(session, subscribe, fanout, now);
      lane.closeIfUnused(fanout, now);
    } else {
      extend(session, subscribe, cursor, now);
    }
  }

  private static Fault noFeed() {
    return new Fault(Code.NO_FEED, "No namespace around this pattern has a feed");
  }

  private @Nullable Fault refusal(
      Session session, Command.Subscribe subscribe, ChannelName channel) {
    if (lane.isStopping()) {
      return new Fault(Code.SHUTTING_DOWN, "The server is stopping");
    }
    if (!session.mayRead(channel)) {
      return new Fault(Code.FORBIDDEN, "The token does not allow subscribing to this channel");
    }
    if (subscribe.conflateBy() != null) {
      return new Fault(Code.POLICY_NOT_ALLOWED, "conflateBy needs the policy latest");
    }
    if (subscribe.policy() != null && subscribe.policy() != Policy.LOSSLESS) {
      return new Fault(
          Code.POLICY_NOT_ALLOWED,
          "Policy " + subscribe.policy().wireName() + " is not offered on this channel");
    }
    if (subscribe.presence() && !lane.inquiries().isTold(channel)) {
      return Inquiries.presenceIsOff();
    }
    if (!session.maySubscribe(channel)) {
      int limit = lane.limits().session().subscriptions();
      return new Fault(
          Code.SUBSCRIPTION_LIMIT, "The connection holds " + limit + " subscriptions already");
    }
    return null;
  }

  private void await(Fanout fanout, Session session, Command command) {
    if (!lane.await(fanout, session, command)) {
      session.fail(command.id(), fanout.channel(), tooManyWaiting());
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
    Position since = subscribe.since();
    long from = fanout.next();
    boolean recovered = false;
    if (since != null) {
      if (!since.epoch().equals(fanout.log().epoch())) {
        // Everything under the new epoch is news to it.
        from = 1;
      } else if (since.offset() >= from) {
        session.fail(
            subscribe.id(),
            subscribe.subject(),
            new Fault(Code.INVALID_POSITION, "since.offset is ahead of the channel"));
        return;
      } else {
        from = since.offset() + 1;
        recovered = from >= fanout.log().first();
      }
    }
    Cursor cursor = fanout.add(session, key, from);
    Credit credit = subscribe.credit();
    if (credit != null) {
      cursor.grant(credit);
    }
    session.put(cursor);
    session.holdFilters(key.filters().bytes());
    lane.meter().subscribed(1);
    cursor.present = presence.join(fanout.channel(), session.identity().user(), now);
    answer(session, subscribe, cursor, recovered);
    watchIfAsked(session, subscribe, now);
    if (from == fanout.next()) {
      cursor.roster.join(cursor, from - 1);
    } else {
      lane.feeder().enqueue(cursor);
    }
  }

  private static Roster.Key key(Session session, Command.Subscribe subscribe, Fanout fanout) {
    return new Roster.Key(
        session.form(fanout),
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
    cursor.fanout.move(cursor, new Roster.Key(key.form(), filters, key.metered(), recoverable));
    answer(session, subscribe, cursor, false);
    watchIfAsked(session, subscribe, now);
    lane.feeder().enqueue(cursor);
  }

  /** Whoever watches already and asks again gets a new list. */
  private void watchIfAsked(Session session, Command.Subscribe subscribe, Moment now) {
    if (subscribe.presence() && subscribe.subject() instanceof ChannelName channel) {
      Gallery gallery = lane.openGallery(channel, now);
      Cursor watcher = gallery.add(session, subscribe.id());
      unwatch(session, channel, now);
      session.watch(watcher);
      lane.feeder().enqueue(watcher);
    }
  }

  private void unwatch(Session session, ChannelName channel, Moment now) {
    Cursor watcher = session.unwatch(channel);
    if (watcher != null) {
      lane.drop(watcher, now);
    }
  }

  /** Ends a subscription, and the watching that came with it. */
  void end(Session session, Cursor cursor, Moment now) {
    unwatch(session, cursor.fanout.channel(), now);
    session.remove(cursor);
    session.holdFilters(-cursor.roster.key().filters().bytes());
    lane.drop(cursor, now);
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
            Policy.LOSSLESS,
            false));
  }

  void unsubscribe(Session session, Command.Unsubscribe unsubscribe, Moment now) {
    Fanout fanout = lane.fanout(unsubscribe.subject());
    if (fanout != null && !fanout.isOpen()) {
      await(fanout, session, unsubscribe);
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
      cursor.fanout.move(
          cursor, new Roster.Key(key.form(), left, key.metered(), key.recoverable()));
    }
  }

  void grant(Session session, Command.Grant grant, Moment now) {
    Fanout fanout = lane.fanout(grant.subject());
    if (fanout != null && !fanout.isOpen()) {
      await(fanout, session, grant);
      return;
    }
    Cursor cursor = session.cursor(grant.subject());
    if (cursor == null) {
      session.fail(
          grant.id(), grant.subject(), new Fault(Code.NOT_SUBSCRIBED, "No such subscription"));
    } else if (!cursor.grant(grant.credit())) {
      session.fail(
          grant.id(),
          grant.subject(),
          new Fault(Code.INVALID_CREDIT, "The balance would pass 2^53-1"));
    } else {
      lane.feeder().enqueue(cursor);
    }
  }
}
