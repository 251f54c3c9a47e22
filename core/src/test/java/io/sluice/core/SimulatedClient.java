package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.GapReason;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * One connection of the simulation: what it asked for, what it was told, and whether that is true.
 * Owned by its simulation.
 */
final class SimulatedClient implements FakeOutlet.Watch {
  /** How the core stood when it told an event. */
  private record Standing(
      long first, long head, long examined, long served, boolean placed, boolean subscribed) {}

  private static final Set<Code> TRUE_REFUSALS =
      Set.of(
          Code.BUSY,
          Code.BROKER_UNAVAILABLE,
          Code.CHANNEL_LIMIT,
          Code.CHANNEL_FULL,
          Code.MEMORY_LIMIT,
          Code.FILTER_LIMIT,
          Code.SUBSCRIPTION_LIMIT,
          Code.ALREADY_SUBSCRIBED,
          Code.HOLD_FULL,
          Code.HOLD_LOST,
          Code.POLICY_NOT_ALLOWED);

  private final Ledger ledger;
  private final HoldModel holds;
  private final Namespaces namespaces;
  private final Attendance attendance;
  private final Crowd crowd;
  private final Tally tally;
  final Rig rig;
  final int slot;
  FakeSocket socket;
  Session session;
  private final Map<RequestId, Command> asked = new HashMap<>();
  private final Map<Event, Standing> standings = new IdentityHashMap<>();
  private final Map<Subject, Witness> readers = new HashMap<>();
  private final Map<Subject, Purse> purses = new HashMap<>();
  private final Map<ChannelName, Onlooker> onlookers = new HashMap<>();

  /** Where its publications wait, as it was told. */
  private final Set<ChannelName> heldOn = new HashSet<>();

  /** Behind how many comings and goings a list stood when it was told. */
  private final Map<Event, Integer> turns = new IdentityHashMap<>();

  /** The newest offsets when a history was asked for, by epoch. */
  private final Map<RequestId, Map<String, Long>> heads = new HashMap<>();

  /** How far the channel had been served when each of its publications was handed over. */
  private final Map<Subject, Queue<Long>> newest = new HashMap<>();

  private int requests;
  private boolean gone;

  SimulatedClient(
      Ledger ledger,
      HoldModel holds,
      Namespaces namespaces,
      Attendance attendance,
      Crowd crowd,
      Tally tally,
      Rig rig,
      int slot) {
    this.ledger = ledger;
    this.holds = holds;
    this.crowd = crowd;
    this.namespaces = namespaces;
    this.attendance = attendance;
    this.tally = tally;
    this.rig = rig;
    this.slot = slot;
  }

  boolean isGone() {
    return gone;
  }

  void leave() {
    gone = true;
  }

  RequestId nextId() {
    return new RequestId(Integer.toString(++requests));
  }

  void ask(Command command, Moment now) {
    if (command.id() != null) {
      asked.put(command.id(), command);
    }
    if (command instanceof Command.History history) {
      heads.put(history.id(), ledger.heads(history.channel()));
    }
    session.accept(command, now);
    rig.touch();
  }

  /** Grants where the grant takes effect at once, so that the purse knows when. */
  void grant(Subject subject, Credit credit, Moment now) {
    Purse purse = purses.get(subject);
    if (purse != null && session.cursor(subject) != null) {
      purse.add(credit);
      ask(new Command.Grant(nextId(), subject, credit), now);
    }
  }

  /** What it is subscribed to. */
  List<Subject> subjects() {
    return List.copyOf(readers.keySet());
  }

  Witness reader(Subject subject) {
    return readers.get(subject);
  }

  boolean isSpent(Subject subject) {
    return purses.get(subject).isSpent();
  }

  // At the moment the core speaks

