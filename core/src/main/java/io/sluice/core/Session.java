package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Form;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.StampedForm;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as the core knows it: who it is, what it subscribes to, what it has in flight.
 * Owned by its lane, and all calls are on that lane's thread.
 */
public final class Session {
  private final Lane lane;
  private int slot;
  private final Map<Subject, Cursor> cursors = new HashMap<>(2);
  private final String connectionId;
  private final Rights rights;
  private final Awaited awaited = new Awaited();
  private final Outgoing outgoing;

  /** Whether it outlasts its socket. */
  private boolean lasting;

  private Map<Subject, Cursor> watches = Map.of();
  private Inquiries.@Nullable Pending inquiries;
  private Form form;
  private int filterBytes;
  private boolean heard = true;
  private boolean refreshing;
  private boolean closed;

  /** Whether it is one request's, and ends by itself when nothing more can come of it. */
  private boolean passing;

  private boolean complete;
  private boolean left;

  /** Whether it stands in line to be looked at. */
  private boolean stirred;

  /** Its cursors that may be able to move; null if there are none. */
  private @Nullable Line line;

  /** Whether it stands in the feeder's queue. */
  private boolean up;

  Session(Lane lane, int slot, Identity identity, Form form, String connectionId) {
    this.lane = lane;
    this.slot = slot;
    this.rights = new Rights(identity, lane.namespaces());
    this.form = form;
    this.connectionId = connectionId;
    this.outgoing = new Outgoing(this, new Broker.Writer(lane.limits().session()));
  }

  /**
   * Does what the peer asked for: the table of contents of everything a connection can do. Answers
   * leave through the outlet, some of them in a later turn.
   */
  public void accept(Command command, Moment now) {
    heard = true;
    if (!isAttached()) {
      return;
    }
    switch (command) {
      case Command.Subscribe subscribe -> lane.subscribing().subscribe(this, subscribe, now);
      case Command.Unsubscribe unsubscribe ->
          lane.subscribing().unsubscribe(this, unsubscribe, now);
      case Command.Grant grant -> lane.crediting().grant(this, grant, now);
      case Command.Spend spend -> lane.crediting().spend(this, spend);
      case Command.Pause pause -> lane.crediting().pause(this, pause);
      case Command.Publish publish -> lane.publishing().publish(this, publish, now);
      case Command.Inquiry inquiry -> lane.inquiries().ask(this, inquiry);
      case Command.Refresh refresh -> lane.refreshing().refresh(this, refresh, now);
      case Command.Ping ping -> tell(new Event.Pong(ping.id(), now.epochMillis()));
    }
  }

  /** Does what had to wait for its channel. */
  void resume(Command command, Moment now) {
    if (command instanceof Command.Publish publish) {
      lane.publishing().resume(this, publish, now);
    } else {
      accept(command, now);
    }
  }

  /** Answers a message that was no command. */
  public void reject(@Nullable RequestId id, Fault fault) {
    fail(id, null, fault);
  }

  /** Something came in, a pong included: the peer lives. */
  public void heard() {
    heard = true;
  }

  /**
   * It is one request's: once all its commands have come, it ends by itself when nothing more can
   * come of them.
   */
  public void pass() {
    passing = true;
  }

  /** The request's last command has come. */
  public void complete() {
    complete = true;
    stir();
  }

  /**
   * Its peer will ask for nothing more: no subscription keeps it, though answers are still given.
   */
  public void leave() {
    left = true;
    stir();
  }

  boolean isPassing() {
    return passing;
  }

  /** Something happened that may have been the last. */
  void stir() {
    if (passing && !stirred && !closed) {
      stirred = true;
      lane.passing().add(this);
    }
  }

  /** Looked at; says whether nothing more can come of it. */
  boolean settle() {
    stirred = false;
    return complete
        && awaited.isEmpty()
        && !outgoing.awaitsReceipts()
        && !refreshing
        && (inquiries == null || inquiries.size() == 0)
        && (left || cursors.values().stream().allMatch(Cursor::isSpent));
  }

