package io.sluice.core;

import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** How clients come and go in a {@link Simulation}, and what they take with them. Owned by it. */
final class ComingAndGoing {
  private final SimulatedHub hub;
  private final Wishes wishes;
  private final Queue<SimulatedClient> leaving = new ArrayDeque<>();

  /** What each client would give as since. */
  private final List<Map<Subject, Position>> remembered = new ArrayList<>();

  ComingAndGoing(SimulatedHub hub, Wishes wishes) {
    this.hub = hub;
    this.wishes = wishes;
    for (int i = 0; i < SimulatedHub.CLIENTS; i++) {
      remembered.add(new HashMap<>());
    }
  }

  void connect(int which) {
    SimulatedPerson person = hub.persons[which];
    SimulatedClient before = hub.clients[which];
    if (person != null && before != null && person.isAt(before)) {
      takeOver(before);
    }
    int lane = hub.dice.below(SimulatedHub.LANES);
    int slot = 0;
    while (hub.atSlot.get(lane).containsKey(slot)) {
      slot++;
    }
    SimulatedClient client = new SimulatedClient(hub, hub.rigs[lane], slot, person);
    hub.clients[which] = client;
    hub.atSlot.get(lane).put(slot, client);
    client.socket = hub.rigs[lane].outlet.connect(slot);
    Identity identity = new Identity(SimulatedHub.userOf(which), null, Grants.ALL, Long.MAX_VALUE);
    client.session =
        hub.rigs[lane].lane.open(slot, identity, hub.forms[0], "c" + which, hub.time.now());
    hub.rigs[lane].touch();
    if (person != null) {
      if (person.isAway() && hub.dice.onceIn(5)) {
        person.forget();
      }
      person.sitDown(client, hub.time.now());
      return;
    }
    Map<Subject, Position> since = remembered.get(which);
    since.forEach((subject, position) -> wishes.subscribe(client, subject, position));
    since.clear();
  }

  /** Another line goes on with what this one has; it is closed when its turn comes. */
  private void takeOver(SimulatedClient client) {
    hub.tally.count(Tally.Of.TAKEN_OVER);
    client.leave();
    client.readRest();
    boolean stands = client.rig.lane.detach(client.session);
    stand(client, stands);
    leaving.add(client);
  }

  private static void stand(SimulatedClient client, boolean stands) {
    if (stands) {
      client.person.isLeft(client);
    } else {
      client.person.hasEnded();
    }
  }

  /** The line breaks; what was not read is lost, and the lane hears of it later. */
  void breakOff(int which) {
    hub.tally.count(Tally.Of.CUT);
    SimulatedClient client = hub.clients[which];
    if (hub.dice.coin()) {
      client.read();
    }
    client.leave();
    leaving.add(client);
    if (client.person != null) {
      client.socket.stallAfter(0);
      return;
    }
    client.socket.cut();
    for (Subject subject : client.subjects()) {
      Witness reader = client.reader(subject);
      if (reader.isRecoverable() || hub.dice.coin()) {
        remembered.get(which).put(subject, reader.position());
      }
    }
  }

  /** Lanes hear of connections that are gone, one each; whether there was any. */
  boolean sayGoodbye() {
    boolean any = false;
    for (Rig rig : hub.rigs) {
      Integer closed = rig.outlet.nextClosing();
      if (closed != null) {
        any = true;
        forget(hub.atSlot.get(hub.indexOf(rig)).get(closed));
      }
    }
    SimulatedClient client = leaving.poll();
    if (client != null) {
      any = true;
      forget(client);
    }
    return any;
  }

  private void forget(SimulatedClient client) {
    if (client != null && hub.atSlot.get(hub.indexOf(client.rig)).remove(client.slot, client)) {
      client.leave();
      boolean isHere = client.person != null && client.person.isAt(client);
      if (isHere) {
        client.readRest();
      }
      client.rig.outlet.forget(client.slot);
      client.rig.lane.closed(client.slot, hub.time.now());
      client.rig.touch();
      if (isHere) {
        stand(client, !client.session.isClosed());
      }
    }
  }
}