  @Override
  public void told(int at, Event event) {
    switch (event) {
      case Event.Subscribed subscribed -> {
        stand(event, subscribed.subject());
        pay(subscribed);
        crowd.checkFits(subscribed.subject());
        if (subscribed.holds()) {
          holds.holds(session.cursor(subscribed.subject()));
        }
      }
      case Event.Presence presence -> {
        attendance.check(presence);
        turns.put(event, attendance.turns(presence.channel()).size());
      }
      case Event.Gap gap -> stand(event, gap.subject());
      case Event.At position -> stand(event, position.subject());
      case Event.Unsubscribed unsubscribed -> stand(event, unsubscribed.subject());
      case Event.Connected _,
          Event.Published _,
          Event.Held _,
          Event.Released _,
          Event.History _,
          Event.Refreshed _,
          Event.Pong _ -> {}
      case Event.Failed failed -> {
        if (failed.fault().code() == Code.CHANNEL_FULL) {
          tally.count(Tally.Of.SUBSCRIBERS_FULL);
          crowd.checkIsFull(failed.subject());
        }
      }
    }
  }

  private void stand(Event event, Subject subject) {
    Cursor cursor = session.cursor(subject);
    standings.put(
        event,
        cursor == null
            ? new Standing(0, 0, 0, 0, false, false)
            : new Standing(
                cursor.fanout.log().first(),
                cursor.fanout.log().head(),
                cursor.position() - 1,
                cursor.fanout.next() - 1,
                cursor instanceof LatestCursor latest && latest.isPlaced(),
                true));
  }

  private void pay(Event.Subscribed subscribed) {
    Command.Subscribe subscribe = (Command.Subscribe) asked.get(subscribed.id());
    Cursor cursor = session.cursor(subscribed.subject());
    Purse purse = purses.get(subscribed.subject());
    if (purse == null || !purse.isOf(cursor)) {
      purse = new Purse(cursor, subscribe.credit() != null);
      purses.put(subscribed.subject(), purse);
    }
    if (subscribe.credit() != null) {
      purse.add(subscribe.credit());
    }
  }

  @Override
  public void handedOver(int at, byte[] frame) {
    FakeSocket.Data data = CountingForm.decode(frame);
    if (data.tag() < 0) {
      return;
    }
    long served = session.cursor(data.subject()).fanout.next() - 1;
    newest.computeIfAbsent(data.subject(), name -> new ArrayDeque<>()).add(served);
    Purse purse = purses.get(data.subject());
    purse.spend(data);
    if (purse.isSpent()) {
      tally.count(Tally.Of.OUT_OF_CREDIT);
    }
  }

  // At the moment the peer reads

  void read() {
    for (FakeSocket.Item item : socket.items()) {
      switch (item) {
        case FakeSocket.Data data -> {
          received(data);
        }
        case FakeSocket.Stamped stamped -> throw new AssertionError(stamped);
        case FakeSocket.Said said -> hear(said.event());
        case FakeSocket.Heartbeat _ -> session.heard();
        case FakeSocket.Closed closed -> {
          closed(closed.reason());
        }
      }
    }
  }

  private void closed(CloseReason reason) {
    gone = true;
    if (reason != CloseReason.SLOW) {
      tally.count(Tally.Of.CLOSED_IDLE);
      return;
    }
    tally.count(Tally.Of.CLOSED_SLOW);
    if (readers.values().stream().noneMatch(Witness::mayBeTooFarBehind)) {
      throw new AssertionError("closed for being slow without being so: " + readers.values());
    }
  }

  private void received(FakeSocket.Data data) {
    if (data.tag() > 0) {
      tally.count(data.fed() == null ? Tally.Of.DELIVERY : Tally.Of.FED_DELIVERY);
      reader(data).received(data, newest.get(data.subject()).remove());
      return;
    }
    tally.count(Tally.Of.COMING_OR_GOING);
    Onlooker onlooker = onlookers.get(data.channel());
    if (onlooker == null) {
      throw new AssertionError(data.text() + " without watching " + data.channel());
    }
    onlooker.told(data.text());
  }

