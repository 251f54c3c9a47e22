package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one delivery may cost. */
class HotPathTest {
  private static final int PUBLICATIONS = 32;
  private static final Filter RED = TestPayload.filter("colour", "red");

  private final Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer[] connect(int subscribers) {
    Peer[] peers = new Peer[subscribers];
    for (int i = 0; i < subscribers; i++) {
      peers[i] = hub.connect();
    }
    return peers;
  }

  private TestPayload[] payloads() {
    TestPayload[] payloads = new TestPayload[PUBLICATIONS];
    for (int i = 0; i < PUBLICATIONS; i++) {
      payloads[i] = TestPayload.of("p" + i).with("colour", "red");
    }
    return payloads;
  }

  @Test
  void thousandSubscribersGetThirtyTwoPublicationsOfOneTurnInOneSendEach() {
    Peer[] peers = connect(1_000);
    for (Peer peer : peers) {
      peer.subscribe("c");
    }
    hub.settle();
    int turns = peers[0].rig.turns();
    hub.publish("c", payloads());
    FakeOutlet outlet = peers[0].rig.outlet;
    assertThat(outlet.sends()).isEqualTo(1_000);
    assertThat(outlet.fanOuts()).isEqualTo(1);
    assertThat(outlet.appends()).isEqualTo(PUBLICATIONS);
    assertThat(hub.form.encodes()).isEqualTo(PUBLICATIONS);
    assertThat(peers[0].rig.turns() - turns).isEqualTo(1);
    assertThat(hub.meter.deliveries()).isEqualTo(1_000L * PUBLICATIONS);
    assertThat(peers[999].stream()).hasSize(1 + PUBLICATIONS).endsWith("p30", "p31");
  }

  @Test
  void publicationIsEncodedOncePerFormForAllLanesRostersAndThoseWhoCatchUp() {
    CountingForm other = new CountingForm(2);
    for (int i = 0; i < 30; i++) {
      Peer peer = hub.connect(i % 2);
      peer.session.use(i % 3 == 0 ? other : hub.form);
      peer.subscribe("c", i % 5 == 0 ? RED : null, i % 7 == 0 ? new Credit(5, 500) : null, null);
      hub.settle();
      if (i % 4 == 0) {
        peer.socket.stallAfter(50);
      }
    }
    hub.publish("c", payloads());
    Peer late = hub.connect();
    late.subscribeSince("c", "e1", 0);
    assertThat(late.stream()).hasSize(1 + PUBLICATIONS);
    assertThat(hub.form.encodes()).isEqualTo(PUBLICATIONS);
    assertThat(other.encodes()).isEqualTo(PUBLICATIONS);
  }

  @Test
  void filterIsEvaluatedOncePerRosterAndFieldsAreReadOncePerPublication() {
    for (Peer peer : connect(100)) {
      peer.subscribe("c", RED);
    }
    for (Peer peer : connect(100)) {
      peer.subscribe("c", TestPayload.filter("shape", "round"));
    }
    hub.settle();
    TestPayload payload = TestPayload.of("p").with("colour", "red");
    hub.publish("c", payload);
    assertThat(payload.reads()).isEqualTo(1);
    assertThat(payload.questions()).isEqualTo(2);
  }

  @Test
  @Timeout(20)
  void tenThousandsOfReadersEachWithItsOwnFilterSubscribeInMoments() {
    hub.connect().subscribe("c");
    hub.settle();
    Peer[] peers = connect(30_000);
    for (int i = 0; i < peers.length; i++) {
      peers[i].subscribe("c", TestPayload.filter("user", "u" + i));
    }
    assertThat(hub.meter.subscriptions()).isEqualTo(30_001);
  }

  @Test
  void filterOfNobodyIsNotEvaluated() {
    Peer[] peers = connect(3);
    peers[0].subscribe("c");
    peers[1].subscribe("c", RED);
    peers[2].subscribe("c", RED, new Credit(0, 0), null);
    hub.settle();
    hub.publish("c", payloads());
    peers[1].unsubscribe("c", null);
    peers[2].subscribe("c", Filter.EVERYTHING);
    hub.settle();
    TestPayload payload = TestPayload.of("p").with("colour", "red");
    hub.publish("c", payload);
    assertThat(payload.questions()).isZero();
  }

  @Test
  void noFieldIsReadForWhomEverythingIsFor() {
    for (Peer peer : connect(10)) {
      peer.subscribe("c");
    }
    hub.settle();
    TestPayload payload = TestPayload.of("p");
    hub.publish("c", payload);
    assertThat(payload.reads()).isZero();
  }

