package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Subscriptions by pattern: cursors on the feed of a namespace. */
@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class FeedTest {
  private static final Filter RED = TestPayload.filter("colour", "red");
  private static final Limits.Log ROOMY = TestLimits.logOf(100);

  @Parameter Answering answering;
  private Hub hub;

  @BeforeEach
  void open() {
    restart(ROOMY);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private void restart(Limits.Log feed) {
    restart(TestNamespaces.fed("task.>", ROOMY, feed));
  }

  private void restart(Namespaces namespaces) {
    if (hub != null) {
      hub.close();
    }
    hub = new Hub(answering, TestLimits.DEFAULTS, namespaces);
  }

  private static TestPayload red(String text) {
    return TestPayload.of(text).with("colour", "red");
  }

  private static List<FakeSocket.Data> data(Peer peer) {
    return peer.hear().stream()
        .filter(FakeSocket.Data.class::isInstance)
        .map(FakeSocket.Data.class::cast)
        .toList();
  }

  @Test
  void patternGetsWhatItCoversInTheOrderInWhichItWasAppended() {
    Peer peer = hub.connect();
    peer.subscribe("task.*");
    peer.hear();
    hub.publish("task.a", "1");
    hub.publish("task.b", "2");
    hub.publish("task.a.deep", "x");
    hub.publish("other", "y");
    hub.publish("task.a", "3");
    List<FakeSocket.Data> got = data(peer);
    assertThat(got).extracting(FakeSocket.Data::text).containsExactly("1", "2", "3");
    assertThat(got).extracting(FakeSocket.Data::offset).containsExactly(1L, 2L, 4L);
    FakeSocket.Fed last = got.getLast().fed();
    assertThat(last.pattern().value()).isEqualTo("task.*");
    assertThat(last.origin()).isEqualTo(new Position("e2", 2));
    assertThat(last.epoch()).isEqualTo("e1");
  }

  @Test
  void whoSubscribesAndPublishesInOneBreathGetsItsOwn() {
    Peer peer = hub.connect();
    peer.subscribe("task.*");
    peer.publish("task.a", "1");
    peer.publish("task.b", "2");
    assertThat(data(peer)).extracting(FakeSocket.Data::text).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void whatIsPublishedBehindSubscriptionsOfBothKindsStaysInOrder() {
    Peer peer = hub.connect();
    peer.publish("task.a", "1");
    peer.subscribe("task.*");
    peer.publish("task.a", "2");
    peer.subscribe("task.a");
    peer.publish("task.a", "3");
    peer.unsubscribe("task.a", null);
    peer.publish("task.a", "4");
    peer.hear();
    peer.historySince("task.a", "none", 0, 10);
    assertThat(peer.stream().getFirst()).startsWith("history to ").endsWith("/4: 1{} 2{} 3{} 4{}");
  }

  @Test
  void ordersOfOneCallerAreKeptWhicheverLogOpensFirst() {
    Peer peer = hub.connect();
    peer.subscribe("task.a");
    peer.publish("task.a", "1");
    peer.subscribe("task.>");
    peer.publish("task.a", "2");
    peer.unsubscribe("task.a", null);
    peer.subscribe("task.a");
    peer.publish("task.a", "3");
    peer.hear();
    peer.historySince("task.a", "none", 0, 10);
    assertThat(peer.stream().getFirst()).endsWith("/3: 1{} 2{} 3{}");
  }

  @Test
  void creditOfALiveSubscriptionDoesNotWaitForTheFeed() {
    Peer peer = hub.connect();
    peer.subscribe("task.a", new Credit(0, 0));
    peer.hear();
    hub.publish("task.a", "1");
    peer.subscribe("task.*");
    Cursor cursor = peer.session.cursor(Hub.channel("task.a"));
    assertThat(cursor.mayStart()).isFalse();
    peer.grant("task.a", 1, 1);
    assertThat(cursor.mayStart()).isTrue();
    assertThat(peer.stream()).contains("1");
  }

  @Test
  void twoPatternsAndTheChannelItselfAreThreeSubscriptions() {
    Peer peer = hub.connect();
    peer.subscribe("task.*");
    peer.subscribe("task.>");
    peer.subscribe("task.a");
    peer.hear();
    hub.publish("task.a", "1");
    hub.publish("task.a.b", "2");
    assertThat(data(peer))
        .extracting(got -> got.subject().value() + " " + got.text())
        .containsExactlyInAnyOrder("task.* 1", "task.> 1", "task.> 2", "task.a 1");
    peer.unsubscribe("task.>", null);
    peer.hear();
    hub.publish("task.a", "3");
    assertThat(data(peer))
        .extracting(got -> got.subject().value() + " " + got.text())
        .containsExactlyInAnyOrder("task.* 3", "task.a 3");
    assertThat(hub.meter.subscriptions()).isEqualTo(2);
  }

  @Test
  void filtersAndCreditCountOnlyWhatThePatternCovers() {
    Peer peer = hub.connect();
    peer.subscribe("task.*", RED, new Credit(2, 1_000_000), null);
    peer.hear();
    for (int i = 1; i <= 3; i++) {
      hub.publish("task.a", red("red " + i));
      hub.publish("task.a", TestPayload.of("blue " + i));
      hub.publish("task.a.b", red("deep " + i));
    }
    assertThat(peer.stream()).containsExactly("red 1", "red 2");
    peer.grant("task.*", 1, 0);
    assertThat(peer.stream()).containsExactly("red 3");
    peer.grant("task.*", 5, 0);
    hub.publish("task.b", red("red 4"));
    assertThat(peer.stream()).containsExactly("red 4");
  }

  @Test
  void channelIsAskedBeforeAnyFieldIsRead() {
    Peer peer = hub.connect();
    peer.subscribe("task.*", RED);
    peer.hear();
    TestPayload deep = red("deep");
    TestPayload near = red("near");
    hub.publish("task.a.b", deep);
    hub.publish("task.a", near);
    assertThat(peer.stream()).containsExactly("near");
    assertThat(deep.reads()).isZero();
    assertThat(near.reads()).isEqualTo(1);
  }

  @Test
  void filterIsTakenBackAloneAndWithTheLastTheSubscriptionEnds() {
    Peer peer = hub.connect();
    peer.subscribe("task.*", RED);
    peer.subscribe("task.*", TestPayload.filter("colour", "blue"));
    peer.unsubscribe("task.*", RED);
    peer.hear();
    hub.publish("task.a", red("1"));
    hub.publish("task.a", TestPayload.of("2").with("colour", "blue"));
    assertThat(peer.stream()).containsExactly("2");
    peer.unsubscribe("task.*", TestPayload.filter("colour", "blue"));
    hub.publish("task.a", TestPayload.of("3").with("colour", "blue"));
    assertThat(peer.stream()).containsExactly("unsubscribed");
    assertThat(peer.session.cursors()).isEmpty();
  }

  @Test
  void frameIsMadeOnceForAllWhoSubscribedToThePatternOnAnyLane() {
    Peer one = hub.connect(0);
    Peer two = hub.connect(1);
    Peer three = hub.connect(1);
    one.subscribe("task.*");
    two.subscribe("task.*");
    three.subscribe("task.*", new Credit(9, 9_000));
    hub.settle();
    hub.publish("task.a", "1");
    assertThat(hub.form.encodes()).isEqualTo(1);
    two.subscribe("task.>");
    hub.settle();
    hub.publish("task.a", "2");
    assertThat(hub.form.encodes()).isEqualTo(3);
    assertThat(data(three)).extracting(FakeSocket.Data::text).containsExactly("1", "2");
  }

  @Test
  void sinceOfTheFeedGivesTheRestAndThenTheLiveStream() {
    hub.publish("task.a", "1");
    hub.publish("task.b.c", "2");
    hub.publish("task.b", "3");
    Peer peer = hub.connect();
    peer.subscribeSince("task.*", "e1", 1);
    hub.publish("task.a", "4");
    assertThat(peer.stream()).containsExactly("subscribed at e1/1, recovered", "3", "4");
  }

  @Test
  void whatTheFeedNoLongerHasIsAGapOfTheFeedAndNamesThePattern() {
    restart(TestLimits.logOf(2));
    hub.publish("task.a", "1", "2", "3", "4");
    Peer peer = hub.connect();
    peer.subscribeSince("task.*", "e1", 1);
    List<FakeSocket.Item> heard = peer.hear();
    FakeSocket.Said second = (FakeSocket.Said) heard.get(1);
    Event.Gap gap = (Event.Gap) second.event();
    assertThat(gap.subject()).isEqualTo(new ChannelPattern("task.*"));
    assertThat(gap.epoch()).isEqualTo("e1");
    assertThat(List.of(gap.first(), gap.last())).containsExactly(2L, 2L);
    Event.Subscribed subscribed = (Event.Subscribed) ((FakeSocket.Said) heard.get(0)).event();
    assertThat(subscribed.subject()).isEqualTo(new ChannelPattern("task.*"));
    assertThat(subscribed.recovered()).isFalse();
    assertThat(heard).hasSize(4);
  }

  @Test
  void whoWasStalledGetsNoGapForWhatItsPatternDoesNotCover() {
    restart(TestLimits.logOf(2));
    Peer peer = hub.connect();
    peer.subscribe("task.*");
    peer.hear();
    peer.socket.stallAfter(0);
    hub.publish("task.a", "1");
    for (int i = 0; i < 4; i++) {
      hub.publish("task.a.b", "x");
    }
    peer.read();
    assertThat(peer.stream()).containsExactly("1");
    hub.publish("task.a", "2");
    assertThat(peer.stream()).containsExactly("2");
  }

  @Test
  void anotherEpochOfTheFeedIsNewsFromTheBeginning() {
    hub.publish("task.a", "1");
    Peer peer = hub.connect();
    peer.subscribeSince("task.>", "before", 7);
    assertThat(peer.stream()).containsExactly("subscribed at e1/0", "1");
  }

  @Test
  void positionAheadOfTheFeedIsRefused() {
    Peer peer = hub.connect();
    peer.subscribeSince("task.>", "e1", 1);
    assertThat(peer.stream()).containsExactly("invalid_position");
  }

  @Test
  void atTheHeartbeatThePositionOfThePatternIsTold() {
    Peer peer = hub.connect();
    peer.follow("task.*", null);
    peer.hear();
    hub.pass(Duration.ofSeconds(1));
    hub.publish("task.a", "1");
    hub.publish("task.a.b", "x");
    peer.hear();
    hub.pass(TestLimits.DEFAULTS.session().heartbeat());
    List<Event.At> told =
        peer.hear().stream()
            .filter(FakeSocket.Said.class::isInstance)
            .map(item -> ((FakeSocket.Said) item).event())
            .filter(Event.At.class::isInstance)
            .map(Event.At.class::cast)
            .toList();
    assertThat(told)
        .containsExactly(new Event.At(new ChannelPattern("task.*"), new Position("e1", 2), 0));
  }

  @Test
  void patternOfTheWholeNamespaceNeedsNoPosition() {
    Peer peer = hub.connect();
    peer.follow("task.>", null);
    hub.publish("task.a.b", "1");
    peer.hear();
    hub.pass(TestLimits.DEFAULTS.session().heartbeat().plusSeconds(1));
    assertThat(peer.stream()).containsOnly("heartbeat");
  }

  @Test
  void patternThatNoFeedCoversWhollyIsRefused() {
    restart(
        new Namespaces(
            List.of(
                TestNamespaces.namespace("task.own.*", ROOMY, null),
                TestNamespaces.namespace("task.>", ROOMY, ROOMY)),
            ChannelSettings.of(ROOMY)));
    Peer peer = hub.connect();
    peer.subscribe("other.*");
    peer.subscribe("task.own.*");
    peer.subscribe("task.>");
    peer.subscribe(">");
    assertThat(peer.stream()).containsExactly("no_feed", "no_feed", "no_feed", "no_feed");
    peer.subscribe("task.*");
    peer.hear();
    hub.publish("task.own.a", "x");
    hub.publish("task.a", "1");
    assertThat(peer.stream()).containsExactly("1");
  }

  @Test
  void oneGrantMustCoverThePattern() {
    List<ChannelPattern> halves =
        List.of(new ChannelPattern("task.a.*"), new ChannelPattern("task.b"));
    Peer peer = hub.connect(0, "ada", new Grants(halves, halves), Long.MAX_VALUE);
    peer.subscribe("task.*");
    peer.subscribe("task.a.*");
    assertThat(peer.stream()).containsExactly("forbidden", "subscribed at e1/0");
  }

  @Test
  void rightsOfTheNamespaceHoldForItsFeed() {
    restart(
        new Namespaces(
            List.of(
                TestNamespaces.namespace(
                    "task.>",
                    ROOMY,
                    ROOMY,
                    new ChannelSettings.Rights(null, Set.of("agent")),
                    Integer.MAX_VALUE)),
            ChannelSettings.of(ROOMY)));
    Peer stranger = hub.connectAs(null);
    Peer agent = hub.connectAs("agent");
    stranger.subscribe("task.*");
    agent.subscribe("task.*");
    assertThat(stranger.stream()).containsExactly("forbidden");
    assertThat(agent.stream()).containsExactly("subscribed at e1/0");
  }

  @Test
  void whoIsThereAndHoldingAreAskedOfChannelsOnly() {
    Peer peer = hub.connect();
    peer.watch("task.*");
    peer.say(
        new Command.Subscribe(
            null, new ChannelPattern("task.*"), null, null, null, null, true, null, false, false));
    assertThat(peer.stream()).containsExactly("invalid_field", "invalid_field");
    assertThat(peer.session.cursors()).isEmpty();
  }

  @Test
  void creditForAPatternThatNobodySubscribedToIsRefused() {
    Peer peer = hub.connect();
    peer.grant("task.*", 1, 1);
    peer.grant("other.*", 1, 1);
    assertThat(peer.stream()).containsExactly("not_subscribed", "not_subscribed");
  }

  @Test
  void newTokenEndsThePatternsThatItDoesNotCover() {
    Peer peer = hub.connect(0, "ada", Grants.ALL, Long.MAX_VALUE);
    peer.subscribe("task.*");
    peer.subscribe("task.a.*");
    peer.hear();
    List<ChannelPattern> less = List.of(new ChannelPattern("task.a.>"));
    hub.tokens.put(
        "less", new Identity("ada", null, new Grants(less, less), hub.time.now().epochMillis()));
    peer.refresh("less");
    assertThat(peer.stream())
        .containsExactly(
            "refreshed " + hub.time.now().epochMillis(), "unsubscribed task.*, forbidden");
    hub.publish("task.a", "x");
    hub.publish("task.a.b", "1");
    assertThat(peer.stream()).containsExactly("1");
  }

  private void restartWithRoomFor(int subscribers) {
    restart(
        new Namespaces(
            List.of(
                TestNamespaces.namespace(
                    "task.>", ROOMY, ROOMY, ChannelSettings.Rights.EVERYBODY, subscribers)),
            ChannelSettings.of(ROOMY)));
  }

  @Test
  void channelAndFeedHaveRoomForSoManySubscriptionsEachOnAllLanes() {
    restartWithRoomFor(2);
    Peer one = hub.connect(0);
    Peer two = hub.connect(1);
    Peer three = hub.connect(1);
    one.subscribe("task.a");
    one.subscribe("task.*");
    hub.settle();
    two.subscribe("task.a");
    one.subscribe("task.>");
    hub.settle();
    three.subscribe("task.a");
    three.subscribe("task.>");
    three.subscribe("task.b");
    assertThat(three.stream())
        .containsExactlyInAnyOrder("channel_full", "channel_full", "subscribed at e3/0");
    two.subscribe("task.a", RED);
    assertThat(two.stream()).last().isEqualTo("subscribed at e2/0");
  }

  @Test
  void roomIsGivenBackOnceHoweverASubscriptionEnds() {
    restartWithRoomFor(1);
    Peer first = hub.connect(0);
    first.subscribe("task.a");
    first.subscribe("task.*");
    assertThat(first.stream()).hasSize(2).doesNotContain("channel_full");
    first.unsubscribe("task.a", null);
    first.unsubscribe("task.a", null);
    hub.settle();
    first.leave();
    hub.settle();
    Peer second = hub.connect(1);
    second.subscribe("task.a");
    second.subscribe("task.*");
    assertThat(second.stream()).doesNotContain("channel_full").hasSize(2);
    Peer third = hub.connect(0);
    third.subscribe("task.a");
    third.subscribe("task.*");
    assertThat(third.stream()).containsExactly("channel_full", "channel_full");
  }

  @Test
  void subscriptionsOfAConnectionCountPatternsToo() {
    Peer peer = hub.connect();
    int most = TestLimits.DEFAULTS.session().subscriptions();
    for (int i = 0; i < most; i++) {
      peer.subscribe("task." + i + ".*");
    }
    peer.subscribe("task.*");
    assertThat(peer.stream()).hasSize(most + 1).last().isEqualTo("subscription_limit");
  }
}