  private void listed(Event.Presence event) {
    if (event.id() != null && asked.get(event.id()) instanceof Command.Presence) {
      tally.count(Tally.Of.PRESENCE);
      return;
    }
    boolean missed =
        onlookers
            .computeIfAbsent(event.channel(), name -> new Onlooker(attendance, name))
            .listed(turns.get(event));
    if (missed && event.id() == null) {
      tally.count(Tally.Of.NEW_LIST);
    }
  }

  private void excerpted(Event.History event) {
    Command.History history = (Command.History) asked.get(event.id());
    Map<String, Long> before = heads.remove(event.id());
    Excerpt.check(ledger, history, event, before.getOrDefault(event.head().epoch(), 0L));
    tally.count(event.more() ? Tally.Of.MORE_HISTORY : Tally.Of.HISTORY);
    if (event.recovered()) {
      tally.count(Tally.Of.WHOLE_HISTORY);
    }
  }

  /** Whether it was told that publications of its own wait. */
  boolean isHeld() {
    return !heldOn.isEmpty();
  }

  /** At rest nobody who watches lacks anything. */
  void assertSeesAll() {
    onlookers.values().forEach(Onlooker::assertKnowsAll);
  }

  private Witness reader(FakeSocket.Data data) {
    Witness reader = readers.get(data.subject());
    if (reader == null) {
      throw new AssertionError(data + " without a subscription");
    }
    return reader;
  }

  private void hear(Event event) {
    switch (event) {
      case Event.Connected _, Event.Pong _ -> {}
      case Event.History history -> excerpted(history);
      case Event.Presence presence -> listed(presence);
      case Event.Refreshed _ -> throw new AssertionError("nobody asked to refresh");
      case Event.Held held -> {
        if (!heldOn.add(held.channel())) {
          throw new AssertionError(held + " though it is held already");
        }
      }
      case Event.Released released -> {
        tally.count(Tally.Of.RELEASED);
        if (!heldOn.remove(released.channel())) {
          throw new AssertionError(released + " though it was not held");
        }
      }
      case Event.Subscribed subscribed -> subscribed(subscribed);
      case Event.Unsubscribed unsubscribed -> unsubscribed(unsubscribed);
      case Event.Published published -> published(published);
      case Event.Gap gap -> lost(gap);
      case Event.At at -> {
        tally.count(at.conflated() > 0 ? Tally.Of.CONFLATED : position(at.subject()));
        readers.get(at.subject()).told(at, standings.get(at).served());
      }
      case Event.Failed failed -> failed(failed);
    }
  }

  private void lost(Event.Gap gap) {
    Witness reader = readers.get(gap.subject());
    Standing standing = standings.get(gap);
    switch (gap.reason()) {
      case EVICTED -> tally.count(isPattern(gap.subject()) ? Tally.Of.FED_GAP : Tally.Of.GAP);
      case DROPPED -> tally.count(Tally.Of.DROPPED);
      case KEYS -> tally.count(Tally.Of.TOO_MANY_KEYS);
    }
    reader.lost(gap, standing.first(), standing.served(), standing.placed());
    if (gap.reason() == GapReason.EVICTED && standing.placed()) {
      tally.count(Tally.Of.LOST_THOUGH_NEWEST);
    }
  }

  private static Tally.Of position(Subject subject) {
    return isPattern(subject) ? Tally.Of.FED_POSITION : Tally.Of.POSITION;
  }

  private ChannelSettings.Delivery delivery(Subject subject) {
    ChannelSettings settings =
        switch (subject) {
          case ChannelName channel -> namespaces.of(channel);
          case ChannelPattern pattern -> namespaces.around(pattern).settings();
        };
    return settings.delivery();
  }

