package io.sluice.core;

import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

/**
 * The hub with everything that can go wrong around it, drawn from one seed: three lanes whose turns
 * come when they like, sockets that stall, trickle and break, logs too small for what is published,
 * a broker that answers late or not at all, and time. What every client is told is held against the
 * {@link Ledger}.
 *
 * <p>One thread; the same seed gives the same run.
 */
public final class Simulation {
  private static final int LANES = 3;
  private static final int CLIENTS = 6;
  private static final int ROUNDS = 3;
  private static final int STEPS = 160;
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);

  private final Dice dice;
  private final Tally tally;
  private final VirtualTime time;
  private final Limits limits;
  private final Meter meter = new Meter();
  private final Later.Steps steps;
  private final HoldModel holds;
  private final Ledger ledger;
  private final DeferredBroker broker;
  private final Attendance attendance;
  private final Rig[] rigs = new Rig[LANES];
  private final SimulatedClient[] clients = new SimulatedClient[CLIENTS];
  private final List<Map<Integer, SimulatedClient>> atSlot = new ArrayList<>();
  private final Queue<SimulatedClient> leaving = new ArrayDeque<>();

  /** What each client would give as since. */
  private final List<Map<Subject, Position>> remembered = new ArrayList<>();

  private final CountingForm[] forms = {new CountingForm(1), new CountingForm(2)};
  private final Namespaces namespaces;
  private final List<ChannelName> channels = new ArrayList<>();

  /** What clients subscribe to: the channels, and patterns. */
  private final List<Subject> subjects;

  private final Crowd crowd;
  private int published;
  private int epochs;

  Simulation(long seed, Tally tally) {
    this.dice = new Dice(seed);
    this.tally = tally;
    this.time = new VirtualTime(dice.any());
    this.limits = dice.limits(HEARTBEAT);
    this.steps = Later.inSteps(dice.any());
    this.namespaces = dice.namespaces(limits.log());
    MemoryBroker memory = new MemoryBroker(limits.hub(), namespaces, () -> "epoch" + ++epochs);
    this.holds = new HoldModel(memory, namespaces, tally);
    this.ledger = new Ledger(holds, namespaces);
    this.crowd = new Crowd(ledger, this::sessions);
    int failPercent = dice.coin() ? 0 : dice.below(20);
    this.broker = new DeferredBroker(ledger, steps, dice.any(), failPercent);
    for (int i = 0; i < 1 + dice.below(4); i++) {
      channels.add(new ChannelName(dice.coin() ? "task." + i : "task.deep." + i));
    }
    this.subjects = dice.subjects(channels);
    this.attendance = new Attendance(limits.presence());
    Switchboard switchboard =
        new Switchboard(limits, new Ports(broker, attendance, Tokens.NONE, namespaces, meter));
    for (int lane = 0; lane < LANES; lane++) {
      atSlot.add(new HashMap<>());
      rigs[lane] = new Rig(lane, switchboard, watch(lane));
    }
    for (int i = 0; i < CLIENTS; i++) {
      remembered.add(new HashMap<>());
    }
  }

  private FakeOutlet.Watch watch(int lane) {
    return new FakeOutlet.Watch() {
      @Override
      public void told(int slot, Event event) {
        atSlot.get(lane).get(slot).told(slot, event);
      }

      @Override
      public void handedOver(int slot, byte[] frame) {
        atSlot.get(lane).get(slot).handedOver(slot, frame);
      }
    };
  }

  private List<Session> sessions() {
    return atSlot.stream()
        .flatMap(slots -> slots.values().stream())
        .map(client -> client.session)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Runs from beginning to end. */
  void run() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < STEPS; i++) {
        step();
        holds.assertNothingIsLost();
      }
      comeToRest();
      assertEverybodyIsServed();
      assertEverybodyIsPresent();
      settleCredit();
      holds.assertNobodyWaits();
      beatAndAssertPositions();
    }
  }

  private void step() {
    int which = dice.below(CLIENTS);
    SimulatedClient client = clients[which];
    if (client == null || client.isGone()) {
      if (dice.onceIn(4)) {
        connect(which);
      } else {
        drive();
      }
      return;
    }
    switch (dice.below(22)) {
      case 0, 1 -> subscribe(client, dice.oneOf(subjects), null);
      case 2, 3, 4, 5 -> publish(client);
      case 6 -> client.grant(dice.oneOf(subjects), dice.credit(), time.now());
      case 7 -> unsubscribe(client);
      case 8, 9 -> readSome(client);
      case 20 -> askForHistory(client);
      case 21 ->
          client.ask(new Command.Presence(client.nextId(), dice.oneOf(channels)), time.now());
      case 10 -> client.socket.stallAfter(dice.below(300));
      case 11 -> {
        if (dice.onceIn(3)) {
          breakOff(which);
        }
      }
      case 12 -> {
        tally.count(Tally.Of.FORM_CHANGED);
        client.session.use(forms[dice.below(2)]);
        client.rig.touch();
      }
      default -> drive();
    }
  }

  /** Something happens that no client asked for. */
  private void drive() {
    Rig rig = rigs[dice.below(LANES)];
    switch (dice.below(16)) {
      case 0 -> {
        time.advance(Duration.ofMillis(dice.between(1, 3_000)));
        rig.lane.tick(time.now());
      }
      case 1 -> time.stepWallClock(Duration.ofHours(dice.between(-24, 24)));
      case 2 -> sayGoodbye();
      case 3, 4, 5, 6, 7 -> {
        for (int i = dice.below(8); i >= 0; i--) {
          steps.step();
        }
      }
      case 8 -> {
        if (dice.onceIn(8)) {
          standEmpty();
        }
      }
      default -> {
        if (rig.isDue()) {
          rig.turn(time.now());
        }
      }
    }
  }

  /** Everybody leaves for so long that channels are removed, and perhaps forgotten. */
  private void standEmpty() {
    for (int which = 0; which < CLIENTS; which++) {
      if (clients[which] != null && !clients[which].isGone()) {
        breakOff(which);
      }
    }
    comeToRest();
    for (int i = dice.between(1, 4); i > 0; i--) {
      time.advance(Duration.ofSeconds(dice.between(1, 60)));
      rigs[0].lane.tick(time.now());
    }
  }

  // What clients do

  private void connect(int which) {
    int lane = dice.below(LANES);
    int slot = 0;
    while (atSlot.get(lane).containsKey(slot)) {
      slot++;
    }
    SimulatedClient client =
        new SimulatedClient(ledger, holds, namespaces, attendance, crowd, tally, rigs[lane], slot);
    clients[which] = client;
    atSlot.get(lane).put(slot, client);
    client.socket = rigs[lane].outlet.connect(slot);
    Identity identity = new Identity(userOf(which), null, Grants.ALL, Long.MAX_VALUE);
    client.session = rigs[lane].lane.open(slot, identity, forms[0], "c" + which, time.now());
    rigs[lane].touch();
    Map<Subject, Position> since = remembered.get(which);
    since.forEach((subject, position) -> subscribe(client, subject, position));
    since.clear();
  }

  /** Some are the same user, over several connections. */
  private static String userOf(int which) {
    return "user" + which % 4;
  }

  private void subscribe(SimulatedClient client, Subject subject, Position since) {
    Filter filter =
        switch (dice.below(5)) {
          case 0, 1 -> null;
          case 2 -> Filter.EVERYTHING;
          default -> dice.filter();
        };
    Credit credit = dice.onceIn(3) ? dice.credit() : null;
    Policy policy = dice.coin() ? dice.policy() : null;
    client.ask(
        new Command.Subscribe(
            client.nextId(),
            subject,
            filter,
            credit,
            policy,
            policy == Policy.LATEST || dice.onceIn(10) ? dice.conflateBy() : null,
            subject instanceof ChannelName && dice.coin() ? (Boolean) dice.coin() : null,
            since,
            dice.coin(),
            subject instanceof ChannelName && dice.onceIn(3)),
        time.now());
  }

  private void askForHistory(SimulatedClient client) {
    ChannelName channel = dice.oneOf(channels);
    Witness reader = client.reader(channel);
    Position since = reader == null || dice.onceIn(3) ? null : reader.position();
    client.ask(
        new Command.History(client.nextId(), channel, since, dice.between(1, 12)), time.now());
  }

  private void unsubscribe(SimulatedClient client) {
    Filter filter = dice.onceIn(4) ? null : dice.filter();
    client.ask(new Command.Unsubscribe(client.nextId(), dice.oneOf(subjects), filter), time.now());
  }

  private void publish(SimulatedClient client) {
    for (int i = dice.below(6); i >= 0; i--) {
      String text = "p" + ++published + "-".repeat(dice.below(80));
      client.ask(
          new Command.Publish(
              client.nextId(),
              dice.oneOf(channels),
              TestPayload.of(text).with("kind", dice.kind()),
              dice.coin(),
              dice.onceIn(4) ? null : "key" + dice.below(5),
              dice.onceIn(6) ? "once" + dice.below(8) : null),
          time.now());
    }
  }

  private void readSome(SimulatedClient client) {
    if (client.socket.owed() > 0) {
      tally.count(Tally.Of.TORN_FRAME);
    }
    client.rig.makeRoom(client.socket, dice.onceIn(4) ? Long.MAX_VALUE : dice.between(1, 200));
    client.read();
  }

  /** The line breaks; what was not read is lost, and the lane hears of it later. */
  private void breakOff(int which) {
    tally.count(Tally.Of.CUT);
    SimulatedClient client = clients[which];
    if (dice.coin()) {
      client.read();
    }
    client.socket.cut();
    client.leave();
    leaving.add(client);
    for (Subject subject : client.subjects()) {
      Witness reader = client.reader(subject);
      if (reader.isRecoverable() || dice.coin()) {
        remembered.get(which).put(subject, reader.position());
      }
    }
  }

  /** Lanes hear of connections that are gone, one each; whether there was any. */
  private boolean sayGoodbye() {
    boolean any = false;
    for (Rig rig : rigs) {
      Integer closed = rig.outlet.nextClosing();
      if (closed != null) {
        any = true;
        forget(atSlot.get(indexOf(rig)).get(closed));
      }
    }
    SimulatedClient client = leaving.poll();
    if (client != null) {
      any = true;
      forget(client);
    }
    return any;
  }

  private int indexOf(Rig rig) {
    return List.of(rigs).indexOf(rig);
  }

  private void forget(SimulatedClient client) {
    if (client != null && atSlot.get(indexOf(client.rig)).remove(client.slot, client)) {
      client.leave();
      client.rig.outlet.forget(client.slot);
      client.rig.lane.closed(client.slot, time.now());
      client.rig.touch();
    }
  }

  // At rest

  /** Everybody reads, everything is answered, and no lane wants a turn. */
  private void comeToRest() {
    for (int turns = 0; turns < 100_000; turns++) {
      boolean moved = steps.settle();
      for (SimulatedClient client : clients) {
        if (client != null && !client.isGone()) {
          client.rig.makeRoom(client.socket, Long.MAX_VALUE);
        }
      }
      for (Rig rig : rigs) {
        if (rig.isDue()) {
          rig.turn(time.now());
          moved = true;
        }
      }
      moved |= sayGoodbye();
      if (!moved) {
        return;
      }
    }
    throw new AssertionError("the hub does not come to rest");
  }

  private void assertEverybodyIsServed() {
    holds.assertNobodyWaitsInVain();
    for (SimulatedClient client : clients) {
      if (client == null || client.isGone()) {
        continue;
      }
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
  private void assertEverybodyIsPresent() {
    if (limits.presence().memberships() < 4 * channels.size()) {
      return;
    }
    for (ChannelName channel : channels) {
      Map<String, Integer> truth = new HashMap<>();
      for (int which = 0; which < CLIENTS; which++) {
        SimulatedClient client = clients[which];
        if (client != null && !client.isGone() && client.session.cursor(channel) != null) {
          truth.merge(userOf(which), 1, Integer::sum);
        }
      }
      if (!truth.equals(attendance.counts(channel))) {
        throw new AssertionError(attendance.counts(channel) + " are present, not " + truth);
      }
    }
  }

  private static long headOf(SimulatedClient client, Subject subject) {
    return client.session.cursor(subject).fanout.log().head();
  }

  /** With credit for everything, everything comes. */
  private void settleCredit() {
    for (SimulatedClient client : clients) {
      if (client != null && !client.isGone()) {
        for (Subject subject : client.subjects()) {
          client.grant(subject, new Credit(1_000_000, 1_000_000), time.now());
        }
      }
    }
    comeToRest();
    assertEverybodyIsServed();
    for (SimulatedClient client : clients) {
      if (client != null && !client.isGone() && client.isHeld()) {
        throw new AssertionError("somebody was not told of being released");
      }
    }
  }

  /** A heartbeat later whoever is recoverable knows that it is at the head. */
  private void beatAndAssertPositions() {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(HEARTBEAT) <= 0;
        passed = passed.plusSeconds(1)) {
      time.advance(Duration.ofSeconds(1));
      for (Rig rig : rigs) {
        rig.lane.tick(time.now());
      }
      comeToRest();
      assertEverybodyIsServed();
    }
    for (SimulatedClient client : clients) {
      if (client == null || client.isGone()) {
        continue;
      }
      for (Subject subject : client.subjects()) {
        Witness reader = client.reader(subject);
        if (reader.isRecoverable() && reader.position().offset() != headOf(client, subject)) {
          throw new AssertionError(reader + " was not told of " + headOf(client, subject));
        }
      }
    }
  }
}
