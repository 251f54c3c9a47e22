package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a {@link Simulation} is played on: the hub, those who are connected to it, and those who
 * know what is true. Owned by its simulation.
 */
final class SimulatedHub {
  static final int LANES = 3;
  static final int CLIENTS = 6;
  static final Duration HEARTBEAT = Duration.ofSeconds(5);

  final Dice dice;
  final Tally tally;
  final VirtualTime time;
  final Limits limits;
  final Later.Steps steps;
  final HoldModel holds;
  final Ledger ledger;
  final DeferredBroker broker;
  final MemoryBroker memory;
  final Attendance attendance;
  final Watching watching;
  final Crowd crowd;
  final Namespaces namespaces;
  final Rig[] rigs = new Rig[LANES];
  final SimulatedClient[] clients = new SimulatedClient[CLIENTS];

  /** Of the clients, those whose sessions outlast their sockets. */
  final SimulatedPerson[] persons = new SimulatedPerson[CLIENTS];

  final List<Map<Integer, SimulatedClient>> atSlot = new ArrayList<>();
  final List<ChannelName> channels = new ArrayList<>();

  /** What clients subscribe to: the channels, and patterns. */
  final List<Subject> subjects;

  final CountingForm[] forms = {new CountingForm(1), new CountingForm(2)};
  private int epochs;

  SimulatedHub(long seed, Tally tally) {
    this.dice = new Dice(seed);
    this.tally = tally;
    this.time = new VirtualTime(dice.any());
    int lasting = dice.below(3);
    this.limits = dice.limits(HEARTBEAT, lasting == 0 ? 2 : SimulatedPerson.COMMANDS);
    this.steps = Later.inSteps(dice.any());
    this.namespaces = dice.namespaces(limits.log());
    this.watching = new Watching(dice, tally);
    this.memory = new MemoryBroker(limits.hub(), namespaces, () -> "epoch" + ++epochs, watching);
    this.holds = new HoldModel(memory, namespaces, tally);
    watching.of(memory, holds);
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
        new Switchboard(
            limits, new Ports(broker, attendance, Tokens.NONE, namespaces, new Meter()));
    for (int lane = 0; lane < LANES; lane++) {
      atSlot.add(new HashMap<>());
      rigs[lane] = new Rig(lane, switchboard, watch(lane));
    }
    for (int i = 0; i < lasting; i++) {
      Broker.Writer writer = new Broker.Writer(limits.session());
      persons[i] = new SimulatedPerson("person" + i, writer, tally);
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
    Stream<Session> there =
        atSlot.stream()
            .flatMap(slots -> slots.values().stream())
            .map(client -> client.session)
            .filter(Objects::nonNull);
    Stream<Session> away =
        Arrays.stream(persons)
            .filter(Objects::nonNull)
            .flatMap(person -> person.standing().stream());
    return Stream.concat(there, away).distinct().toList();
  }

  /** Those who have a socket, as far as they know. */
  List<SimulatedClient> here() {
    return Arrays.stream(clients).filter(client -> client != null && !client.isGone()).toList();
  }

  int indexOf(Rig rig) {
    return List.of(rigs).indexOf(rig);
  }

  /** Some are the same user, over several connections. */
  static String userOf(int which) {
    return "user" + which % 4;
  }
}
