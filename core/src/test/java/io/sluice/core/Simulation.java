package io.sluice.core;

import io.sluice.model.Command;
import java.time.Duration;

/**
 * The hub with everything that can go wrong around it, drawn from one seed: three lanes whose turns
 * come when they like, sockets that stall, trickle and break, logs too small for what is published,
 * a broker that answers late or not at all, and time. What every client is told is held against the
 * {@link Ledger}.
 *
 * <p>One thread; the same seed gives the same run.
 */
public final class Simulation {
  private static final int ROUNDS = 3;
  private static final int STEPS = 160;

  private final SimulatedHub hub;
  private final Wishes wishes;
  private final ComingAndGoing traffic;
  private final AtRest rest;

  Simulation(long seed, Tally tally) {
    this.hub = new SimulatedHub(seed, tally);
    this.wishes = new Wishes(hub);
    this.traffic = new ComingAndGoing(hub, wishes);
    this.rest = new AtRest(hub, wishes, traffic);
  }

  /** Runs from beginning to end. */
  void run() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < STEPS; i++) {
        step();
        hub.holds.assertNothingIsLost();
      }
      rest.comeToRest();
      rest.assertEverybodyIsServed();
      rest.assertEverybodyIsPresent();
      rest.settleCredit();
      hub.holds.assertNobodyWaits();
      rest.beatAndAssertPositions();
    }
  }

  private void step() {
    int which = hub.dice.below(SimulatedHub.CLIENTS);
    SimulatedClient client = hub.clients[which];
    if (client == null || client.isGone()) {
      if (hub.dice.onceIn(4)) {
        traffic.connect(which);
      } else {
        drive();
      }
      return;
    }
    switch (hub.dice.below(22)) {
      case 0, 1 -> wishes.subscribe(client, hub.dice.oneOf(hub.subjects), null);
      case 2, 3, 4, 5 -> wishes.publish(client);
      case 6 -> {
        boolean meters = client.person != null && hub.dice.onceIn(3);
        client.grant(hub.dice.oneOf(hub.subjects), hub.dice.credit(), meters, hub.time.now());
      }
      case 7 -> wishes.unsubscribe(client);
      case 8, 9 -> wishes.readSome(client);
      case 20 -> wishes.askForHistory(client);
      case 21 ->
          client.ask(
              new Command.Presence(client.nextId(), hub.dice.oneOf(hub.channels)), hub.time.now());
      case 10 -> client.socket.stallAfter(hub.dice.below(300));
      case 11 -> {
        if (hub.dice.onceIn(3)) {
          traffic.breakOff(which);
        }
      }
      case 12 -> {
        if (client.person != null) {
          wishes.standStill(client);
          return;
        }
        hub.tally.count(Tally.Of.FORM_CHANGED);
        client.session.use(hub.forms[hub.dice.below(2)]);
        client.rig.touch();
      }
      default -> drive();
    }
  }

  /** Something happens that no client asked for. */
  private void drive() {
    Rig rig = hub.rigs[hub.dice.below(SimulatedHub.LANES)];
    switch (hub.dice.below(18)) {
      case 16 -> hub.watching.giveOne(hub.time.now());
      case 17 -> wishes.readInside();
      case 0 -> {
        hub.time.advance(Duration.ofMillis(hub.dice.between(1, 3_000)));
        rig.lane.tick(hub.time.now());
      }
      case 1 -> hub.time.stepWallClock(Duration.ofHours(hub.dice.between(-24, 24)));
      case 2 -> traffic.sayGoodbye();
      case 3, 4, 5, 6, 7 -> {
        for (int i = hub.dice.below(8); i >= 0; i--) {
          hub.steps.step();
        }
      }
      case 8 -> {
        if (hub.dice.onceIn(8)) {
          standEmpty();
        }
      }
      default -> {
        if (rig.isDue()) {
          rig.turn(hub.time.now());
        }
      }
    }
  }

  /** Everybody leaves for so long that hub.channels are removed, and perhaps forgotten. */
  private void standEmpty() {
    for (int which = 0; which < SimulatedHub.CLIENTS; which++) {
      if (hub.clients[which] != null && !hub.clients[which].isGone()) {
        traffic.breakOff(which);
      }
    }
    rest.comeToRest();
    hub.watching.giveAll(hub.time.now());
    wishes.readers().forEach(reader -> reader.close(hub.time.now()));
    for (SimulatedPerson person : hub.persons) {
      if (person != null && hub.dice.coin()) {
        person.forget();
      }
    }
    rest.comeToRest();
    for (int i = hub.dice.between(1, 4); i > 0; i--) {
      hub.time.advance(Duration.ofSeconds(hub.dice.between(1, 60)));
      hub.rigs[0].lane.tick(hub.time.now());
    }
  }
}