  /**
   * From here on it publishes under this name, and to channels of its own whatever its role is.
   *
   * @param channels of which no role's rights are asked; null for none
   * @param as counts what of it waits for slow readers
   */
  public void publishAs(String name, @Nullable ChannelPattern channels, Broker.Writer as) {
    rights.own(channels);
    outgoing.publishAs(name, as);
  }

  /**
   * Whether it outlasts its socket: without one its cursors stand where they are, and hold the
   * writers that they held, until {@link Lane#forget}.
   */
  public void last(boolean lasts) {
    lasting = lasts;
  }

  /** Where each of its subscriptions stands: what comes next is behind it. */
  public Map<Subject, Position> places() {
    Map<Subject, Position> places = HashMap.newHashMap(cursors.size());
    cursors.forEach(
        (subject, cursor) ->
            places.put(subject, new Position(cursor.fanout.log().epoch(), cursor.position() - 1)));
    return places;
  }

  /**
   * How many publications are in the log of each of its subscriptions that it has not looked at.
   */
  public Map<Subject, Long> behind() {
    Map<Subject, Long> behind = HashMap.newHashMap(cursors.size());
    cursors.forEach(
        (subject, cursor) ->
            behind.put(subject, Math.max(0, cursor.fanout.log().head() + 1 - cursor.position())));
    return behind;
  }

  /** What is left of the credit of each of its subscriptions that has any to count. */
  public Map<Subject, Balance> balances() {
    Map<Subject, Balance> balances = HashMap.newHashMap(cursors.size());
    cursors.forEach(
        (subject, cursor) -> {
          if (cursor.roster.isMetered()) {
            balances.put(subject, cursor.balance());
          }
        });
    return balances;
  }

  /** From the next publication on, the peer gets this form. */
  public void use(Form other) {
    form = other;
    cursors.values().forEach(this::useForm);
    watches.values().forEach(this::useForm);
  }

  private void useForm(Cursor cursor) {
    cursor.fanout.move(cursor, cursor.roster.key().with(form(cursor.fanout)));
  }

  /** Whether its frames get heads of its own. */
  boolean isStamped() {
    return form instanceof StampedForm;
  }

  /** Its slot on its lane. */
  public int slot() {
    return slot;
  }

  /** Whose it is. */
  public Identity identity() {
    return rights.identity();
  }

  /** What it may do. */
  Rights rights() {
    return rights;
  }

  /** What its peer was told it is called. */
  String connectionId() {
    return connectionId;
  }

  /** What publications of this channel look like to it. */
  Form form(Fanout fanout) {
    return fanout.isOfPresence() ? form : form.of(fanout.log().epoch());
  }

  void tell(Event event) {
    if (isAttached()) {
      lane.outlet().tell(slot, event);
      stir();
    }
  }

  void fail(@Nullable RequestId id, @Nullable Subject subject, Fault fault) {
    lane.meter().count(fault.code());
    tell(new Event.Failed(id, subject, fault));
  }

  // Subscriptions

  @Nullable Cursor cursor(Subject subject) {
    return cursors.get(subject);
  }

  Collection<Cursor> cursors() {
    return cursors.values();
  }

  @SuppressWarnings("ReferenceEquality") // The same cursor, not one opened since.
  boolean holds(Cursor cursor) {
    Map<Subject, Cursor> among = cursor.fanout.isOfPresence() ? watches : cursors;
    return among.get(cursor.subject()) == cursor;
  }

  void put(Cursor cursor) {
    cursors.put(cursor.subject(), cursor);
  }

  void remove(Cursor cursor) {
    cursors.remove(cursor.subject());
  }

  Collection<Cursor> watches() {
    return watches.values();
  }

