package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Filter;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.ArrayList;
import java.util.List;

/** What those who take part in a {@link Simulation} ask for, by lot. Owned by it. */
final class Wishes {
  private final SimulatedHub hub;
  private final List<SimulatedReader> readers = new ArrayList<>();
  private int published;

  Wishes(SimulatedHub hub) {
    this.hub = hub;
  }

  /** Those who read inside the process. */
  List<SimulatedReader> readers() {
    return readers;
  }

  void subscribe(SimulatedClient client, Subject subject, Position since) {
    if (client.person != null) {
      subscribeAsPerson(client);
      return;
    }
    Filter filter =
        switch (hub.dice.below(5)) {
          case 0, 1 -> null;
          case 2 -> Filter.EVERYTHING;
          default -> hub.dice.filter();
        };
    Credit credit = hub.dice.onceIn(3) ? hub.dice.credit() : null;
    Policy policy = hub.dice.coin() ? hub.dice.policy() : null;
    client.ask(
        new Command.Subscribe(
            client.nextId(),
            subject,
            filter,
            credit,
            policy,
            policy == Policy.LATEST || hub.dice.onceIn(10) ? hub.dice.conflateBy() : null,
            subject instanceof ChannelName && hub.dice.coin() ? (Boolean) hub.dice.coin() : null,
            since,
            hub.dice.coin(),
            subject instanceof ChannelName && hub.dice.onceIn(3)),
        hub.time.now());
  }

  /** To hub.channels only, to all that is on them, as they are delivered by default. */
  private void subscribeAsPerson(SimulatedClient client) {
    Credit credit = hub.dice.coin() ? hub.dice.credit() : null;
    client.ask(
        new Command.Subscribe(
            client.nextId(),
            hub.dice.oneOf(hub.channels),
            null,
            credit,
            null,
            null,
            null,
            null,
            hub.dice.coin(),
            hub.dice.onceIn(5)),
        hub.time.now());
  }

  void askForHistory(SimulatedClient client) {
    ChannelName channel = hub.dice.oneOf(hub.channels);
    Witness reader = client.reader(channel);
    Position since = reader == null || hub.dice.onceIn(3) ? null : reader.position();
    client.ask(
        new Command.History(client.nextId(), channel, since, hub.dice.between(1, 12)),
        hub.time.now());
  }

  void unsubscribe(SimulatedClient client) {
    Filter filter = hub.dice.onceIn(4) ? null : hub.dice.filter();
    client.ask(
        new Command.Unsubscribe(client.nextId(), hub.dice.oneOf(hub.subjects), filter),
        hub.time.now());
  }

  void publish(SimulatedClient client) {
    for (int i = hub.dice.below(6); i >= 0; i--) {
      String text = "p" + ++published + "-".repeat(hub.dice.below(80));
      client.ask(
          new Command.Publish(
              client.nextId(),
              hub.dice.oneOf(hub.channels),
              TestPayload.of(text).with("kind", hub.dice.kind()),
              hub.dice.coin(),
              hub.dice.onceIn(4) ? null : "key" + hub.dice.below(5),
              hub.dice.onceIn(6) ? "once" + hub.dice.below(8) : null),
          hub.time.now());
    }
  }

  void readSome(SimulatedClient client) {
    if (client.socket.owed() > 0) {
      hub.tally.count(Tally.Of.TORN_FRAME);
    }
    client.rig.makeRoom(
        client.socket, hub.dice.onceIn(4) ? Long.MAX_VALUE : hub.dice.between(1, 200));
    client.read();
  }

  /** What only somebody does whose session outlasts its sockets. */
  void standStill(SimulatedClient client) {
    ChannelName channel = hub.dice.oneOf(hub.channels);
    if (hub.dice.coin()) {
      client.person.pause(client, channel, hub.dice.coin(), hub.time.now());
    } else {
      client.spend(channel, hub.dice.below(2), hub.dice.below(200), hub.time.now());
    }
  }

  /** Somebody in the process begins to read, goes on, or ends. */
  void readInside() {
    readers.removeIf(SimulatedReader::isOver);
    if (readers.size() < 3) {
      ChannelName channel = hub.dice.oneOf(hub.channels);
      readers.add(new SimulatedReader(hub, channel));
      return;
    }
    SimulatedReader reader = hub.dice.oneOf(readers);
    if (hub.dice.onceIn(3)) {
      reader.close(hub.time.now());
    } else {
      reader.goOn();
    }
  }
}
