package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Somebody whose frames are numbered, who does not get back what it published, and whose session
 * outlasts its sockets: what was handed over to one of them arrives, if need be on the next. Owned
 * by its simulation.
 */
final class SimulatedPerson {
  /** Where it has channels of its own, which is everywhere. */
  private static final ChannelPattern OWN = new ChannelPattern("task.>");

  /** So many it may have to say in one breath, and all must be able to wait. */
  static final int COMMANDS = 9;

  /** Where a subscription stood when its socket was gone. */
  private record Place(Position position, Balance balance, Cursor cursor) {}

  private final StampedTestForm form;
  private final Tally tally;
  private final Broker.Writer writer;

  /** Its sessions without a socket, until another has taken all their places. */
  private final List<SimulatedClient> left = new ArrayList<>();

  private final Map<Subject, Place> places = new HashMap<>();
  private final Map<Subject, Witness> readers = new HashMap<>();
  private final Map<Subject, Purse> purses = new HashMap<>();
  private final Set<Subject> paused = new HashSet<>();

  /** What it asked for to go on, and has not been answered. */
  private final Map<RequestId, Subject> awaited = new HashMap<>();

  /** Those that have been told to end, and may not have. */
  private final List<SimulatedClient> ending = new ArrayList<>();

  private SimulatedClient current;
  private long number;

  SimulatedPerson(String name, Broker.Writer writer, Tally tally) {
    this.form = new StampedTestForm(name);
    this.writer = writer;
    this.tally = tally;
  }

  /** What it publishes under. */
  String name() {
    return form.session();
  }

  boolean isAway() {
    return !left.isEmpty();
  }

  /** Its sessions without a socket that have not ended. */
  List<Session> standing() {
    ending.removeIf(client -> client.session.isClosed());
    return Stream.concat(left.stream(), ending.stream()).map(client -> client.session).toList();
  }

  // Coming and going

  /** It has a socket: its first, or it goes on where it stood. */
  void sitDown(SimulatedClient client, Moment now) {
    current = client;
    client.session.use(form);
    client.session.publishAs(name(), OWN, writer);
    client.session.last(true);
    if (left.isEmpty()) {
      number = 0;
      paused.clear();
      return;
    }
    SimulatedClient before = left.getLast();
    tally.count(before.rig == client.rig ? Tally.Of.RETURNED : Tally.Of.RETURNED_ELSEWHERE);
    client.socket.goOnFrom(before.socket);
    for (Subject subject : List.copyOf(places.keySet())) {
      goOn(client, subject, now);
    }
    settleIfAllAreAnswered();
  }

  private void goOn(SimulatedClient client, Subject subject, Moment now) {
    Place place = places.get(subject);
    Balance balance = place.balance();
    Credit credit =
        balance == null ? null : new Credit(Math.max(0, balance.messages()), balance.window());
    Command.Subscribe subscribe =
        new Command.Subscribe(
            client.nextId(),
            subject,
            null,
            credit,
            null,
            null,
            null,
            place.position(),
            false,
            false);
    awaited.put(subscribe.id(), subject);
    client.ask(subscribe, now);
    if (balance != null) {
      long owed = Math.max(0, -balance.messages());
      long spent = balance.window() - balance.bytes();
      client.ask(new Command.Spend(client.nextId(), subject, owed, spent), now);
    }
    if (paused.contains(subject)) {
      client.ask(new Command.Pause(client.nextId(), subject, true), now);
    }
  }

  /** A socket is gone, and all that was handed over has arrived: the session stands. */
  void isLeft(SimulatedClient client) {
    left.add(client);
    current = null;
    awaited.clear();
    Map<Subject, Position> at = client.session.places();
    Map<Subject, Balance> balances = client.session.balances();
    for (Subject subject : client.subjects()) {
      Cursor cursor = client.session.cursor(subject);
      Witness reader = client.reader(subject);
      Purse purse = client.purse(subject);
      reader.stands(at.get(subject), cursor.fanout.next() - 1);
      purse.assertIs(balances.get(subject));
      readers.put(subject, reader);
      purses.put(subject, purse);
      places.put(subject, new Place(at.get(subject), balances.get(subject), cursor));
    }
  }

  @SuppressWarnings("ReferenceEquality")
  boolean isAt(SimulatedClient client) {
    return current == client;
  }

  /** The session has ended with its socket. */
  void hasEnded() {
    current = null;
    letGo();
  }

  /** Nobody comes back to what it left. */
  void forget() {
    if (!left.isEmpty()) {
      tally.count(Tally.Of.FORGOTTEN);
    }
    letGo();
  }

  private void letGo() {
    left.forEach(
        client -> {
          client.rig.lane.forget(client.session);
          client.rig.touch();
        });
    ending.addAll(left);
    left.clear();
    places.clear();
    readers.clear();
    purses.clear();
    awaited.clear();
  }

  private void settleIfAllAreAnswered() {
    if (awaited.isEmpty()) {
      letGo();
    }
  }

  // What it is told

  /** Whether this answers what was asked for to go on. */
  boolean goesOn(Event.Subscribed event) {
    return awaited.containsKey(event.id());
  }

  /** It was told this moment that it goes on: nothing has come between. */
  Purse purseOf(Event.Subscribed event, Cursor cursor) {
    Place place = places.get(event.subject());
    if (!event.position().equals(place.position())) {
      throw new AssertionError(event + " goes on from " + place);
    }
    if (place.cursor().holds) {
      tally.count(Tally.Of.HELD_WITHOUT_SOCKET);
      if (!event.holds()) {
        throw new AssertionError(event + " goes on where it held, at " + place);
      }
    }
    Purse purse = purses.get(event.subject());
    purse.passTo(cursor);
    return purse;
  }

  /** Who reads from there on. */
  Witness readerOf(Event.Subscribed event) {
    Witness reader = readers.get(event.subject());
    awaited.remove(event.id());
    places.remove(event.subject());
    settleIfAllAreAnswered();
    return reader;
  }

  /** What it asked for was refused: it does not go on there. */
  void refused(RequestId id) {
    Subject subject = awaited.remove(id);
    if (subject != null) {
      places.remove(subject);
      settleIfAllAreAnswered();
    }
  }

  /** A frame has come with this number. */
  void numbered(long seq) {
    tally.count(Tally.Of.STAMPED);
    if (seq != ++number) {
      throw new AssertionError(seq + " instead of " + number + " to " + name());
    }
  }

  // Pauses

  boolean isPaused(Subject subject) {
    return paused.contains(subject);
  }

  void pause(SimulatedClient client, ChannelName channel, boolean stop, Moment now) {
    if (!client.session.isAttached() || client.session.cursor(channel) == null) {
      return;
    }
    tally.count(Tally.Of.PAUSED);
    if (stop) {
      paused.add(channel);
    } else {
      paused.remove(channel);
    }
    client.ask(new Command.Pause(client.nextId(), channel, stop), now);
  }

  /** What is subscribed anew is not paused. */
  void begins(Subject subject) {
    paused.remove(subject);
  }
}
