package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.Form;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.StampedForm;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private Broker.Writer writer;

  /** How many of its publications wait for slow readers, by channel. */
  private Map<ChannelName, Integer> held = Map.of();

  /** Its own channels, where the rights of roles do not count; null if it has none. */
  private @Nullable ChannelPattern own;

  /** Stands in what it publishes, where it does not want that back; null if nobody asks. */
  private @Nullable String publisher;

  /** Whether it outlasts its socket. */
  private boolean lasting;

  private Identity identity;
  private Map<Subject, Cursor> watches = Map.of();
  private Inquiries.@Nullable Pending inquiries;
  private Form form;
  private Set<Subject> waitingFor = Set.of();
  private int waiting;
  private int waitingFilterBytes;
  private int filterBytes;
  private int publishesInFlight;
  private long publishBytesInFlight;
  private boolean heard = true;
  private boolean refreshing;
  private boolean closed;
  private int receiptsToCome;

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
    this.identity = identity;
    this.form = form;
    this.connectionId = connectionId;
    this.writer = new Broker.Writer(lane.limits().session());
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
      case Command.Grant grant -> lane.subscribing().grant(this, grant, now);
      case Command.Spend spend -> lane.subscribing().spend(this, spend);
      case Command.Pause pause -> lane.subscribing().pause(this, pause);
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
        && waiting == 0
        && receiptsToCome == 0
        && !refreshing
        && (inquiries == null || inquiries.size() == 0)
        && (left || cursors.values().stream().allMatch(Cursor::isSpent));
  }

  /**
   * From here on it publishes under this name, and to channels of its own whatever its role is.
   *
   * @param channels of which no role's rights are asked
   * @param as counts what of it waits for slow readers
   */
  public void publishAs(String name, ChannelPattern channels, Broker.Writer as) {
    publisher = name;
    own = channels;
    writer = as;
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
    return identity;
  }

  /** Whether it is a channel of its own. */
  boolean owns(Subject subject) {
    return own != null && subject instanceof ChannelName channel && own.covers(channel);
  }

  /** Whether its token and the channel's rights let it publish there. */
  boolean mayPublish(ChannelName channel) {
    return owns(channel)
        ? identity.grants().mayPublish(channel)
        : lane.namespaces().mayPublish(identity.grants(), identity.role(), channel);
  }

  /** Whether its token and the channel's rights, or its namespace's, let it read there. */
  boolean mayRead(Subject subject) {
    return switch (subject) {
      case ChannelName channel ->
          owns(channel)
              ? identity.grants().maySubscribe(channel)
              : lane.namespaces().maySubscribe(identity.grants(), identity.role(), channel);
      case ChannelPattern pattern ->
          lane.namespaces().maySubscribe(identity.grants(), identity.role(), pattern);
    };
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

  /** From here on this is what its token says. */
  void renew(Identity renewed) {
    identity = renewed;
  }

  /** Whether one more channel may be subscribed to; those being opened count. */
  boolean maySubscribe(Subject subject) {
    return cursors.containsKey(subject)
        || waitingFor.contains(subject)
        || cursors.size() + waitingFor.size() < lane.limits().session().subscriptions();
  }

  /**
   * What of this session a command about the channel must not overtake: the commands that wait for
   * the channel's log, or else for that of its namespace's feed, where whoever subscribes and
   * publishes in one breath wants its own publication too. Null if there is nothing.
   */
  @Nullable Subject awaitedBefore(ChannelName channel) {
    if (waitingFor.isEmpty() || waitingFor.contains(channel)) {
      return waitingFor.isEmpty() ? null : channel;
    }
    Namespaces.Namespace fed = lane.namespaces().withFeed(channel);
    return fed != null && waitingFor.contains(fed.pattern()) ? fed.pattern() : null;
  }

  /** Whether the filters of all its subscriptions may grow by so many bytes; less always may. */
  boolean mayHoldFilters(int more) {
    return more <= 0 || more <= lane.limits().session().allFilterBytes() - filterBytes;
  }

  /** Counts bytes of filters that its subscriptions hold from now on, or fewer if negative. */
  void holdFilters(int more) {
    filterBytes += more;
  }

  /** Counts a command that waits; false if too many do. */
  boolean startWaiting(Subject subject, Command command) {
    Limits.Session limits = lane.limits().session();
    int bytes = filterBytes(command);
    if (waiting >= limits.commandsWaiting()
        || (waitingFilterBytes > 0 && bytes > limits.allFilterBytes() - waitingFilterBytes)) {
      return false;
    }
    waitingFilterBytes += bytes;
    if (waitingFor.isEmpty()) {
      waitingFor = new HashSet<>(2);
    }
    waitingFor.add(subject);
    waiting++;
    return true;
  }

  void stopWaiting(Subject subject, Command command) {
    waitingFilterBytes -= filterBytes(command);
    waiting--;
    if (waiting > 0) {
      waitingFor.remove(subject);
    } else {
      waitingFor = Set.of();
    }
    stir();
  }

  /** What waits is kept with its blanks, for the echo. */
  private static int filterBytes(Command command) {
    Filter filter =
        switch (command) {
          case Command.Subscribe subscribe -> subscribe.filter();
          case Command.Unsubscribe unsubscribe -> unsubscribe.filter();
          case Command.Grant _,
              Command.Pause _,
              Command.Spend _,
              Command.Publish _,
              Command.History _,
              Command.Presence _,
              Command.Refresh _,
              Command.Ping _ ->
              null;
        };
    return filter == null ? 0 : Math.max(filter.bytes(), filter.written().length());
  }

  // Publishes in flight

  boolean mayPublishMore(int bytes) {
    if (publishesInFlight == 0) {
      return true;
    }
    return publishesInFlight < lane.limits().session().publishesInFlight()
        && publishBytesInFlight + bytes <= lane.limits().session().publishBytesInFlight();
  }

  void publishStarted(int bytes) {
    publishesInFlight++;
    publishBytesInFlight += bytes;
  }

  void publishSettled(int bytes) {
    publishesInFlight--;
    publishBytesInFlight -= bytes;
  }

  /** Counts a publish whose outcome will be known in a later turn, and told if it is to be. */
  void receiptAwaited() {
    receiptsToCome++;
  }

  void receiptTold() {
    receiptsToCome--;
    stir();
  }

  boolean hasPublishesInFlight() {
    return publishesInFlight > 0;
  }

  /** Under which name it publishes, if anybody asks. */
  @Nullable String publisher() {
    return publisher;
  }

  /** As whom it publishes, whatever its token says. Any thread. */
  Broker.Writer writer() {
    return writer;
  }

  /** One of its publications waits for slow readers: the first on a channel is told. */
  void held(ChannelName channel, int readers, long bytes) {
    if (held.isEmpty()) {
      held = new HashMap<>(2);
    }
    if (held.merge(channel, 1, Integer::sum) == 1) {
      tell(new Event.Held(channel, readers, bytes));
    }
  }

  /** One that waited is answered: the last on a channel is told. */
  void released(ChannelName channel) {
    if (held.merge(channel, -1, Integer::sum) == 0) {
      held.remove(channel);
      lane.meter().released();
      tell(new Event.Released(channel));
    }
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
