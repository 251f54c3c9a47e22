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
  private final Ledger ledger;
  private final HoldModel holds;
  private final Namespaces namespaces;
  private final Attendance attendance;
  private final Crowd crowd;
  private final Tally tally;
  final Rig rig;
  final int slot;

  /** Whose session outlasts this socket; null if nobody's does. */
  final SimulatedPerson person;

  FakeSocket socket;
  Session session;
  private final Map<RequestId, Command> asked = new HashMap<>();
  private final Standings standings = new Standings();
  private final Map<Subject, Witness> readers = new HashMap<>();
  private final Purses purses;
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

  SimulatedClient(SimulatedHub hub, Rig rig, int slot, SimulatedPerson person) {
    this.ledger = hub.ledger;
    this.holds = hub.holds;
    this.crowd = hub.crowd;
    this.namespaces = hub.namespaces;
    this.attendance = hub.attendance;
    this.tally = hub.tally;
    this.purses = new Purses(hub.tally);
    this.rig = rig;
    this.slot = slot;
    this.person = person;
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
  void grant(Subject subject, Credit credit, boolean meters, Moment now) {
    if (isSubscribed(subject) && purses.grant(subject, credit, meters)) {
      ask(new Command.Grant(nextId(), subject, credit, meters), now);
    }
  }

  /** Says that credit was spent elsewhere, where that takes effect at once. */
  void spend(Subject subject, long messages, long bytes, Moment now) {
    if (isSubscribed(subject) && purses.take(subject, messages, bytes)) {
      ask(new Command.Spend(nextId(), subject, messages, bytes), now);
    }
  }

  private boolean isSubscribed(Subject subject) {
    return session.isAttached() && session.cursor(subject) != null;
  }

  /** What it is subscribed to. */
  List<Subject> subjects() {
    return List.copyOf(readers.keySet());
  }

  Witness reader(Subject subject) {
    return readers.get(subject);
  }

  Purse purse(Subject subject) {
    return purses.of(subject);
  }

  /** Whether nothing can come to it: its credit does not pay for the next, or it wants nothing. */
  boolean isSpent(Subject subject) {
    if (person == null) {
      return purses.of(subject).isSpent();
    }
    long head = session.cursor(subject).fanout.log().head();
    return purses.isStarved(subject, readers.get(subject).next(head)) || person.isPaused(subject);
  }

  // At the moment the core speaks

  @Override
  public void told(int at, Event event) {
    switch (event) {
      case Event.Subscribed subscribed -> {
        standings.note(event, session.cursor(subscribed.subject()));
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
      case Event.Gap gap -> standings.note(event, session.cursor(gap.subject()));
      case Event.At position -> standings.note(event, session.cursor(position.subject()));
      case Event.Unsubscribed unsubscribed ->
          standings.note(event, session.cursor(unsubscribed.subject()));
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

  private void pay(Event.Subscribed subscribed) {
    Command.Subscribe subscribe = (Command.Subscribe) asked.get(subscribed.id());
    Cursor cursor = session.cursor(subscribed.subject());
    if (person != null && person.goesOn(subscribed)) {
      purses.put(subscribed.subject(), person.purseOf(subscribed, cursor));
    } else if (purses.open(cursor, subscribe.credit(), person != null) && person != null) {
      person.begins(subscribed.subject());
    }
  }

  @Override
  public void handedOver(int at, byte[] frame) {
    FakeSocket.Data data = FakeSocket.published(frame);
    if (data.tag() < 0) {
      return;
    }
    if (person != null && person.isPaused(data.subject())) {
      throw new AssertionError(data + " to " + person.name() + ", who paused it");
    }
    long served = session.cursor(data.subject()).fanout.next() - 1;
    newest.computeIfAbsent(data.subject(), name -> new ArrayDeque<>()).add(served);
    purses.spend(data);
  }

  // At the moment the peer reads

  void read() {
    hear(socket.items());
  }

  /** Its socket is gone, and what lay on the way arrives elsewhere. */
  void readRest() {
    hear(socket.rest());
  }

  private void hear(List<FakeSocket.Item> items) {
    for (FakeSocket.Item item : items) {
      switch (item) {
        case FakeSocket.Data data -> {
          received(data);
        }
        case FakeSocket.Stamped stamped -> {
          person.numbered(stamped.seq());
          received(stamped.data());
        }
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
        readers.get(at.subject()).told(at, standings.of(at).served());
      }
      case Event.Failed failed -> failed(failed);
    }
  }

  private void lost(Event.Gap gap) {
    Witness reader = readers.get(gap.subject());
    Standings.Standing standing = standings.of(gap);
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
      reader.extended(subscribe, event, standings.of(event).served());
      return;
    }
    Position since = subscribe.since();
    Standings.Standing standing = standings.of(event);
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
    if (person != null && person.goesOn(event)) {
      Witness goesOn = person.readerOf(event);
      readers.put(event.subject(), goesOn);
      goesOn.extended(subscribe, event, standing.served());
      return;
    }
    String self = person == null ? null : person.name();
    readers.put(
        event.subject(), new Witness(ledger, delivery, subscribe, event, standing.served(), self));
  }

  private static boolean isPattern(Subject subject) {
    return subject instanceof ChannelPattern;
  }

  private void unsubscribed(Event.Unsubscribed event) {
    Command.Unsubscribe unsubscribe = (Command.Unsubscribe) asked.get(event.id());
    Standings.Standing standing = standings.of(event);
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
    if (person != null && event.id() != null) {
      person.refused(event.id());
    }
    boolean subscribed = readers.containsKey(event.subject());
    boolean fed = ledger.source(event.subject()) != null;
    Refusals.check(event, asked.get(event.id()), subscribed, fed, tally);
  }
}
