package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets frames with a head of its own: numbers, credit by the whole message, pauses. */
class StampedTest {
  private Hub hub = new Hub(Answering.AT_ONCE);

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer stamped(int lane, String name) {
    Peer peer = hub.connect(lane);
    peer.session.use(new StampedTestForm(name));
    peer.session.publishAs(name, new ChannelPattern("s.>"), new Broker.Writer(8, 1 << 20));
    return peer;
  }

  private Peer reader(String... channels) {
    Peer peer = stamped(0, "me");
    for (String channel : channels) {
      peer.subscribe(channel);
    }
    peer.hear();
    return peer;
  }

  private static void pause(Peer peer, String channel, boolean paused) {
    peer.say(new Command.Pause(null, Hub.channel(channel), paused));
  }

  // Numbers

  @Test
  void numbersAreGivenInTheOrderOfWritingAcrossChannels() {
    Peer peer = reader("s.a", "s.b");
    hub.publish("s.a", "1", "2");
    hub.publish("s.b", "3");
    hub.publish("s.a", "4");
    assertThat(peer.stream()).containsExactly("1: 1", "2: 2", "3: 3", "4: 4");
  }

  @Test
  void waitingLeavesNoHolesInTheNumbers() {
    Peer peer = reader("s.a", "s.b");
    peer.socket.stallAfter(60);
    hub.append("s.a", payloads("1", "2", "3", "4", "5", "6"));
    hub.settle();
    hub.publish("s.b", "7");
    peer.read();
    assertThat(peer.stream())
        .containsExactlyInAnyOrder("1: 1", "2: 2", "3: 3", "4: 4", "5: 5", "6: 6", "7: 7");
  }

  @Test
  void everyPlaceWhereTheSocketStopsIsGoneOnFrom() {
    for (int room = 0; room < 200; room++) {
      Peer peer = reader("s.a");
      peer.socket.stallAfter(room);
      hub.append("s.a", payloads("1", "2", "3", "4", "5"));
      hub.settle();
      peer.read();
      assertThat(peer.stream()).containsExactly("1: 1", "2: 2", "3: 3", "4: 4", "5: 5");
      peer.leave();
      hub.settle();
    }
  }

  private static TestPayload[] payloads(String... texts) {
    TestPayload[] payloads = new TestPayload[texts.length];
    for (int i = 0; i < texts.length; i++) {
      payloads[i] = TestPayload.of(texts[i]);
    }
    return payloads;
  }

  @Test
  void nobodyGetsItsOwnBack() {
    Peer peer = reader("s.a");
    peer.publish("s.a", "mine");
    hub.publish("s.a", "yours");
    assertThat(peer.stream()).containsExactly("published e1/1", "1: yours");
  }

  // Credit

  private static int cost(String text) {
    // What the form counts, and one for the head: tag, offset, name, text.
    return 1 + Long.BYTES + 1 + "s.a".length() + text.length() + 1;
  }

  private Peer metered(long messages, long bytes) {
    Peer peer = stamped(0, "me");
    peer.subscribe("s.a", new Credit(messages, bytes));
    peer.hear();
    return peer;
  }

  @Test
  void messageWaitsUntilAllOfItIsPaidFor() {
    Peer peer = metered(100, cost("1") + 5);
    hub.publish("s.a", "1", "2");
    assertThat(peer.stream()).containsExactly("1: 1");
    peer.grant("s.a", 0, cost("2") - 6);
    assertThat(peer.stream()).isEmpty();
    peer.grant("s.a", 0, 1);
    assertThat(peer.stream()).containsExactly("2: 2");
  }

  @Test
  void messageLargerThanAnyWindowGoesWhenThereIsAsMuchCreditAsThereCanBe() {
    Peer peer = metered(100, 20);
    String large = "x".repeat(100);
    hub.publish("s.a", large, "2");
    assertThat(peer.stream()).containsExactly("1: " + large);
    peer.grant("s.a", 0, cost(large) - 20);
    assertThat(peer.stream()).isEmpty();
    peer.grant("s.a", 0, cost("2"));
    assertThat(peer.stream()).containsExactly("2: 2");
  }

  @Test
  void messagesAreCountedBeside() {
    Peer peer = metered(2, 1_000_000);
    hub.publish("s.a", "1", "2", "3");
    assertThat(peer.stream()).containsExactly("1: 1", "2: 2");
    peer.grant("s.a", 1, 0);
    assertThat(peer.stream()).containsExactly("3: 3");
  }