  void watch(Cursor watcher) {
    if (watches.isEmpty()) {
      watches = new HashMap<>(2);
    }
    watches.put(watcher.subject(), watcher);
  }

  /** Its watcher of a channel, which it holds no longer; null if it had none. */
  @Nullable Cursor unwatch(Subject subject) {
    return watches.isEmpty() ? null : watches.remove(subject);
  }

  // What it is owed

  /** Its cursors that are behind and may be able to move; null if there are none. */
  @Nullable Line line() {
    return line;
  }

  void standInLine(Cursor cursor) {
    if (line == null) {
      line = new Line();
    }
    line.add(cursor);
  }

  void leaveLine(Cursor cursor) {
    if (line != null) {
      line.remove(cursor);
      forgetEmptyLine(line);
    }
  }

  /** The next of its line; there is one. */
  Cursor takeFromLine() {
    if (line == null) {
      throw new IllegalStateException("nobody stands in line");
    }
    Cursor cursor = line.take();
    forgetEmptyLine(line);
    return cursor;
  }

  private void forgetEmptyLine(Line left) {
    if (left.isEmpty()) {
      line = null;
    }
  }

  /** It stands in the feeder's queue from here on; false if it does already. */
  boolean putUp() {
    boolean first = !up;
    up = true;
    return first;
  }

  void takeDown() {
    up = false;
  }

  boolean isUp() {
    return up;
  }

  // Inquiries and the token

  Inquiries.Pending inquiries() {
    if (inquiries == null) {
      inquiries = new Inquiries.Pending();
    }
    return inquiries;
  }

  /** What was asked for, if ever anything was. */
  Inquiries.@Nullable Pending pendingInquiries() {
    return inquiries;
  }

  /** What was asked for is answered to nobody. */
  void forgetInquiries() {
    inquiries = null;
  }

  /** Counts a refresh that waits for its answer; false if one does already. */
  boolean startRefreshing() {
    boolean may = !refreshing;
    refreshing = true;
    return may;
  }

  void endRefreshing() {
    refreshing = false;
  }

  /** Whether one more channel may be subscribed to; those being opened count. */
  boolean maySubscribe(Subject subject) {
    return cursors.containsKey(subject)
        || awaited.isFor(subject)
        || cursors.size() + awaited.subjects() < lane.limits().session().subscriptions();
  }

  /** Its commands that wait for logs. */
  Awaited awaited() {
    return awaited;
  }

  /** What of its publications is on its way. */
  Outgoing outgoing() {
    return outgoing;
  }

  /** Whether the filters of all its subscriptions may grow by so many bytes; less always may. */
  boolean mayHoldFilters(int more) {
    return more <= 0 || more <= lane.limits().session().allFilterBytes() - filterBytes;
  }

  /** Counts bytes of filters that its subscriptions hold from now on, or fewer if negative. */
  void holdFilters(int more) {
    filterBytes += more;
  }

  // Life

  /** Its socket is gone: it stands where it is, or has ended already. */
  boolean detach() {
    if (!lasting || closed) {
      return false;
    }
    for (Cursor cursor : cursors.values()) {
      cursor.fanout.stop(cursor);
    }
    for (Cursor watcher : watches.values()) {
      watcher.fanout.stop(watcher);
    }
    slot = Outlet.NOBODY;
    return true;
  }

  /** Whether anything came in since the last time this was asked. */
  boolean wasHeard() {
    boolean was = heard;
    heard = false;
    return was;
  }

  /** Whether it has ended: nothing is accepted or told. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether it has a socket, and has not ended. */
  boolean isAttached() {
    return !closed && slot != Outlet.NOBODY;
  }

  /** Nothing is accepted or told from here on; the cursors are handed out to be let go. */
  List<Cursor> end() {
    closed = true;
    List<Cursor> held = new ArrayList<>(cursors.values());
    held.addAll(watches.values());
    cursors.clear();
    watches = Map.of();
    inquiries = null;
    line = null;
    return held;
  }
}