  @Test
  void nothingIsDoneForParkedCursorsPerPublication() {
    Peer[] peers = connect(20);
    for (int i = 0; i < 20; i++) {
      peers[i].subscribe("c", i < 10 ? new Credit(0, 0) : null);
    }
    hub.settle();
    for (Peer peer : peers) {
      peer.socket.stallAfter(0);
    }
    hub.publish("c", "parks everybody");
    FakeOutlet outlet = peers[0].rig.outlet;
    int sends = outlet.sends();
    int fanOuts = outlet.fanOuts();
    int appends = outlet.appends();
    int encodes = hub.form.encodes();
    hub.publish("c", payloads());
    assertThat(outlet.sends()).isEqualTo(sends);
    assertThat(outlet.fanOuts()).isEqualTo(fanOuts);
    assertThat(outlet.appends()).isEqualTo(appends);
    assertThat(hub.form.encodes()).isEqualTo(encodes);
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void bytesAllocatedDoNotDependOnTheNumberOfSubscribersWhateverTheirPolicy(Policy policy) {
    double perDelivery =
        (double) (allocated(1_000, false, policy) - allocated(10, false, policy))
            / (990 * PUBLICATIONS);
    assertThat(perDelivery).as("bytes per delivery").isLessThan(1);
  }

  @Test
  void bytesAllocatedDoNotDependOnTheNumberOfMeteredSubscribers() {
    Policy policy = Policy.LOSSLESS;
    double perDelivery =
        (double) (allocated(1_000, true, policy) - allocated(10, true, policy))
            / (990 * PUBLICATIONS);
    assertThat(perDelivery).as("bytes per delivery").isLessThan(1);
  }

  /** Whoever is behind for want of credit costs nothing, but what all of its kind need together. */
  @ParameterizedTest
  @EnumSource(Policy.class)
  void bytesAllocatedDoNotDependOnTheNumberOfThoseWhoAreBehindWhateverTheirPolicy(Policy policy) {
    assertThat(allocatedBehind(1_000, policy)).isLessThan(allocatedBehind(10, policy) + 990);
  }

  /** The least that one turn allocated, of a few in which nobody had any credit. */
  private static long allocatedBehind(int subscribers, Policy policy) {
    Limits limits = TestLimits.DEFAULTS;
    VirtualTime time = new VirtualTime();
    MemoryBroker broker = new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "e");
    Lane lane = new Lane(0, limits, TestPorts.of(limits, broker), new Sink(), () -> {});
    Form form = publication -> new Frame(new byte[64], 60);
    Identity identity = new Identity("u", null, Grants.ALL, Long.MAX_VALUE);
    for (int slot = 0; slot < subscribers; slot++) {
      subscribe(lane.open(slot, identity, form, "c", time.now()), new Credit(0, 9), policy, time);
    }
    lane.turn(time.now());
    Draft draft =
        new Draft(Hub.channel("c"), Draft.Kind.BROADCAST, null, TestPayload.of("p"), "k", null);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    // Fewer than a laggard may be behind; the first turns park everybody.
    for (int i = 0; i < 500; i++) {
      broker.publish(draft, time.now(), new Unread());
      long before = threads.getCurrentThreadAllocatedBytes();
      lane.turn(time.now());
      if (i > 100) {
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    return least;
  }

  private static void subscribe(
      Session session, @Nullable Credit credit, Policy policy, VirtualTime time) {
    session.accept(
        new Command.Subscribe(
            null, Hub.channel("c"), null, credit, policy, null, null, null, false, false),
        time.now());
  }

  /** The least that one turn with 32 publications allocated, of many: others are the JVM's own. */
  private static long allocated(int subscribers, boolean metered, Policy policy) {
    Limits limits = TestLimits.DEFAULTS;
    VirtualTime time = new VirtualTime();
    MemoryBroker broker = new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "e");
    Sink sink = new Sink();
    Lane lane = new Lane(0, limits, TestPorts.of(limits, broker), sink, () -> {});
    Form form = publication -> new Frame(new byte[64], 60);
    Identity identity = new Identity("u", null, Grants.ALL, Long.MAX_VALUE);
    for (int slot = 0; slot < subscribers; slot++) {
      Session session = lane.open(slot, identity, form, "c", time.now());
      Credit credit = metered ? new Credit(Credit.MAX, Credit.MAX) : null;
      subscribe(session, credit, policy, time);
    }
    lane.turn(time.now());
    Draft draft =
        new Draft(Hub.channel("c"), Draft.Kind.BROADCAST, null, TestPayload.of("p"), null, null);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 300; i++) {
      for (int p = 0; p < PUBLICATIONS; p++) {
        broker.publish(draft, time.now(), new Unread());
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      lane.turn(time.now());
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(sink.sends()).isEqualTo(300L * subscribers);
    return least;
  }

  private static final class Unread implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }
}