  @Test
  void whoPaidNothingPaysFromTheFirstGrantThatMeters() {
    Peer peer = reader("s.a");
    hub.publish("s.a", "1");
    peer.say(new Command.Grant(null, Hub.channel("s.a"), new Credit(Credit.MAX, cost("2")), true));
    hub.publish("s.a", "2", "3");
    assertThat(peer.stream()).containsExactly("1: 1", "2: 2");
    peer.say(new Command.Grant(null, Hub.channel("s.a"), new Credit(0, cost("3")), true));
    assertThat(peer.stream()).containsExactly("3: 3");
  }

  // Pause

  @Test
  void pausedChannelStandsStillAndOthersDoNot() {
    Peer peer = reader("s.a", "s.b");
    pause(peer, "s.a", true);
    hub.publish("s.a", "1", "2");
    hub.publish("s.b", "3");
    assertThat(peer.stream()).containsExactly("1: 3");
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("2: 1", "3: 2");
    hub.publish("s.a", "4");
    assertThat(peer.stream()).containsExactly("4: 4");
  }

  @Test
  void neitherCreditNorRoomLetsAPausedChannelGoOn() {
    Peer peer = metered(1, 1_000);
    hub.publish("s.a", "1", "2");
    pause(peer, "s.a", true);
    peer.grant("s.a", 5, 1_000);
    assertThat(peer.stream()).containsExactly("1: 1");
    peer.socket.stallAfter(0);
    peer.session.accept(new Command.Ping(null), hub.time.now());
    peer.rig.touch();
    hub.settle();
    peer.read();
    assertThat(peer.stream()).noneMatch(one -> one.contains(": 2"));
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("2: 2");
  }

  @Test
  void whatIsNotSubscribedCannotBePaused() {
    Peer peer = reader();
    pause(peer, "s.a", true);
    assertThat(peer.stream()).containsExactly("not_subscribed");
  }

  @Test
  void whoHasNoStampsAndPausesGetsNothing() {
    Peer peer = hub.connect(0);
    peer.subscribe("s.a");
    peer.hear();
    pause(peer, "s.a", true);
    hub.publish("s.a", "1", "free 2");
    assertThat(peer.stream()).isEmpty();
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("1", "free 2");
  }

  // What is free

  @Test
  void whatIsFreeGoesThoughTheChannelIsPaused() {
    Peer peer = reader("s.a");
    pause(peer, "s.a", true);
    hub.publish("s.a", "free 1");
    assertThat(peer.stream()).containsExactly("1: free 1");
    peer.publish("s.a", "mine");
    hub.publish("s.a", "free 2", "free 3", "4");
    assertThat(peer.stream()).containsExactly("published e1/2", "2: free 2", "3: free 3");
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("4: 4");
  }

  @Test
  void whatIsFreeGoesWithoutCreditWhereverTheSocketStops() {
    for (int room = 0; room < 100; room++) {
      String channel = "s.c" + room;
      Peer peer = stamped(0, "me");
      peer.subscribe(channel, new Credit(1, 1_000));
      peer.hear();
      peer.socket.stallAfter(room);
      hub.append(channel, payloads("1", "free 2", "free 3", "4", "free 5"));
      hub.settle();
      peer.read();
      assertThat(peer.stream()).as("%s", room).containsExactly("1: 1", "2: free 2", "3: free 3");
      peer.grant(channel, 1, 0);
      assertThat(peer.stream()).as("%s", room).containsExactly("4: 4", "5: free 5");
      hub.publish(channel, "free 6");
      assertThat(peer.stream()).as("%s", room).containsExactly("6: free 6");
    }
  }

  @Test
  void whatIsFreeAndWaitsForTheSocketGoesThoughTheChannelIsPausedMeanwhile() {
    Peer peer = reader("s.a");
    peer.socket.stallAfter(7);
    hub.append("s.a", payloads("1", "free 2", "3", "free 4"));
    hub.settle();
    pause(peer, "s.a", true);
    peer.read();
    assertThat(peer.stream()).containsExactly("1: 1", "2: free 2");
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("3: 3", "4: free 4");
  }

  @Test
  void whatIsFreeOvertakesNothing() {
    Peer peer = reader("s.a");
    pause(peer, "s.a", true);
    hub.publish("s.a", "1", "free 2");
    hub.publish("s.a", "free 3");
    assertThat(peer.stream()).isEmpty();
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("1: 1", "2: free 2", "3: free 3");

    Peer poor = stamped(0, "poor");
    poor.subscribe("s.b", new Credit(1, 1_000));
    poor.hear();
    hub.publish("s.b", "1", "2", "free 3");
    assertThat(poor.stream()).containsExactly("1: 1");
    poor.grant("s.b", 1, 0);
    assertThat(poor.stream()).containsExactly("2: 2", "3: free 3");
  }

