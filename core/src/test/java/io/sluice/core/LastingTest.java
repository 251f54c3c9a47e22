package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that outlast their sockets: what they hold, owe and leave behind. */
class LastingTest {
  /** What a publication of one letter costs a log. */
  private static final int RETAINED = Publication.OVERHEAD_BYTES + "1".length() + "ann".length();

  private static final ChannelName A = Hub.channel("s.a");

  private Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private void restart(ChannelSettings everywhere) {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, TestLimits.DEFAULTS, new Namespaces(List.of(), everywhere));
  }

  /** Two publications may lie before the slowest reader, and so many may be it. */
  private static ChannelSettings held(int readers, int subscribers) {
    ChannelSettings usual = ChannelSettings.of(TestLimits.DEFAULTS.log());
    return new ChannelSettings(
        usual.log(),
        usual.delivery(),
        new ChannelSettings.Hold(2L * RETAINED, readers, Duration.ofMinutes(5)),
        null,
        true,
        usual.rights(),
        new ChannelSettings.Clients(Integer.MAX_VALUE, subscribers),
        usual.priority());
  }

  private Peer person(int lane) {
    Peer peer = hub.connect(lane);
    peer.session.use(new StampedTestForm("me"));
    peer.session.publishAs("me", new ChannelPattern("s.>"), new Broker.Writer(8, 1 << 20));
    peer.session.last(true);
    return peer;
  }

  private Peer reader(String... channels) {
    Peer peer = person(0);
    for (String channel : channels) {
      peer.subscribe(channel);
    }
    peer.hear();
    return peer;
  }

  /** It comes back on this lane, to where it stood; what it left ends. */
  private Peer comeBack(Peer left, int lane) {
    Peer again = person(lane);
    left.session
        .places()
        .forEach((at, place) -> again.subscribeSince(at.value(), place.epoch(), place.offset()));
    hub.settle();
    left.rig.lane.forget(left.session);
    hub.settle();
    return again;
  }

  private Outcomes publish(int count) {
    Outcomes outcomes = new Outcomes();
    for (int i = 1; i <= count; i++) {
      Draft draft =
          new Draft(A, Draft.Kind.MESSAGE, "ann", TestPayload.of(Integer.toString(i)), null, null);
      hub.memory.publish(draft, hub.time.now(), outcomes);
    }
    return outcomes;
  }

  // Where it stands

  @Test
  void sessionThatLastsHoldsItsWritersUntilItIsForgotten() {
    restart(held(4, 4));
    Peer peer = reader("s.a");
    peer.leave();
    hub.settle();
    Outcomes outcomes = publish(3);
    assertThat(outcomes.told).containsExactly("1", "2", "held");
    hub.rig(0).lane.forget(peer.session);
    hub.settle();
    assertThat(outcomes.told).containsExactly("1", "2", "held", "3");
  }

  @Test
  void whoComesBackOnAnotherLaneGoesOnWhereItStood() {
    Peer peer = reader("s.a", "s.b");
    hub.publish("s.a", "1");
    peer.leave();
    hub.publish("s.a", "2");
    hub.publish("s.b", "3");
    Map<Subject, Position> places = peer.session.places();
    assertThat(places)
        .containsOnly(
            Map.entry(A, new Position("e1", 1)),
            Map.entry(Hub.channel("s.b"), new Position("e2", 0)));
    Peer again = comeBack(peer, 1);
    assertThat(again.stream().stream().map(one -> one.substring(one.length() - 3)))
        .contains(": 2", ": 3")
        .hasSize(4);
    assertThat(hub.rig(0).lane.isEmpty()).isTrue();
  }

  @Test
  void sessionThatLastsOutlivesTheCloseOfADeadLineOnly() {
    for (CloseReason reason : new CloseReason[] {CloseReason.DISCONNECTED, CloseReason.RESTART}) {
      Peer peer = reader("s.a");
      hub.rig(0).lane.close(peer.session, reason, hub.time.now());
      assertThat(peer.session.isClosed()).isTrue();
      hub.settle();
    }
    Peer peer = reader("s.a");
    hub.rig(0).lane.close(peer.session, CloseReason.IDLE, hub.time.now());
    hub.settle();
    assertThat(peer.session.isClosed()).isFalse();
    assertThat(peer.session.places()).hasSize(1);
    assertThat(hub.rig(0).lane.isEmpty()).isTrue();
    // What it says now is heard by nobody.
    peer.session.accept(new Command.Ping(null), hub.time.now());
    hub.publish("s.a", "1");
    assertThat(peer.socket.isClosed()).isTrue();
  }

  @Test
  void balanceIsTheSameWhereverTheCursorStands() {
    Peer peer = person(0);
    peer.subscribe("s.a", new Credit(5, 100));
    peer.hear();
    Balance whole = new Balance(5, 100, 100);
    assertThat(peer.session.balances()).containsOnly(Map.entry(A, whole));
    peer.leave();
    assertThat(peer.session.balances()).containsOnly(Map.entry(A, whole));
  }

  // Where there is no room for two

  @Test
  void whoComesBackHoldsThoughAsManyHoldAsMay() {
    restart(held(1, 4));
    Peer peer = reader("s.a");
    peer.leave();
    Peer again = comeBack(peer, 1);
    assertThat(again.stream()).containsExactly("subscribed at e1/0, recovered, holds");
    again.socket.stallAfter(0);
    assertThat(publish(3).told).containsExactly("1", "2", "held");
  }

  @Test
  void whoComesBackSubscribesThoughAsManyDoAsMay() {
    restart(held(1, 1));
    Peer peer = reader("s.a");
    peer.leave();
    Peer again = comeBack(peer, 1);
    assertThat(again.stream()).containsExactly("subscribed at e1/0, recovered, holds");
    Peer stranger = hub.connect();
    stranger.subscribe("s.a");
    assertThat(stranger.stream()).containsExactly("channel_full");
  }

  @Test
  void strangersStandBackWhereAnOwnerIs() {
    restart(held(1, 4));
    Peer peer = reader("s.a");
    Peer stranger = hub.connect();
    stranger.subscribe("s.a");
    assertThat(stranger.stream()).containsExactly("subscribed at e1/0");
    peer.leave();
    hub.rig(0).lane.forget(peer.session);
    hub.settle();
    stranger.hold("s.a", true);
    assertThat(stranger.stream()).containsExactly("subscribed at e1/0, holds");
  }

  // What it leaves behind

  @Test
  void whoWatchesIsToldNothingWithoutASocket() {
    Peer peer = hub.connect();
    peer.session.last(true);
    peer.watch("s.a");
    peer.hear();
    peer.leave();
    Peer other = hub.connect(0, "bob", Grants.ALL, Long.MAX_VALUE);
    other.subscribe("s.a");
    assertThat(other.stream()).containsExactly("subscribed at e1/0");
    assertThat(hub.presence.roll(A, 10).total()).isEqualTo(2);
    hub.rig(0).lane.forget(peer.session);
    hub.settle();
    assertThat(hub.presence.roll(A, 10).total()).isOne();
  }

  @Test
  void laggardWithoutASocketIsLetGoOf() {
    hub.close();
    Limits limits = TestLimits.DEFAULTS;
    hub =
        new Hub(
            Answering.AT_ONCE,
            limits,
            TestSettings.everywhere(limits.log(), TestSettings.disconnect(2)));
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Peer peer = hub.connect();
      peer.session.last(i == 1);
      peer.subscribe("s.a", Policy.DISCONNECT);
      peer.hear();
      peer.socket.stallAfter(0);
      peers.add(peer);
    }
    hub.publish("s.a", "1");
    // All three stand by the same deadline; then one of them has no slot, and another goes.
    peers.get(1).leave();
    peers.get(0).leave();
    hub.publish("s.a", "2", "3");
    assertThat(peers.get(0).session.isClosed()).isTrue();
    assertThat(peers.get(1).session.isClosed()).isFalse();
    assertThat(peers.get(2).session.isClosed()).isTrue();
  }

  @Test
  void nothingIsLeftOfThoseWhoAreForgotten() {
    for (int i = 0; i < 100; i++) {
      Peer peer = reader("s.a", "s.b");
      hub.publish("s.a", "1");
      peer.leave();
      hub.publish("s.b", "2");
      hub.rig(0).lane.forget(peer.session);
    }
    hub.settle();
    assertThat(hub.meter.subscriptions()).isZero();
    assertThat(hub.meter.sessions()).isZero();
    hub.time.advance(TestLimits.DEFAULTS.log().age().multipliedBy(2));
    hub.tick();
    assertThat(hub.memory.channels()).isZero();
    assertThat(hub.memory.logBytes()).isZero();
  }

  private Peer personWhereLittleMayBeUnread() {
    hub.close();
    Limits.Lane usual = TestLimits.DEFAULTS.lane();
    Limits.Lane little =
        new Limits.Lane(
            usual.batchBytes(),
            usual.batchMessages(),
            usual.turnBatches(),
            usual.catchUpBytes(),
            usual.catchUpFeeds(),
            usual.closes(),
            usual.conflations(),
            1);
    hub = new Hub(Answering.AT_ONCE, TestLimits.with(little));
    hub.publish("s.a", "1", "2", "3");
    Peer peer = person(0);
    peer.hear();
    return peer;
  }

  @Test
  void answersThatNobodyWillReadTakeNoRoomFromOthers() {
    Peer peer = personWhereLittleMayBeUnread();
    peer.socket.stallAfter(0);
    peer.history("s.a", 3);
    hub.settle();
    peer.leave();
    Peer other = hub.connect();
    other.history("s.a", 1);
    assertThat(other.stream()).containsExactly("history to e1/3: 3{}");
  }

  @Test
  void answerThatComesWhenTheSocketIsGoneTakesNoRoomFromOthers() {
    Peer peer = personWhereLittleMayBeUnread();
    peer.history("s.a", 3);
    // The log is asked in this turn, and answers in the next.
    peer.rig.turn(hub.time.now());
    peer.leave();
    hub.settle();
    Peer other = hub.connect();
    other.history("s.a", 1);
    assertThat(other.stream()).containsExactly("history to e1/3: 3{}");
  }

  /** What became of publications. Owned by its test. */
  private static final class Outcomes implements Broker.Receipt {
    private final Broker.Writer writer = new Broker.Writer(8, 1 << 20);
    final List<String> told = new ArrayList<>();

    @Override
    public void appended(Position position) {
      told.add(Long.toString(position.offset()));
    }

    @Override
    public void failed(Fault fault) {
      told.add(fault.code().text());
    }

    @Override
    public void held(int readers, long bytes) {
      told.add("held");
    }

    @Override
    public Broker.Writer writer() {
      return writer;
    }
  }
}
