package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Later;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.MemoryPresence;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two lanes, a broker and time, for tests that speak to them as peers do. Owned by its test; only
 * the broker may have a thread of its own.
 */
final class Hub implements AutoCloseable {
  final VirtualTime time = new VirtualTime();
  final Meter meter = new Meter();
  final CountingForm form = new CountingForm(1);
  final Limits limits;
  final Namespaces namespaces;
  final MemoryBroker memory;
  final MemoryPresence presence;
  final FakeTokens tokens = new FakeTokens();
  final Switchboard switchboard;
  private final @Nullable Later later;
  private final Broker broker;
  private final Rig[] rigs = new Rig[2];
  private final int[] nextSlot = new int[2];
  private int epochs;

  Hub(Answering answering) {
    this(answering, TestLimits.DEFAULTS);
  }

  Hub(Answering answering, Limits limits) {
    this(answering, limits, Namespaces.of(limits.log()));
  }

  Hub(Answering answering, Limits limits, UnaryOperator<Broker> front) {
    this(answering, limits, Namespaces.of(limits.log()), front);
  }

  Hub(Answering answering, Limits limits, Namespaces namespaces) {
    this(answering, limits, namespaces, UnaryOperator.identity());
  }

  /** One with something in front of the broker. */
  private Hub(
      Answering answering, Limits limits, Namespaces namespaces, UnaryOperator<Broker> front) {
    this.limits = limits;
    this.namespaces = namespaces;
    memory = new MemoryBroker(limits.hub(), namespaces, () -> "e" + ++epochs);
    later = answering.later();
    broker = front.apply(Answering.through(later, memory));
    presence = new MemoryPresence(limits.presence());
    switchboard = new Switchboard(limits, new Ports(broker, presence, tokens, namespaces, meter));
    for (int i = 0; i < rigs.length; i++) {
      rigs[i] = new Rig(i, switchboard, new FakeOutlet.Watch() {});
    }
  }

  static ChannelName channel(String name) {
    return new ChannelName(name);
  }

  Rig rig(int lane) {
    return rigs[lane];
  }

  Peer connect() {
    return connect(0, "user", Grants.ALL, Long.MAX_VALUE);
  }

  Peer connect(int lane) {
    return connect(lane, "user", Grants.ALL, Long.MAX_VALUE);
  }

  Peer connect(int lane, String user, Grants grants, long expiresAtMillis) {
    Identity identity = new Identity(user, null, grants, expiresAtMillis);
    Peer peer = connect(rigs[lane], nextSlot[lane]++, identity);
    peer.hear();
    return peer;
  }

  /** Somebody of this role, whose token grants everything. */
  Peer connectAs(@Nullable String role) {
    Identity identity = new Identity("user", role, Grants.ALL, Long.MAX_VALUE);
    Peer peer = connect(rigs[0], nextSlot[0]++, identity);
    peer.hear();
    return peer;
  }

  /** Somebody new on a lane that need not be this hub's, not greeted yet. */
  Peer connect(Rig rig, int slot, String user) {
    return connect(rig, slot, new Identity(user, null, Grants.ALL, Long.MAX_VALUE));
  }

  private Peer connect(Rig rig, int slot, Identity identity) {
    FakeSocket socket = rig.outlet.connect(slot);
    Session session = rig.lane.open(slot, identity, form, "c" + slot, time.now());
    rig.touch();
    return new Peer(this, rig, socket, session);
  }

  /** The server publishes, and everything that follows from it happens. */
  void publish(String channel, TestPayload... payloads) {
    append(channel, payloads);
    settle();
  }

  void publish(String channel, String... texts) {
    for (String text : texts) {
      append(channel, TestPayload.of(text));
    }
    settle();
  }

  /** The server publishes; no lane has had its turn yet. */
  void append(String channel, TestPayload... payloads) {
    for (TestPayload payload : payloads) {
      Draft draft = new Draft(channel(channel), Draft.Kind.BROADCAST, null, payload, null, null);
      memory.publish(draft, time.now(), new Ignored());
    }
  }

  /** The server publishes each of these with its key: {@code "key text"}. */
  void publishKeyed(String channel, String... keyed) {
    appendKeyed(channel, keyed);
    settle();
  }

  /** The same; no lane has had its turn yet. */
  void appendKeyed(String channel, String... keyed) {
    for (String one : keyed) {
      String key = one.substring(0, one.indexOf(' '));
      Draft draft =
          new Draft(channel(channel), Draft.Kind.BROADCAST, null, TestPayload.of(one), key, null);
      memory.publish(draft, time.now(), new Ignored());
    }
  }

  private static final class Ignored implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }

  /** Everything that is due happens. */
  void settle() {
    boolean moved;
    int turns = 0;
    do {
      moved = later != null && later.settle();
      for (Rig rig : rigs) {
        if (rig.isDue()) {
          rig.turn(time.now());
          moved = true;
        }
        rig.settleClosed(time.now());
      }
      if (++turns > 10_000) {
        throw new AssertionError("the hub does not come to rest");
      }
    } while (moved);
  }

  /** The broker answers what it was asked; no lane has its turn. */
  void settleBroker() {
    if (later != null) {
      later.settle();
    }
  }

  /** Time passes, a tick every second. */
  void pass(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      time.advance(Duration.ofSeconds(1));
      tick();
    }
  }

  void tick() {
    for (Rig rig : rigs) {
      rig.lane.tick(time.now());
    }
    settle();
  }

  void stop() {
    for (Rig rig : rigs) {
      rig.lane.stop(CloseReason.RESTART);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