  @Test
  void whoMayNotHaveWhatComesNextIsLookedAtOnce() {
    Peer peer = reader("s.a");
    pause(peer, "s.a", true);
    hub.publish("s.a", "1");
    assertThat(peer.rig.lane.feeder().isIdle()).isTrue();
    assertThat(peer.session.line()).isNull();
    int sends = peer.rig.outlet.sends();
    for (int i = 0; i < 5; i++) {
      int turns = peer.rig.turns();
      hub.publish("s.a", i % 2 == 0 ? "free" : "2");
      assertThat(peer.rig.turns()).isEqualTo(turns + 1);
      assertThat(peer.session.line()).isNull();
    }
    peer.grant("s.a", 1, 1);
    assertThat(peer.stream()).isEmpty();
    assertThat(peer.session.line()).isNull();
    assertThat(peer.rig.outlet.sends()).isEqualTo(sends);
  }

  @Test
  void whatASocketTookInPartStarvesNobodyOfWhatIsPaidFor() {
    // The batch ends with the second for want of credit, and the socket takes a part of the first.
    Peer peer = metered(100, cost("1") + cost("2") + 1);
    peer.socket.stallAfter(7);
    hub.append("s.a", payloads("1", "2", "3"));
    hub.settle();
    peer.read();
    assertThat(peer.stream()).containsExactly("1: 1", "2: 2");
  }

  @Test
  void whatCouldNotBePaidForStarvesNobodyOnceItIsGone() {
    hub.close();
    Limits.Lane usual = TestLimits.DEFAULTS.lane();
    Limits.Lane oneAtATime =
        new Limits.Lane(
            usual.batchBytes(),
            usual.batchMessages(),
            usual.turnBatches(),
            1,
            usual.catchUpFeeds(),
            usual.closes(),
            usual.conflations(),
            usual.unreadBytes());
    hub =
        new Hub(
            Answering.AT_ONCE, TestLimits.with(TestLimits.with(TestLimits.logOf(2)), oneAtATime));
    Peer peer = metered(100, 2L * cost("1"));
    hub.publish("s.a", "1", "x".repeat(cost("1")));
    peer.publish("s.a", "mine");
    hub.publish("s.a", "2");
    // It passes over what was evicted, and over its own.
    assertThat(peer.stream()).containsExactly("1: 1", "published e1/3", "gap e1/2-2", "2: 2");
  }