  private void subscribed(Event.Subscribed event) {
    Command.Subscribe subscribe = (Command.Subscribe) asked.get(event.id());
    if (event.holds() && Boolean.FALSE.equals(subscribe.hold())) {
      throw new AssertionError(event + " answers " + subscribe);
    }
    Witness reader = readers.get(event.subject());
    ChannelSettings.Delivery delivery = delivery(event.subject());
    if (reader != null) {
      tally.count(Tally.Of.EXTENDED);
      reader.extended(subscribe, event, standings.get(event).served());
      return;
    }
    Position since = subscribe.since();
    Standing standing = standings.get(event);
    boolean sameEpoch = since != null && since.epoch().equals(event.position().epoch());
    long begins = since == null ? standing.head() : sameEpoch ? since.offset() : 0;
    boolean dropped =
        event.policy() == Policy.DROP_OLDEST
            && standing.served() - begins > delivery.dropOldestMessages();
    boolean recovers = sameEpoch && standing.first() <= since.offset() + 1 && !dropped;
    if (event.position().offset() != begins || event.recovered() != recovers) {
      throw new AssertionError(event + " answers " + subscribe + " at " + standing);
    }
    boolean fed = isPattern(event.subject());
    if (since != null && recovers) {
      tally.count(fed ? Tally.Of.FED_RECOVERED : Tally.Of.RECOVERED);
    } else if (since != null) {
      tally.count(Tally.Of.NOT_RECOVERED);
    }
    if (since != null && !sameEpoch) {
      tally.count(fed ? Tally.Of.FED_NEW_EPOCH : Tally.Of.NEW_EPOCH);
    }
    readers.put(
        event.subject(), new Witness(ledger, delivery, subscribe, event, standing.served()));
  }

  private static boolean isPattern(Subject subject) {
    return subject instanceof ChannelPattern;
  }

  private void unsubscribed(Event.Unsubscribed event) {
    Command.Unsubscribe unsubscribe = (Command.Unsubscribe) asked.get(event.id());
    Standing standing = standings.get(event);
    Witness reader = readers.get(event.subject());
    if (!standing.subscribed()) {
      tally.count(Tally.Of.UNSUBSCRIBED);
      readers.remove(event.subject());
      onlookers.remove(event.subject());
      if (reader != null
          && unsubscribe.filter() != null
          && reader.holdsOthersThan(unsubscribe.filter())) {
        throw new AssertionError(event + " ended " + reader);
      }
    } else {
      tally.count(Tally.Of.FILTER_REMOVED);
      reader.filterRemoved(unsubscribe.filter(), standing.examined(), standing.served());
    }
  }

  private void published(Event.Published event) {
    tally.count(Tally.Of.ACKNOWLEDGED);
    Command.Publish publish = (Command.Publish) asked.get(event.id());
    Position position = event.position();
    Object appended = ledger.at(event.channel(), position.epoch(), position.offset()).payload();
    if (!appended.equals(publish.payload())) {
      tally.count(Tally.Of.REPEATED);
      if (publish.idempotencyKey() == null) {
        throw new AssertionError(event + " names " + appended);
      }
    }
  }

  private void failed(Event.Failed event) {
    switch (event.fault().code()) {
      case BUSY -> tally.count(Tally.Of.REFUSED_BUSY);
      case BROKER_UNAVAILABLE -> tally.count(Tally.Of.BROKER_FAILED);
      case HOLD_FULL -> tally.count(Tally.Of.HOLD_FULL);
      case HOLD_LOST -> tally.count(Tally.Of.HOLD_LOST);
      case CHANNEL_LIMIT -> tally.count(Tally.Of.CHANNELS_FULL);
      case POLICY_NOT_ALLOWED -> tally.count(Tally.Of.POLICY_REFUSED);
      default -> {}
    }
    boolean emptyHanded =
        event.fault().code() == Code.NOT_SUBSCRIBED && !readers.containsKey(event.subject());
    boolean unfed = event.fault().code() == Code.NO_FEED && ledger.source(event.subject()) == null;
    if (!TRUE_REFUSALS.contains(event.fault().code()) && !emptyHanded && !unfed) {
      throw new AssertionError(event + " answers " + asked.get(event.id()));
    }
  }
}
