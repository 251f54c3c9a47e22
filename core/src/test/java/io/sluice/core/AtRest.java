package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.Credit;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must be true in a {@link Simulation} when nothing is left to be done. Owned by it. */
final class AtRest {
  private final SimulatedHub hub;
  private final Wishes wishes;
  private final ComingAndGoing traffic;

  AtRest(SimulatedHub hub, Wishes wishes, ComingAndGoing traffic) {
    this.hub = hub;
    this.wishes = wishes;
    this.traffic = traffic;
  }

  /** Everybody reads, everything is answered, and no lane wants a turn. */
  void comeToRest() {
    for (int turns = 0; turns < 100_000; turns++) {
      boolean moved = hub.steps.settle();
      for (SimulatedClient client : hub.here()) {
        client.rig.makeRoom(client.socket, Long.MAX_VALUE);
      }
      for (Rig rig : hub.rigs) {
        if (rig.isDue()) {
          rig.turn(hub.time.now());
          moved = true;
        }
      }
      moved |= goOnReading();
      moved |= traffic.sayGoodbye();
      if (!moved) {
        return;
      }
    }
    throw new AssertionError("the hub does not come to rest");
  }

  /** Whoever refused something takes it; whether anybody had. */
  private boolean goOnReading() {
    List<SimulatedReader> behind =
        wishes.readers().stream().filter(SimulatedReader::isBehind).toList();
    behind.forEach(SimulatedReader::goOn);
    return !behind.isEmpty();
  }

  void assertEverybodyIsServed() {
    hub.holds.assertNobodyWaitsInVain();
    wishes.readers().forEach(SimulatedReader::assertAtHead);
    for (SimulatedClient client : hub.here()) {
      client.read();
      if (client.isGone()) {
        throw new AssertionError("a close was not answered at rest");
      }
      client.assertSeesAll();
      for (Subject subject : client.subjects()) {
        if (!client.isSpent(subject)) {
          client.reader(subject).assertAtHead(headOf(client, subject));
        }
      }
    }
  }

  /** Where there was room for all, everybody who is subscribed is known, as often as he is. */
  void assertEverybodyIsPresent() {
    if (hub.limits.presence().memberships() < 4 * hub.channels.size()) {
      return;
    }
    for (ChannelName channel : hub.channels) {
      Map<String, Integer> truth = new HashMap<>();
      for (int which = 0; which < SimulatedHub.CLIENTS; which++) {
        SimulatedClient client = hub.clients[which];
        if (client != null && !client.isGone() && client.session.cursor(channel) != null) {
          truth.merge(SimulatedHub.userOf(which), 1, Integer::sum);
        }
        if (hub.persons[which] != null) {
          for (Session session : hub.persons[which].standing()) {
            if (session.cursor(channel) != null) {
              truth.merge(SimulatedHub.userOf(which), 1, Integer::sum);
            }
          }
        }
      }
      if (!truth.equals(hub.attendance.counts(channel))) {
        throw new AssertionError(hub.attendance.counts(channel) + " are present, not " + truth);
      }
    }
  }

  private static long headOf(SimulatedClient client, Subject subject) {
    return client.session.cursor(subject).fanout.log().head();
  }

  /** With credit for everything, everything comes. */
  void settleCredit() {
    hub.watching.giveAll(hub.time.now());
    for (int which = 0; which < SimulatedHub.CLIENTS; which++) {
      if (hub.persons[which] != null && hub.persons[which].isAway()) {
        traffic.connect(which);
      }
    }
    comeToRest();
    assertEverybodyIsServed();
    for (SimulatedClient client : hub.here()) {
      for (Subject subject : client.subjects()) {
        client.grant(subject, new Credit(1_000_000, 1_000_000), false, hub.time.now());
        if (client.person != null) {
          client.person.pause(client, (ChannelName) subject, false, hub.time.now());
        }
      }
    }
    comeToRest();
    assertEverybodyIsServed();
    if (hub.here().stream().anyMatch(SimulatedClient::isHeld)) {
      throw new AssertionError("somebody was not told of being released");
    }
  }

  /** A heartbeat later whoever is recoverable knows that it is at the head. */
  void beatAndAssertPositions() {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(SimulatedHub.HEARTBEAT) <= 0;
        passed = passed.plusSeconds(1)) {
      hub.time.advance(Duration.ofSeconds(1));
      for (Rig rig : hub.rigs) {
        rig.lane.tick(hub.time.now());
      }
      comeToRest();
      assertEverybodyIsServed();
    }
    for (SimulatedClient client : hub.here()) {
      for (Subject subject : client.subjects()) {
        Witness reader = client.reader(subject);
        if (reader.isRecoverable() && reader.position().offset() != headOf(client, subject)) {
          throw new AssertionError(reader + " was not told of " + headOf(client, subject));
        }
      }
    }
  }
}