  @Test
  void whatIsFreeGoesWhenItComesThoughWhatLayBeforeItWasEvicted() {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, TestLimits.with(TestLimits.logOf(2)));
    Peer peer = reader("s.a");
    pause(peer, "s.a", true);
    hub.publish("s.a", "1", "2");
    // Whatever is evicted, nothing is said of it before it is known where it ends.
    for (int i = 3; i < 9; i++) {
      hub.publish("s.a", Integer.toString(i));
    }
    hub.publish("s.a", "free 9");
    assertThat(peer.stream()).isEmpty();
    hub.publish("s.a", "free 10");
    assertThat(peer.stream()).containsExactly("gap e1/1-8", "1: free 9", "2: free 10");
    hub.publish("s.a", "free 11");
    hub.publish("s.a", "12", "free 13");
    assertThat(peer.stream()).containsExactly("3: free 11");
    pause(peer, "s.a", false);
    assertThat(peer.stream()).containsExactly("4: 12", "5: free 13");
  }

  @Test
  void whoseNextIsGoneAndHasNothingElseToComeStandsAtTheHead() {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, TestLimits.with(TestLimits.logOf(1)));
    Peer peer = reader("s.a");
    pause(peer, "s.a", true);
    hub.publish("s.a", "1");
    peer.publish("s.a", "mine");
    assertThat(peer.stream()).containsExactlyInAnyOrder("published e1/2", "gap e1/1-1");
    pause(peer, "s.a", false);
    hub.publish("s.a", "3");
    assertThat(peer.stream()).containsExactly("1: 3");
  }

  @Test
  void nothingGoesWithoutAnyCreditHoweverSmallTheWindow() {
    Peer peer = metered(100, 0);
    hub.publish("s.a", "1");
    assertThat(peer.stream()).isEmpty();
    peer.grant("s.a", 0, 1);
    assertThat(peer.stream()).containsExactly("1: 1");
  }

  @Test
  void creditThatIsAddedUpStopsAtTheLargestThereIs() {
    Peer peer = metered(Credit.MAX, Credit.MAX);
    peer.grant("s.a", Credit.MAX, Credit.MAX);
    peer.grant("s.a", 1, 0);
    peer.grant("s.a", 0, 1);
    assertThat(peer.stream()).containsExactly("invalid_credit", "invalid_credit");
    assertThat(peer.session.balances())
        .containsEntry(Hub.channel("s.a"), new Balance(Credit.MAX, Credit.MAX, Credit.MAX));
    hub.publish("s.a", "1");
    assertThat(peer.stream()).containsExactly("1: 1");
  }

  @Test
  void debtIsPaidFirst() {
    Peer peer = metered(100, cost("1"));
    peer.say(new Command.Spend(null, Hub.channel("s.a"), 0, cost("1") + 10L));
    peer.grant("s.a", 0, 9 + cost("1"));
    hub.publish("s.a", "1");
    assertThat(peer.stream()).isEmpty();
    peer.grant("s.a", 0, 1);
    assertThat(peer.stream()).containsExactly("1: 1");
  }

  // What is gone before it is read

  @Test
  void whatWasEvictedInTheMidstOfABatchIsAGapAndTheNumbersGoOn() {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, TestLimits.with(TestLimits.logOf(3)));
    Peer peer = reader("s.a");
    peer.socket.stallAfter(7);
    hub.append("s.a", payloads("1", "2", "3"));
    hub.settle();
    hub.append("s.a", payloads("4", "5", "6", "7"));
    hub.settle();
    peer.read();
    assertThat(peer.stream()).containsExactly("1: 1", "gap e1/2-4", "2: 5", "3: 6", "4: 7");
  }

  // Policies

  private void usually(Policy policy) {
    hub.close();
    ChannelSettings.Delivery delivery =
        new ChannelSettings.Delivery(
            policy, TestSettings.ALL, ChannelSettings.Delivery.BY_KEY, 10, 2, 512);
    Limits limits = TestLimits.DEFAULTS;
    hub = new Hub(Answering.AT_ONCE, limits, TestSettings.everywhere(limits.log(), delivery));
  }

  @Test
  void nobodyIsSparedWhatIsOldWhereOthersAre() {
    usually(Policy.LATEST);
    Peer peer = stamped(0, "me");
    peer.subscribe("s.a", Policy.LATEST);
    peer.subscribe("s.a");
    assertThat(peer.stream()).containsExactly("policy_not_allowed", "subscribed at e1/0");
    peer.socket.stallAfter(0);
    hub.publishKeyed("s.a", "k 1", "k 2");
    peer.read();
    assertThat(peer.stream()).containsExactly("1: k 1", "2: k 2");
  }

  @Test
  void voicesThatAreLateAreDroppedAndTheNumbersGoOn() {
    usually(Policy.DROP_OLDEST);
    Peer peer = reader("s.a");
    peer.socket.stallAfter(7);
    hub.publish("s.a", "1");
    hub.publish("s.a", "2", "3", "4", "5");
    peer.read();
    assertThat(peer.stream()).containsExactly("1: 1", "gap e1/2-3 dropped", "2: 4", "3: 5");
  }

  // Channels nobody can know

  @Test
  void whoeverWatchesHearsOfEachChannelOnce() {
    List<String> heard = new ArrayList<>();
    try (MemoryBroker broker =
        new MemoryBroker(
            TestLimits.DEFAULTS.hub(),
            Namespaces.of(TestLimits.DEFAULTS.log()),
            () -> "e",
            (channel, hold, now) -> heard.add(channel.value()))) {
      Moment now = hub.time.now();
      broker.publish(draft("1"), now, new Outcomes());
      broker.publish(draft("2"), now, new Outcomes());
      broker.open(Hub.channel("s.b"), () -> {}, now, new Opened());
    }
    assertThat(heard).containsExactly("s.a", "s.b");
  }

  private static final class Opened implements Broker.Opening {
    @Override
    public void opened(io.sluice.core.log.Log log, long head) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }

  private static Draft draft(String text) {
    ChannelName channel = Hub.channel("s.a");
    return new Draft(channel, Draft.Kind.MESSAGE, "ann", TestPayload.of(text), null, null);
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
